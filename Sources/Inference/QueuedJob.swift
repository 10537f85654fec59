import Synchronization

/// A job in a lane's queue or hands, and the one answer that it gets.
final class QueuedJob: Sendable {
  let job: EngineJob
  /// Of memory, that it holds while it waits.
  let bytes: Int
  let enqueuedAt: MonotonicTime
  /// What other requests must have in common with it to share its run; nil: it runs alone.
  let key: BatchKey?
  /// From 1, the highest.
  let level: Int
  /// By then it starts, or the queue's policy is applied to it.
  let startBy: MonotonicTime
  /// By then it is answered, also while it runs.
  let answerBy: MonotonicTime
  private let answer: @Sendable (EngineAnswer) -> Void
  private let claimed = Atomic(false)
  private let started = Atomic(false)

  init(
    _ job: EngineJob, enqueuedAt: MonotonicTime, key: BatchKey? = nil,
    policy: QueuePolicy = QueuePolicy(), answer: @escaping @Sendable (EngineAnswer) -> Void
  ) {
    self.job = job
    bytes = job.inputBytes
    self.enqueuedAt = enqueuedAt
    self.key = key
    self.answer = answer
    level = policy.level(job.priorityLevel)
    let asked = policy.allowsTimeoutOverride ? job.deadline : job.lastDeadline
    startBy = min(asked, policy.timeout.map { enqueuedAt + $0 } ?? .never)
    answerBy = policy.timeoutAction == .delay ? job.lastDeadline : asked
  }

  /// Whether the caller is the first to have an answer, and so the one to `deliver` it: a job may end in the very moment
  /// in which its deadline passes.
  func claim() -> Bool { !claimed.exchange(true, ordering: .acquiringAndReleasing) }

  /// Whether a run has taken it: from then on it is done, or being done.
  var hasStarted: Bool { started.load(ordering: .acquiring) }

  func start() { started.store(true, ordering: .releasing) }

  /// Nobody is left to take an answer.
  var isDeserted: Bool { job.presence?.isGone == true }

  var isAnswered: Bool { claimed.load(ordering: .acquiring) }

  /// Gives the answer out. - Precondition: `claim` said yes to the caller.
  func deliver(_ value: EngineAnswer) { answer(value) }

  func finish(_ value: EngineAnswer) {
    if claim() { deliver(value) }
  }
}
