import Synchronization

/// A job in a lane's queue or hands, and the one answer that it gets.
final class QueuedJob: Sendable {
  let job: EngineJob
  let enqueuedAt: MonotonicTime
  private let answer: @Sendable (EngineAnswer) -> Void
  private let isAnswered = Atomic(false)

  init(
    _ job: EngineJob, enqueuedAt: MonotonicTime,
    answer: @escaping @Sendable (EngineAnswer) -> Void
  ) {
    self.job = job
    self.enqueuedAt = enqueuedAt
    self.answer = answer
  }

  /// The first answer goes out, later ones nowhere: a job may end in the very moment in which its deadline passes.
  func finish(_ value: EngineAnswer) {
    if !isAnswered.exchange(true, ordering: .acquiringAndReleasing) { answer(value) }
  }
}
