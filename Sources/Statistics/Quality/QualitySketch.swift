/// What is kept of the labelled rows of one version in one stretch of time, in a form for the store.
///
/// Merging loses nothing, in any order.
package enum QualitySketch: Sendable, Equatable {
  case binary(BinaryQuality)
  case multiclass(MulticlassQuality)
  case regression(RegressionQuality)

  package var rows: Int64 {
    switch self {
    case .binary(let quality): quality.rows
    case .multiclass(let quality): quality.rows
    case .regression(let quality): quality.rows
    }
  }

  /// Adds all that `other` has counted. Rows without scores are of either kind of classifier: on a busy server the scores of
  /// some are looked at only.
  ///
  /// - Returns: false, and nothing is added, when the other is of another kind of model.
  package mutating func merge(_ other: QualitySketch) -> Bool {
    switch (self, other) {
    case (.binary(var mine), .binary(let others)):
      mine.merge(others)
      self = .binary(mine)
    case (.multiclass(var mine), .multiclass(let others)):
      mine.merge(others)
      self = .multiclass(mine)
    case (.regression(var mine), .regression(let others)):
      mine.merge(others)
      self = .regression(mine)
    case (.binary(var mine), .multiclass(let others)) where others.scored == 0:
      mine.addUnscored(rows: others.unscored, correct: others.correct)
      self = .binary(mine)
    case (.multiclass(let mine), .binary(var others)) where mine.scored == 0:
      others.addUnscored(rows: mine.unscored, correct: mine.correct)
      self = .binary(others)
    default: return false
    }
    return true
  }
}
