/// Watches a stream of block means for a rise, with a stated mean time to a false alarm.
///
/// For each betting fraction f, L = 1 + f (m / b - 1), where m is the block's mean and b the boundary, `reference` +
/// `tolerance`; M becomes (M + 1) L. Their average over the fractions is the evidence; when it reaches `runLength`
/// there is an alarm, and the evidence starts again at zero.
///
/// As long as the mean of a block, given all blocks before it, is at most the boundary, the expected number of blocks
/// to a false alarm is at least `runLength`, whatever the distribution. That holds for each non-negative loss, not for
/// error rates alone. It says nothing of a mean that fell: a model that became better is no alarm.
///
/// Source: Shin, Ramdas, Rinaldo 2023, "E-detectors: a nonparametric framework for sequential change detection", New
/// England Journal of Statistics in Data Science 2(2), doi:10.51387/23-NEJSDS51; the Shiryaev-Roberts form.
package struct EDetector: Sendable, Equatable, Codable {
  /// What an alarm knows of the rise behind it.
  package struct Alarm: Sendable, Equatable, Codable {
    /// At least 1: what was reached, in units of the threshold.
    package let evidence: Double
    /// How many of the last blocks belong to the rise, this one among them, by maximum likelihood.
    package let blocks: Int
  }

  /// The shares of its capital that each bet stakes: small ones find small rises, large ones large rises soon.
  package static let fractions = [1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2]

  /// What one block may multiply a bet by: keeps the evidence finite, and the promise, which asks for no more than
  /// an expectation of 1.
  private static let largestFactor = 1e6

  /// The mean when all was well.
  package let reference: Double
  /// What a mean may rise above the reference without being a rise.
  package let tolerance: Double
  /// The least mean number of blocks to a false alarm.
  package let runLength: Double
  private var bets: [Bet]

  private struct Bet: Sendable, Equatable, Codable {
    /// The Shiryaev-Roberts sum over all possible beginnings of the rise.
    var evidence = 0.0
    /// The largest of its terms: the product since the likeliest beginning (Page's CUSUM).
    var likelihood = 0.0
    /// Blocks since that beginning.
    var blocks = 0
  }

  /// - Parameters:
  ///   - reference: not negative.
  ///   - tolerance: above zero.
  ///   - runLength: at least 1.
  package init(reference: Double, tolerance: Double, runLength: Double = 1_000) {
    precondition(reference >= 0 && tolerance > 0, "the boundary lies above zero")
    precondition(runLength >= 1, "an alarm takes a block")
    self.reference = reference
    self.tolerance = tolerance
    self.runLength = runLength
    bets = Array(repeating: Bet(), count: Self.fractions.count)
  }

  package var boundary: Double { reference + tolerance }

  /// How near an alarm is: 0 without evidence, below 1, where the alarm would be.
  package var evidence: Double {
    bets.reduce(0) { $0 + $1.evidence } / Double(bets.count) / runLength
  }

  /// How many of the last blocks belong to a rise, by maximum likelihood; 0 when none does.
  package var rise: Int {
    guard let likeliest = bets.max(by: { $0.likelihood < $1.likelihood }),
      likeliest.likelihood > 1
    else { return 0 }
    return likeliest.blocks
  }

  /// Takes in the next block.
  ///
  /// - Parameter blockMean: not negative.
  /// - Complexity: O(1).
  package mutating func step(_ blockMean: Double) -> Alarm? {
    precondition(blockMean >= 0, "a loss is not negative")
    for (index, fraction) in Self.fractions.enumerated() {
      let factor = min(1 + fraction * (blockMean / boundary - 1), Self.largestFactor)
      let goesOn = bets[index].likelihood > 1
      bets[index].evidence = (bets[index].evidence + 1) * factor
      bets[index].likelihood = max(bets[index].likelihood, 1) * factor
      bets[index].blocks = goesOn ? bets[index].blocks + 1 : 1
    }
    let reached = evidence
    guard reached >= 1 else { return nil }
    defer { bets = Array(repeating: Bet(), count: Self.fractions.count) }
    return Alarm(evidence: reached, blocks: rise)
  }

  /// The promise in days: the mean time to a false alarm is this or more.
  ///
  /// - Parameter blockSeconds: of the shortest block.
  package func meanTimeToFalseAlarm(blockSeconds: Double) -> Double {
    runLength * blockSeconds / 86_400
  }
}
