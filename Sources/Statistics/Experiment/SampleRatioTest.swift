import Glibc

/// Evidence that the arms do not get the shares of the traffic that the split says: then no comparison means anything.
///
/// ```swift
/// var test = SampleRatioTest()
/// test.observe(challenger: 48, champion: 952, share: 0.05)
/// if test.isMismatch { ... }
/// ```
///
/// A Dirichlet-multinomial test, looked at as often as one likes: 99 % of its prior has a concentration of 10,000, which
/// finds a skew of a few percent in ten thousand units; 1 % has a concentration of 1, which finds gross faults within a
/// hundred. When the share changes, what was learnt of the odds goes over: any prior does that was known before.
///
/// Units are what routing draws for: requests, or, where it sticks, keys at their first request.
///
/// Source: Lindon, Malek 2022, NeurIPS, arXiv:2011.03567, section 3; threshold and concentration are GrowthBook's.
package struct SampleRatioTest: Sendable, Equatable, Codable {
  /// A mismatch below this: with one real fault in twenty experiments, one flag in fifty is false.
  package static let threshold = 0.001

  /// A Beta prior on the challenger's share, with the evidence gathered under it.
  private struct Component: Sendable, Equatable, Codable {
    let weight: Double
    let concentration: Double
    var a = 0.0
    var b = 0.0
    var logE = 0.0

    mutating func observe(_ challenger: Double, _ champion: Double, _ share: Double) {
      logE +=
        BetaMixture.logRatio(challenger, champion, a, b)
        - challenger * log(share) - champion * log1p(-share)
      a += challenger
      b += champion
    }

    /// Keeps the odds against the split's, and how well they are known on the scale of their logarithm.
    mutating func change(from old: Double?, to share: Double) {
      guard let old else {
        (a, b) = (concentration * share, concentration * (1 - share))
        return
      }
      let odds = a / b * (1 - old) / old * share / (1 - share)
      let mean = odds / (1 + odds)
      let precision = a * b / (a + b)
      (a, b) = (precision / (1 - mean), precision / mean)
    }
  }

  private var components = [
    Component(weight: 0.99, concentration: 10_000), Component(weight: 0.01, concentration: 1),
  ]
  private var share: Double?
  private var peakLogE = 0.0

  package init() {}

  /// One fixed prior, as others have it.
  init(concentration: Double) {
    components = [Component(weight: 1, concentration: concentration)]
  }

  /// Counts units that were routed under one share.
  ///
  /// - Parameter share: the challenger's. At 0 and at 1 nothing is drawn, and nothing counted.
  /// - Complexity: O(1).
  package mutating func observe(challenger: Int, champion: Int, share next: Double) {
    guard challenger + champion > 0, next > 0, next < 1 else { return }
    for index in components.indices {
      if next != share { components[index].change(from: share, to: next) }
      components[index].observe(Double(challenger), Double(champion), next)
    }
    share = next
    peakLogE = max(peakLogE, logE)
  }

  /// The logarithm of the Bayes factor against the split as it is said to be.
  package var logE: Double {
    let terms = components.map { log($0.weight) + $0.logE }
    let largest = terms.max() ?? 0
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }

  /// The smallest 1/E of all looks so far: never rises.
  package var p: Double { exp(-peakLogE) }

  /// Once true, always true.
  package var isMismatch: Bool { p < Self.threshold }
}
