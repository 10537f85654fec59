import Glibc

/// How good the probabilities of a model with several classes were, as sums that merge in any order.
package struct MulticlassQuality: Sendable, Equatable {
  /// Rows whose predicted class was right.
  package internal(set) var correct: Int64 = 0
  /// Rows with a probability for each class.
  package internal(set) var scored: Int64 = 0
  /// Rows without: they count for accuracy alone.
  package internal(set) var unscored: Int64 = 0
  var logLossSum = 0.0
  var brierSum = 0.0
  /// Of the likeliest class. Rows that were kept before there were these are not in them.
  var confidence = CalibrationBins()
  /// As `confidence`; none of a model with more than `ClassRanks.largest` classes.
  var ranks = ClassRanks()

  package init() {}

  /// Counts a row.
  ///
  /// - Parameters:
  ///   - probabilities: of all classes, in the model's order. The row is `unscored` when they are none (not finite, below
  ///     zero, all zero).
  ///   - truth: the position of the true class among them; nil, or outside, when the model does not know the class.
  ///   - isCorrect: whether the class that the model answered is the truth; without it, the class is the likeliest, of
  ///     equal ones the first.
  /// - Complexity: O(classes).
  package mutating func add(probabilities: [Double], truth: Int?, isCorrect: Bool? = nil) {
    let likeliest = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
    // `max` gives the last of equals.
    let first = likeliest.flatMap { probabilities.firstIndex(of: probabilities[$0]) }
    if isCorrect ?? (first != nil && first == truth) { correct += 1 }
    let sum = probabilities.reduce(0, +)
    guard let truth, probabilities.indices.contains(truth), sum > 0, sum.isFinite,
      probabilities.allSatisfy({ $0 >= 0 })
    else {
      unscored += 1
      return
    }
    scored += 1
    let given = probabilities[truth] / sum
    logLossSum -= log(min(max(given, BinaryQuality.clip), 1 - BinaryQuality.clip))
    let shares = probabilities.map { $0 / sum }
    for (position, share) in shares.enumerated() {
      let distance = share - (position == truth ? 1 : 0)
      brierSum += distance * distance
    }
    if let first { confidence.add(confidence: shares[first], isRight: first == truth) }
    ranks.add(probabilities: shares, truth: truth)
  }

  package mutating func merge(_ other: MulticlassQuality) {
    correct += other.correct
    scored += other.scored
    unscored += other.unscored
    logLossSum += other.logLossSum
    brierSum += other.brierSum
    confidence.merge(other.confidence)
    ranks.merge(other.ranks)
  }

  package var rows: Int64 { scored + unscored }
  /// The share of rows predicted right; like the figures below nil without rows.
  package var accuracy: Double? { rows > 0 ? Double(correct) / Double(rows) : nil }
  /// Mean of -ln(probability given to the truth), a row's probabilities brought to the sum 1.
  package var logLoss: Double? { scored > 0 ? logLossSum / Double(scored) : nil }
  /// Mean sum over the classes of the squared distance from the truth: 0 through 2.
  package var brierScore: Double? { scored > 0 ? brierSum / Double(scored) : nil }
  /// Expected calibration error of the likeliest class, over 15 equal bins.
  package var calibrationError: Double? { confidence.error }
  /// The unweighted mean over the classes of each against the rest; of up to 16 classes.
  package var areaUnderCurve: AreaUnderCurve? { ranks.area }
}

/// How far a regression was from the truth, as sums that merge in any order.
package struct RegressionQuality: Sendable, Equatable {
  package internal(set) var scored: Int64 = 0
  /// Rows whose distance is not finite, or beyond `largest`.
  package internal(set) var unscored: Int64 = 0
  /// Sum of the absolute distances, in the target's unit.
  package internal(set) var absoluteSum = 0.0
  var squareSum = 0.0

  /// Sums of squares of distances up to this stay numbers.
  static let largest = 1e100

  package init() {}

  package mutating func add(predicted: Double, truth: Double) {
    let distance = predicted - truth
    guard abs(distance) <= Self.largest else {
      unscored += 1
      return
    }
    scored += 1
    absoluteSum += abs(distance)
    squareSum += distance * distance
  }

  package mutating func merge(_ other: RegressionQuality) {
    scored += other.scored
    unscored += other.unscored
    absoluteSum += other.absoluteSum
    squareSum += other.squareSum
  }

  package var rows: Int64 { scored + unscored }
  /// In the target's unit; nil without rows.
  package var meanAbsoluteError: Double? { scored > 0 ? absoluteSum / Double(scored) : nil }
  package var rootMeanSquaredError: Double? {
    scored > 0 ? (squareSum / Double(scored)).squareRoot() : nil
  }
}
