import Glibc

/// An interval for a quantile that holds at every look at once, exactly, read off a sketch.
///
/// How many of n values lie below the quantile q is a sum of n coins that fall with probability q; `BetaMixture` says
/// which sums are believable, and so between which ranks the quantile lies. The limits are the outer edges of the
/// sketch's buckets at these ranks, so the sketch's own error is within them. Much narrower in the tail than a band
/// around the whole distribution, which at 10,000 values still has no upper limit for p99.
///
/// It assumes values that are alike over time: compare within one split, not over a day. What decides is
/// `EventArmEProcess` on slow requests, which assumes no such thing.
///
/// Source: Howard, Ramdas 2022, "Sequential estimation of quantiles with applications to A/B testing and best-arm
/// identification", Bernoulli 28(3), doi:10.3150/21-BEJ1388, theorem 1 with the beta-binomial boundary.
package struct QuantileConfidenceSequence: Sendable, Equatable {
  package let estimate: Double
  package let low: Double
  /// Nil: too few values lie above the quantile to say.
  package let high: Double?

  /// - Parameters:
  ///   - q: above 0 and below 1.
  ///   - alpha: the chance that the interval ever misses the truth.
  /// - Returns: nil for an empty sketch.
  /// - Complexity: O(log count + buckets).
  package init?(of sketch: DDSketch, q: Double, alpha: Double = 0.05) {
    precondition(q > 0 && q < 1, "a quantile lies between the extremes")
    guard let estimate = sketch.quantile(q) else { return nil }
    self.estimate = estimate
    let ranks = Self.ranks(count: sketch.count, q: q, alpha: alpha)
    low = ranks.low < 1 ? 0 : sketch.bounds(ofRank: ranks.low).lowerBound
    high = ranks.high < sketch.count ? sketch.bounds(ofRank: ranks.high + 1).upperBound : nil
  }

  /// The least and the most values that may lie at or below the quantile.
  static func ranks(count: Int64, q: Double, alpha: Double) -> (low: Int64, high: Int64) {
    // A hundred values beyond the quantile: where its interval is to be the narrowest.
    let mixture = BetaMixture(narrowestAt: 100 / min(q, 1 - q))
    func isRefuted(_ below: Int64) -> Bool {
      mixture.logE(
        successes: Double(below), failures: Double(count - below), probability: q) >= -log(alpha)
    }
    let middle = Int64((q * Double(count)).rounded())
    return (
      low: held(from: middle, to: 0, isRefuted), high: held(from: middle, to: count, isRefuted)
    )
  }

  /// The last of the ranks from `middle` to `end` that is believable.
  private static func held(
    from middle: Int64, to end: Int64, _ isRefuted: (Int64) -> Bool
  ) -> Int64 {
    guard isRefuted(end) else { return end }
    var (held, refuted) = (middle, end)
    while abs(refuted - held) > 1 {
      let between = held + (refuted - held) / 2
      if isRefuted(between) { refuted = between } else { held = between }
    }
    return held
  }
}

/// By how much the challenger is slower at one quantile, with an interval that holds at every look at once.
///
/// In words: "challenger slower at p99 by 38 ms, 95 % CI 21 to 55".
package struct QuantileDifference: Sendable, Equatable {
  /// The challenger's quantile minus the champion's; negative: the challenger is faster.
  package let estimate: Double
  /// The champion's quantile.
  package let champion: Double
  /// Nil: too few values lie beyond the quantile to say.
  package let low: Double?
  package let high: Double?

  /// - Parameters:
  ///   - alpha: the chance that the interval ever misses the truth, half of it for each arm.
  /// - Returns: nil while an arm has no value.
  package init?(_ sketches: ByArm<DDSketch>, q: Double, alpha: Double = 0.05) {
    guard
      let champion = QuantileConfidenceSequence(of: sketches.champion, q: q, alpha: alpha / 2),
      let challenger = QuantileConfidenceSequence(of: sketches.challenger, q: q, alpha: alpha / 2)
    else { return nil }
    estimate = challenger.estimate - champion.estimate
    self.champion = champion.estimate
    low = champion.high.map { challenger.low - $0 }
    high = challenger.high.map { $0 - champion.low }
  }
}
