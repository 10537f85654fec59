/// The area under the receiver operating characteristic: how often a positive's score is above a negative's.
///
/// By rank sum with average ranks: a tie counts half. Scores in one bin count as ties, so on bins the area is off by at
/// most half of the pairs that share one.
///
/// Source: Hanley, McNeil 1982, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143(1), doi:10.1148/radiology.143.1.7063747.
package struct AreaUnderCurve: Sendable, Equatable {
  package let value: Double
  /// The largest distance from the area of the unbinned scores.
  package let error: Double

  /// Of counts of negatives and positives by bin, in ascending order of the score; nil without both classes.
  ///
  /// - Complexity: O(bins).
  package init?(bins: some Sequence<(negatives: Int64, positives: Int64)>) {
    var (negatives, positives, above, tied) = (0.0, 0.0, 0.0, 0.0)
    for bin in bins {
      above += Double(bin.positives) * negatives
      tied += Double(bin.positives) * Double(bin.negatives)
      negatives += Double(bin.negatives)
      positives += Double(bin.positives)
    }
    guard negatives > 0, positives > 0 else { return nil }
    value = (above + tied / 2) / (negatives * positives)
    error = tied / 2 / (negatives * positives)
  }

  /// Of single scores, exactly: its `error` is 0. Nil without both classes, or when a score is not a number.
  ///
  /// - Complexity: O(n log n).
  package init?(scores: some Sequence<(score: Double, isPositive: Bool)>) {
    var groups: [(negatives: Int64, positives: Int64)] = []
    var previous: Double?
    for (score, isPositive) in scores.sorted(by: { $0.score < $1.score }) {
      guard !score.isNaN else { return nil }
      if score != previous { groups.append((0, 0)) }
      previous = score
      if isPositive {
        groups[groups.count - 1].positives += 1
      } else {
        groups[groups.count - 1].negatives += 1
      }
    }
    guard let area = AreaUnderCurve(bins: groups) else { return nil }
    value = area.value
    error = 0
  }

  /// Of a model with several classes, exactly: the unweighted mean over the classes of each against the rest, as
  /// scikit-learn's `roc_auc_score` with `multi_class="ovr"`. Classes without rows of theirs or of others are left out.
  ///
  /// - Parameter rows: each with the probabilities of all classes, with the sum 1, and the position of the true one.
  /// - Complexity: O(classes x n log n).
  package init?(rows: some Collection<(probabilities: [Double], truth: Int)>) {
    let classes = rows.map(\.probabilities.count).max() ?? 0
    self.init(
      meanOf: (0..<classes).compactMap { position in
        AreaUnderCurve(
          scores: rows.lazy.map { ($0.probabilities[position], $0.truth == position) })
      })
  }

  /// The mean of areas, off by their mean error at most; nil of none.
  init?(meanOf areas: [AreaUnderCurve]) {
    guard !areas.isEmpty else { return nil }
    value = areas.reduce(0) { $0 + $1.value } / Double(areas.count)
    error = areas.reduce(0) { $0 + $1.error } / Double(areas.count)
  }
}
