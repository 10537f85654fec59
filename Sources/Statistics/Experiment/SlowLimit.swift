/// Above what an answer is slow where two versions are compared.
package enum SlowLimit: Sendable, Equatable {
  /// The model's latency objective, in microseconds.
  case objective(Double)
  /// The champion's p99 as it was when the comparison began, in microseconds: the upper edge of its bucket.
  case championP99(Double)
  /// There is none yet: so many of the champion's answers are known, of those that it takes.
  case collecting(answers: Int64, of: Int64)

  /// Of the champion, before its p99 is taken: ten lie above it.
  package static let leastAnswers: Int64 = 1_000

  /// - Parameter sketch: of the champion's answers since the comparison began.
  package init(championOf sketch: DDSketch) {
    guard sketch.count >= Self.leastAnswers, let edge = sketch.bucketEdge(aboveQuantile: 0.99)
    else {
      self = .collecting(answers: sketch.count, of: Self.leastAnswers)
      return
    }
    self = .championP99(edge)
  }

  /// Nil while there is none.
  package var microseconds: Double? {
    switch self {
    case .objective(let limit), .championP99(let limit): limit
    case .collecting: nil
    }
  }
}
