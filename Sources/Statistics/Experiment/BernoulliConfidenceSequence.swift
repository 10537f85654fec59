import Glibc

/// An interval for a proportion that holds at every look at once, exactly, however few the events.
///
/// It holds each proportion against which `BetaMixture` has less than 1/alpha of evidence.
///
/// Source: Howard, Ramdas, McAuliffe, Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
/// Ann. Stat. 49(2), doi:10.1214/20-AOS1991.
package struct BernoulliConfidenceSequence: Sendable, Equatable {
  package let low: Double
  package let high: Double

  /// - Parameters:
  ///   - events: 0 through `trials`.
  ///   - trials: with none, nothing is known: 0 through 1.
  ///   - alpha: the chance that the interval ever misses the truth.
  ///   - narrowestAt: the number of trials after which the interval is the narrowest for its alpha.
  /// - Complexity: O(1): at most a hundred steps of a bisection.
  package init(events: Int, trials: Int, alpha: Double = 0.05, narrowestAt: Double = 1_000) {
    precondition(events >= 0 && events <= trials, "there are no more events than trials")
    guard trials > 0 else {
      low = 0
      high = 1
      return
    }
    let mixture = BetaMixture(narrowestAt: narrowestAt)
    let share = Double(events) / Double(trials)
    func isRefuted(_ probability: Double) -> Bool {
      mixture.logE(
        successes: Double(events), failures: Double(trials - events), probability: probability)
        >= -log(alpha)
    }
    low = events == 0 ? 0 : Self.edge(refuted: 0, held: share, isRefuted)
    high = events == trials ? 1 : Self.edge(refuted: 1, held: share, isRefuted)
  }

  /// The refuted end of the last step of a bisection: never inside of the interval.
  private static func edge(
    refuted: Double, held: Double, _ isRefuted: (Double) -> Bool
  ) -> Double {
    var (refuted, held) = (refuted, held)
    for _ in 0..<60 where abs(refuted - held) > 1e-12 * max(refuted, held) {
      let middle = (refuted + held) / 2
      if isRefuted(middle) { refuted = middle } else { held = middle }
    }
    return refuted
  }
}
