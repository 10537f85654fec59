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

  init(limit: Int) { self.limit = limit }

  var remaining: Int { max(0, limit - held) }

  func hold(_ count: Int) throws(EvaluationError) {
    held += count
    if held > limit { throw .tooManySamples(limit: limit) }
  }

  func touch(_ count: Int) throws(EvaluationError) {
    touched += count
    if touched / Self.readingFactor > limit { throw .tooManySamples(limit: limit) }
  }
}
