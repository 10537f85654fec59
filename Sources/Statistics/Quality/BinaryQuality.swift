import Glibc

/// How good the probabilities of a model with two classes were, as sums and counts that merge.
///
/// Accuracy, log-loss, Brier score and calibration error are exact; the area under the curve is that of `ScoreBins`
/// and says how far it may be off. Merging is adding: in any order, over any windows of one version.
///
/// Sources: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; Guo, Pleiss, Sun, Weinberger 2017, "On
/// calibration of modern neural networks", ICML (expected calibration error).
package struct BinaryQuality: Sendable, Equatable {
  /// Probabilities are moved this far from 0 and 1 before their logarithm is taken, as in scikit-learn.
  package static let clip = 0x1p-52

  /// Rows whose predicted class was right.
  package private(set) var correct: Int64 = 0
  /// Rows whose score is no probability: they count for accuracy alone.
  package private(set) var unscored: Int64 = 0
  /// By bin of `ScoreBins`.
  package private(set) var negatives = Array(repeating: Int64(0), count: ScoreBins.edges.count)
  package private(set) var positives = Array(repeating: Int64(0), count: ScoreBins.edges.count)
  /// Sums of the scores by calibration bin.
  private(set) var scoreSums = Array(repeating: 0.0, count: ScoreBins.calibrationBins)
  private(set) var logLossSum = 0.0
  private(set) var brierSum = 0.0

  package init() {}

  init(
    correct: Int64, unscored: Int64, negatives: [Int64], positives: [Int64], scoreSums: [Double],
    logLossSum: Double, brierSum: Double
  ) {
    self.correct = correct
    self.unscored = unscored
    self.negatives = negatives
    self.positives = positives
    self.scoreSums = scoreSums
    self.logLossSum = logLossSum
    self.brierSum = brierSum
  }

  /// Counts a row.
  ///
  /// - Parameters:
  ///   - probability: of the positive class. Rounding may take it 1e-6 beyond 0 and 1; further out it is none, and the
  ///     row is `unscored`.
  ///   - isPositive: the truth.
  ///   - isCorrect: whether the class that the model answered is the truth; without it, the class is positive from
  ///     one half on.
  /// - Complexity: O(log bins).
  package mutating func add(probability: Double, isPositive: Bool, isCorrect: Bool? = nil) {
    if isCorrect ?? ((probability >= 0.5) == isPositive) { correct += 1 }
    guard probability >= -1e-6, probability <= 1 + 1e-6 else {
      unscored += 1
      return
    }
    let score = min(max(probability, 0), 1)
    let bin = ScoreBins.bin(of: score)
    if isPositive { positives[bin] += 1 } else { negatives[bin] += 1 }
    scoreSums[ScoreBins.calibrationBin(ofBin: bin)] += score
    let clipped = min(max(score, Self.clip), 1 - Self.clip)
    logLossSum -= log(isPositive ? clipped : 1 - clipped)
    let distance = (isPositive ? 1 : 0) - score
    brierSum += distance * distance
  }

  /// Counts rows whose scores nobody looked at: for accuracy alone.
  mutating func addUnscored(rows: Int64, correct right: Int64) {
    unscored += rows
    correct += right
  }

  /// - Complexity: O(bins).
  package mutating func merge(_ other: BinaryQuality) {
    correct += other.correct
    unscored += other.unscored
    for bin in negatives.indices {
      negatives[bin] += other.negatives[bin]
      positives[bin] += other.positives[bin]
    }
    for bin in scoreSums.indices { scoreSums[bin] += other.scoreSums[bin] }
    logLossSum += other.logLossSum
    brierSum += other.brierSum
  }

  /// Rows whose score is a probability.
  package var scored: Int64 { negatives.reduce(0, +) + positives.reduce(0, +) }
  package var rows: Int64 { scored + unscored }

  /// The share of rows predicted right; like the figures below nil without rows.
  package var accuracy: Double? { Self.share(Double(correct), of: rows) }
  /// Mean of -ln(probability given to the truth).
  package var logLoss: Double? { Self.share(logLossSum, of: scored) }
  /// Mean squared distance of the probability from the truth, 0 or 1.
  package var brierScore: Double? { Self.share(brierSum, of: scored) }
  package var areaUnderCurve: AreaUnderCurve? {
    AreaUnderCurve(bins: zip(negatives, positives).lazy.map { ($0, $1) })
  }

  /// The mean distance of probability and truth, bin by bin over 15 equal bins, weighted by rows.
  package var calibrationError: Double? {
    var counts = Array(repeating: Int64(0), count: ScoreBins.calibrationBins)
    var positiveCounts = counts
    for bin in negatives.indices {
      let group = ScoreBins.calibrationBin(ofBin: bin)
      counts[group] += negatives[bin] + positives[bin]
      positiveCounts[group] += positives[bin]
    }
    let distance = scoreSums.indices.reduce(0.0) { sum, group in
      sum + abs(scoreSums[group] - Double(positiveCounts[group]))
    }
    return Self.share(distance, of: counts.reduce(0, +))
  }

  private static func share(_ sum: Double, of rows: Int64) -> Double? {
    rows > 0 ? sum / Double(rows) : nil
  }
}
