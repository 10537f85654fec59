/// How much one query, with its subqueries, may still take.
final class Budget {
  let limit: Int
  /// Samples that were loaded or made: what memory they need is what the limit bounds.
  private(set) var held = 0
  /// Samples that were read, also the same ones again for the next step.
  private(set) var touched = 0
  var seriesMatched = 0

  /// Reading needs no memory but time: so much more of it is allowed.
  private static let readingFactor = 20

  /// Asked each so many samples, since a clock costs more than a sample.
  private static let patience = 50_000
  private var asked = 0
  private let isOver: (@Sendable () -> Bool)?

  init(limit: Int, isOver: (@Sendable () -> Bool)? = nil) {
    self.limit = limit
    self.isOver = isOver
  }

  var remaining: Int { max(0, limit - held) }

  func hold(_ count: Int) throws(EvaluationError) {
    held += count
    if held > limit { throw .tooManySamples(limit: limit) }
  }

  func touch(_ count: Int) throws(EvaluationError) {
    touched += count
    if touched / Self.readingFactor > limit { throw .tooManySamples(limit: limit) }
    guard touched - asked >= Self.patience, let isOver else { return }
    asked = touched
    if isOver() { throw .timedOut }
  }
}
