import Glibc

/// Evidence that the challenger's rate of an event is more than `margin` times the champion's, valid at every look.
///
/// Only events count, and of each only whose it was: while both arms fail alike, an event is the challenger's with the
/// probability of its share of the traffic at that moment. So no split, however it changes, and no outage that both
/// share can look like harm.
///
/// ```swift
/// var process = EventArmEProcess(margin: 1.25, alternative: .worse)
/// process.observe(challenger: 1, champion: 0, share: 0.05)
/// if process.logE >= log(1 / alpha) { ... }   // roll back
/// ```
///
/// With r the ratio of the two rates, an event is the challenger's with probability
/// q(r) = share * r / (share * r + 1 - share). E is the mean of 32 likelihood ratios against r = margin, for
/// r = margin * 64^(j/32), j = 1...32; with `.notWorse`, for margin * 64^(-j/32). While the ratio is at most `margin`
/// (at least, with `.notWorse`), the chance that E ever reaches 1/alpha is at most alpha.
///
/// It assumes that routing is random, given the share: where it sticks to keys, an event is a key's first
/// (`FirstEventPerKey`). Events that come in clusters of one arm, as when one engine's queue stalls, are not
/// independent: `ClusterCorrection`.
///
/// Source: Lindon, Malek 2022, NeurIPS, arXiv:2011.03567, section 4; the mixture over ratios is ours.
package struct EventArmEProcess: Sendable, Equatable, Codable {
  package enum Alternative: String, Sendable, Codable {
    /// Reaching 1/alpha proves harm: the ratio is above the margin.
    case worse
    /// Reaching 1/alpha proves that it is below the margin: non-inferiority.
    case notWorse
  }

  package static let ratioCount = 32
  /// The logarithm of the farthest ratio over the margin.
  private static let logReach = log(64.0)

  package let margin: Double
  package let alternative: Alternative
  /// Logarithms of the 32 likelihood ratios.
  private var logSums = Array(repeating: 0.0, count: ratioCount)

  /// - Precondition: `margin` is above 0.
  package init(margin: Double, alternative: Alternative) {
    precondition(margin > 0, "a ratio of rates is positive")
    self.margin = margin
    self.alternative = alternative
  }

  package mutating func observe(isChallenger: Bool, share: Double) {
    observe(challenger: isChallenger ? 1 : 0, champion: isChallenger ? 0 : 1, share: share)
  }

  /// Events of both arms under one share, in any order.
  ///
  /// - Parameter share: the challenger's, of the traffic in which they happened. At 0 and at 1 an event tells nothing,
  ///   and is left out.
  /// - Complexity: O(ratioCount).
  package mutating func observe(challenger: Int, champion: Int, share: Double) {
    let events = challenger + champion
    guard events > 0, share > 0, share < 1 else { return }
    let least = log(share * margin + 1 - share)
    for index in 0..<Self.ratioCount {
      let logRatio = logRatio(index)
      let other = log(share * margin * exp(logRatio) + 1 - share)
      logSums[index] += Double(events) * (least - other) + Double(challenger) * logRatio
    }
  }

  /// The logarithm of E, which starts at 0.
  ///
  /// - Complexity: O(ratioCount).
  package var logE: Double { logE(dividedBy: 1) }

  /// The logarithm of the mean of the likelihood ratios, each to the power of 1/`dispersion`.
  func logE(dividedBy dispersion: Double) -> Double {
    let largest = logSums.max() ?? 0
    let sum = logSums.reduce(0) { $0 + exp(($1 - largest) / dispersion) }
    return largest / dispersion + log(sum / Double(Self.ratioCount))
  }

  /// The process as it would be without some of its events.
  ///
  /// - Precondition: `part` has the same margin and alternative.
  package func without(_ part: EventArmEProcess) -> EventArmEProcess {
    precondition(
      part.margin == margin && part.alternative == alternative, "only parts of a process leave it")
    var rest = self
    for index in 0..<Self.ratioCount { rest.logSums[index] -= part.logSums[index] }
    return rest
  }

  private func logRatio(_ index: Int) -> Double {
    let step = Self.logReach * Double(index + 1) / Double(Self.ratioCount)
    return alternative == .worse ? step : -step
  }
}
