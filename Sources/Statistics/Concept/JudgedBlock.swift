/// A stretch of predictions whose labels are in, judged once.
package struct JudgedBlock: Sendable, Equatable, Codable {
  /// Seconds since 1970; the end is not part of it.
  package internal(set) var start: Int64
  package internal(set) var end: Int64
  package let predicted: Int64
  package let labelled: Int64
  /// Sum over the labelled rows.
  package let loss: Double
  /// The error rates of "as last time" and of "always the commonest" over the same truths; nil where they are not known.
  package let noChangeMean: Double?
  package let majorityMean: Double?
  /// The detector's evidence after this block: alarm at 1; nil while the reference is being collected.
  package internal(set) var evidence: Double?

  package var mean: Double { loss / Double(labelled) }
}

/// A block that is still being filled.
struct OpenBlock: Sendable, Equatable, Codable {
  var coverage: LabelCoverage
  var loss = 0.0
  var baselines: LabelBaselines?

  init(start: Int64, end: Int64) { coverage = LabelCoverage(start: start, end: end) }

  mutating func add(_ window: LabelWindow) {
    coverage.add(window)
    loss += window.loss
    guard let added = window.baselines else { return }
    if baselines == nil { baselines = LabelBaselines() }
    baselines?.merge(following: added)
  }

  /// - Precondition: a row is labelled.
  func closed(at end: Int64) -> JudgedBlock {
    JudgedBlock(
      start: coverage.start, end: end, predicted: coverage.predicted, labelled: coverage.labelled,
      loss: loss, noChangeMean: baselines?.noChangeAccuracy.map { 1 - $0 },
      majorityMean: baselines?.majorityAccuracy.map { 1 - $0 }, evidence: nil)
  }
}
