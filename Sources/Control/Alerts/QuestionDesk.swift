import Domain
import PromQL
import Storage
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
  private let line = Mutex(Line())

  private struct Line {
    /// Questions that wait or are evaluated.
    var count = 0
    var turns = TurnQueue()
  }

  /// - Parameters:
  ///   - patience: for which one question is evaluated at most.
  ///   - places: questions that wait or are evaluated; the next is refused.
  init(patience: Duration = .seconds(5), places: Int = 16) {
    self.patience = patience
    self.places = places
  }

  /// Ends the thread when the question at hand is answered.
  func close() { worker.close() }

  /// - Parameter sight: what the question sees, asked for when its turn comes: one that waits holds no copy of all series.
  /// - Throws: what the evaluation throws, and why it was not begun, as no fault of the question's.
  func answer(
    _ query: Query, _ question: MetricQuery, over sight: () async -> Evaluator
  ) async throws(MetricQueryFailure) -> MetricAnswer {
    guard take() else {
      throw MetricQueryFailure(
        isBadQuery: false, reason: "\(places) other queries wait already: ask again in a moment")
    }
    await withCheckedContinuation { turn in line.withLock { $0.turns.enqueue(turn) } }
    defer {
      line.withLock {
        $0.count -= 1
        $0.turns.give()
      }
    }
    let (seen, patience) = (await sight(), patience)
    return try await worker.run { () throws(MetricQueryFailure) in
      try Self.evaluate(query, question, over: seen, until: ContinuousClock.now + patience)
    }
  }

  private func take() -> Bool {
    line.withLock { line in
      guard line.count < places else { return false }
      line.count += 1
      return true
    }
  }

  private static func evaluate(
    _ query: Query, _ question: MetricQuery, over seen: Evaluator,
    until end: ContinuousClock.Instant
  ) throws(MetricQueryFailure) -> MetricAnswer {
    var evaluator = seen
    evaluator.isOver = { ContinuousClock.now > end }
    do {
      let answer =
        if let range = question.range {
          try evaluator.range(query, from: range.from, to: question.time, step: range.step)
        } else {
          try evaluator.instant(query, at: question.time)
        }
      return MetricAnswer(answer.value, at: question.time)
    } catch EvaluationError.source(let error as StorageError) {
      throw MetricQueryFailure(
        isBadQuery: false, isPassing: error.isPassing, reason: error.description)
    } catch {
      throw MetricQueryFailure(isBadQuery: false, reason: "\(error)")
    }
  }
}
