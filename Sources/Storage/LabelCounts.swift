package import Domain

/// The labels that came for the predictions of one version in one part in one second.
package struct LabelRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Of the prediction, not of the label.
  package var second: Int64
  package var counts: LabelCounts

  package init(version: ModelVersion, variant: Variant, second: Int64, counts: LabelCounts) {
    self.version = version
    self.variant = variant
    self.second = second
    self.counts = counts
  }
}

/// How right the labelled rows were predicted.
package struct LabelCounts: Sendable, Equatable, Codable {
  /// Classes.
  package var correct: Int64 = 0
  package var wrong: Int64 = 0
  /// Regressions: rows, and the sum of their absolute errors.
  package var distances: Int64 = 0
  package var absoluteErrorSum: Double = 0
  /// Users' scores.
  package var scores: Int64 = 0
  package var scoreSum: Double = 0

  package init() {}

  package var rows: Int64 { correct + wrong + distances }

  package mutating func add(_ result: LabelResult) {
    switch result {
    case .correct: correct += 1
    case .wrong: wrong += 1
    case .distance(let distance):
      // Of a prediction that is no number, or none that means anything, no mean can be taken.
      guard distance <= LabelBatch.largest else { return }
      distances += 1
      absoluteErrorSum += distance
    }
  }

  package static func += (left: inout LabelCounts, right: LabelCounts) {
    left.correct += right.correct
    left.wrong += right.wrong
    left.distances += right.distances
    left.absoluteErrorSum += right.absoluteErrorSum
    left.scores += right.scores
    left.scoreSum += right.scoreSum
  }
}
