import Domain
import PromQL
import Synchronization

/// Answers questions in the rules' language, one at a time, on a thread of their own.
///
/// Whoever may read may ask anything, also what takes for ever: each question has a bound of samples and of time, and so
/// many wait, no more. Rules and commands go on beside it.
final class QuestionDesk: Sendable {
  /// Samples that one question may hold; rules, which an operator wrote, may hold more.
  static let sampleLimit = 2_000_000
  private let patience: Duration
  private let places: Int

  private let worker = Worker(name: "vigia-questions")
  private let waiting = Mutex(0)

  /// - Parameters:
  ///   - patience: for which one question is evaluated at most.
  ///   - places: questions that wait or are evaluated; the next is refused.
  init(patience: Duration = .seconds(5), places: Int = 16) {
    self.patience = patience
    self.places = places
  }

  /// Ends the thread when the question at hand is answered.
  func close() { worker.close() }

  /// - Throws: what the evaluation throws, and why it was not begun, as no fault of the question's.
  func answer(
    _ query: Query, _ question: MetricQuery, over sight: Evaluator
  ) async throws(MetricQueryFailure) -> MetricAnswer {
    let hasPlace = waiting.withLock { waiting in
      guard waiting < places else { return false }
      waiting += 1
      return true
    }
    guard hasPlace else {
      throw MetricQueryFailure(
        isBadQuery: false, reason: "\(places) other queries wait already: ask again in a moment")
    }
    defer { waiting.withLock { $0 -= 1 } }
    let patience = patience
    return try await worker.run { () throws(MetricQueryFailure) in
      let end = ContinuousClock.now + patience
      var sight = sight
      sight.isOver = { ContinuousClock.now > end }
      do {
        let answer =
          if let range = question.range {
            try sight.range(query, from: range.from, to: question.time, step: range.step)
          } else {
            try sight.instant(query, at: question.time)
          }
        return MetricAnswer(answer.value, at: question.time)
      } catch {
        throw MetricQueryFailure(isBadQuery: false, reason: "\(error)")
      }
    }
  }
}
