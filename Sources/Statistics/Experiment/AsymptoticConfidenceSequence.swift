import Glibc

/// An interval for the difference of two means that holds at every look at once, for large samples.
///
/// Only to be drawn: at a split of 5 % it errs in 11 to 15 of 100 experiments without `isDrawable`, and even with it it
/// judges a ramp and a shared outage wrong. What decides is `EventArmEProcess`.
///
/// Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, "Time-uniform central limit theory and asymptotic
/// confidence sequences", Ann. Stat. 52(6), arXiv:2103.06476; with the tuning of GrowthBook (t* = 5,000).
package struct AsymptoticConfidenceSequence: Sendable, Equatable {
  /// Of one arm.
  package struct Sample: Sendable, Equatable {
    package var count: Double
    package var mean: Double
    package var variance: Double

    package init(count: Double, mean: Double, variance: Double) {
      self.count = count
      self.mean = mean
      self.variance = variance
    }

    /// Trials of which some are events.
    package init(events: Int, trials: Int) {
      let mean = Double(events) / Double(trials)
      self.init(count: Double(trials), mean: mean, variance: mean * (1 - mean))
    }
  }

  /// The challenger's mean minus the champion's.
  package let difference: Double
  package let low: Double
  package let high: Double
  /// Against a difference of zero.
  package let logE: Double

  /// min(1, 1/E): valid at every look.
  package var p: Double { min(1, exp(-logE)) }

  /// - Parameters:
  ///   - champion, challenger: each with at least one value, and some variance in one of them.
  ///   - alpha: the chance that the interval ever misses the truth.
  ///   - narrowestAt: the number of values, of both arms, after which the interval is the narrowest for its alpha.
  /// - Complexity: O(1).
  package init(
    champion: Sample, challenger: Sample, alpha: Double = 0.05, narrowestAt: Double = 5_000
  ) {
    let variance = champion.variance / champion.count + challenger.variance / challenger.count
    let count = champion.count + challenger.count
    let evidence = -2 * log(alpha)
    let rhoSquared = (evidence + log(1 + evidence)) / narrowestAt
    let growth = count * rhoSquared + 1
    let half =
      (count * variance).squareRoot()
      * (2 * growth * log(growth.squareRoot() / alpha) / (count * count * rhoSquared)).squareRoot()
    difference = challenger.mean - champion.mean
    low = difference - half
    high = difference + half
    logE =
      rhoSquared * (difference * difference * count / variance) / (2 * growth) - 0.5 * log(growth)
  }

  /// Whether proportions may be drawn: ten events and ten that are none in each arm.
  package static func isDrawable(events: ByArm<Int>, trials: ByArm<Int>) -> Bool {
    func enough(_ events: Int, _ trials: Int) -> Bool { events >= 10 && trials - events >= 10 }
    return enough(events.champion, trials.champion) && enough(events.challenger, trials.challenger)
  }
}
