import Glibc

/// Evidence that a coin does not fall as it is said to: a mixture of likelihood ratios over all other coins.
///
/// ```swift
/// BetaMixture(concentration: 10).logE(successes: 8, failures: 40, probability: 0.05)   // 2.33
/// ```
///
/// While the coin is as said, `exp(logE)` is a martingale that starts at one: the chance that it ever reaches 1/alpha
/// is at most alpha, however often one looks (Ville's inequality). Three things stand on it: `BernoulliConfidenceSequence`,
/// `QuantileConfidenceSequence` and `SampleRatioTest`.
///
/// Source: Robbins 1970, Ann. Math. Stat. 41(5); as the Dirichlet-multinomial test in Lindon, Malek 2022, NeurIPS,
/// arXiv:2011.03567.
package struct BetaMixture: Sendable, Equatable, Codable {
  /// How near to the said probability the others are thought to be, as a number of imagined trials, above 0.
  package let concentration: Double

  package init(concentration: Double) {
    precondition(concentration > 0, "a prior weighs something")
    self.concentration = concentration
  }

  /// The concentration whose bound is the narrowest after `trials` trials, at an error of `alpha`.
  ///
  /// Source: Howard, Ramdas, McAuliffe, Sekhon 2021, Ann. Stat. 49(2), section 3.5.
  package init(narrowestAt trials: Double, alpha: Double = 0.05) {
    let evidence = -2 * log(alpha)
    self.init(concentration: max(trials / (evidence + log(1 + evidence)) - 1, 1e-3))
  }

  /// - Parameters:
  ///   - successes, failures: not negative; whole numbers, or what is left when weights are taken off.
  ///   - probability: of a success, as it is said to be; above 0 and below 1.
  /// - Complexity: O(1).
  package func logE(successes: Double, failures: Double, probability: Double) -> Double {
    Self.logRatio(
      successes, failures, concentration * probability, concentration * (1 - probability))
      - successes * log(probability) - failures * log1p(-probability)
  }

  /// The logarithm of B(a + successes, b + failures) / B(a, b): how likely a Beta(a, b) finds such a sequence.
  static func logRatio(_ successes: Double, _ failures: Double, _ a: Double, _ b: Double) -> Double
  {
    lgamma(a + successes).0 - lgamma(a).0 + lgamma(b + failures).0 - lgamma(b).0
      - (lgamma(a + b + successes + failures).0 - lgamma(a + b).0)
  }
}
