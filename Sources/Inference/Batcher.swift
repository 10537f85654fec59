/// What waits for a run, by priority level, and which of it goes into the next one. Pure: times come in, jobs go out.
///
/// A run takes the oldest request of the highest level and those that follow it, level by level, while they fit: equal
/// shapes but for the rows, the same outputs, together at most `maxRows`. The first that does not fit closes the run,
/// so nobody is overtaken by a younger request of the same level. A run goes when a lane asks for it, unless a delay
/// was configured, the run could still grow, and its oldest request has waited for less than that.
///
/// Source: `dynamic_batch_scheduler.cc` of Triton, whose rules these are. As there, levels are strict: under a lasting
/// overload of a higher level a lower one waits until its timeout.
struct Batcher {
  private(set) var batching: BatchingPolicy
  let queue: QueuePolicy
  /// By level, and last those that have waited for too long where the policy delays them.
  private var queues: [JobQueue]

  init(_ batching: BatchingPolicy = .none, _ queue: QueuePolicy = QueuePolicy()) {
    self.batching = batching
    self.queue = queue
    queues =
      Array(repeating: JobQueue(), count: queue.priorityLevels) + [JobQueue(holdsDelayed: true)]
  }

  var count: Int { queues.reduce(0) { $0 + $1.count } }
  var rows: Int { queues.reduce(0) { $0 + $1.rows } }
  var bytes: Int { queues.reduce(0) { $0 + $1.bytes } }

  /// Rows that wait in one level.
  func rows(level: Int) -> Int { queues[level - 1].rows }

  mutating func add(_ job: QueuedJob) { queues[job.level - 1].append(job) }

  /// What a lane is to do.
  enum Step {
    case run([QueuedJob])
    /// Something waits, but may still grow until then.
    case wait(until: MonotonicTime)
    case nothing
  }

  /// Takes the next run out.
  ///
  /// - Parameter isClosing: nothing more will come, so nothing is waited for.
  /// - Precondition: `expire` was called for this time.
  mutating func take(at now: MonotonicTime, isClosing: Bool = false) -> Step {
    guard let pending = pending() else { return .nothing }
    let waited = now - pending.oldest
    let isOverdue = isClosing || waited >= batching.delay.nanoseconds
    if pending.preferredCount > 0, batching.delay == .zero || !isOverdue {
      return .run(removeFirst(pending.preferredCount))
    }
    if pending.isClosed || isOverdue || pending.rows >= batching.fullRows {
      return .run(removeFirst(pending.count))
    }
    return .wait(until: pending.oldest + batching.delay)
  }

  /// Takes out what has waited for too long and is to be answered; what the policy delays goes to the end.
  ///
  /// - Complexity: O(1) while nothing is due, else O(n).
  mutating func expire(at now: MonotonicTime) -> [QueuedJob] {
    var late: [QueuedJob] = []
    let last = queues.count - 1
    for index in queues.indices where queues[index].earliest <= now {
      for job in queues[index].removeDue(at: now) {
        if queue.timeoutAction == .delay, job.answerBy > now {
          queues[last].append(job)
        } else {
          late.append(job)
        }
      }
    }
    return late
  }

  /// When the first of those that wait will have to be answered.
  var nextDeadline: MonotonicTime? {
    let isRejecting = queue.timeoutAction == .reject
    return queues.compactMap { $0.min(of: { isRejecting ? $0.startBy : $0.answerBy }) }.min()
  }

  mutating func remove(where isTaken: (QueuedJob) -> Bool) -> [QueuedJob] {
    queues.indices.flatMap { queues[$0].remove(where: isTaken) }
  }

  /// From now on each request runs by itself.
  mutating func stopBatching() { batching = .none }

  private struct Pending {
    var count = 1
    var rows: Int
    var oldest: MonotonicTime
    var isClosed = false
    /// Requests up to the largest preferred size that was met.
    var preferredCount = 0
  }

  /// The run that would go now.
  private func pending() -> Pending? {
    var pending: Pending?
    var firstKey: BatchKey?
    for queue in queues {
      for offset in 0..<queue.count {
        let job = queue[offset]
        guard var next = pending else {
          firstKey = job.key
          pending = Pending(rows: job.job.rows, oldest: job.enqueuedAt)
          if firstKey == nil || job.job.rows >= batching.maxRows { pending?.isClosed = true }
          if batching.preferred.contains(job.job.rows) { pending?.preferredCount = 1 }
          continue
        }
        guard !next.isClosed, let key = job.key, key == firstKey,
          next.rows + job.job.rows <= batching.maxRows
        else {
          next.isClosed = true
          return next
        }
        next.count += 1
        next.rows += job.job.rows
        next.oldest = min(next.oldest, job.enqueuedAt)
        if batching.preferred.contains(next.rows) { next.preferredCount = next.count }
        if next.rows == batching.maxRows { next.isClosed = true }
        pending = next
      }
    }
    return pending
  }

  private mutating func removeFirst(_ count: Int) -> [QueuedJob] {
    var taken: [QueuedJob] = []
    taken.reserveCapacity(count)
    for index in queues.indices where taken.count < count {
      taken += queues[index].removeFirst(min(count - taken.count, queues[index].count))
    }
    return taken
  }
}
