import Dispatch
import Glibc
import Synchronization
import Waiting

/// How jobs come into the lanes, and how they leave them without a run.
extension ModelServer {
  func enqueue(_ job: EngineJob, _ answer: @escaping @Sendable (EngineAnswer) -> Void) {
    let isAlone = job.isProbe || plan.batching.maxRows == 1
    let waiting = QueuedJob(
      job, enqueuedAt: clock.now(), key: isAlone ? nil : signature.batchKey(of: job),
      policy: settings.queue, answer: answer)
    enqueue(waiting)
  }

  func enqueue(_ waiting: QueuedJob) {
    let job = waiting.job
    let due = min(waiting.startBy, waiting.answerBy)
    let crew = job.priority == .normal ? settings.lanes : 1
    let entry = lanes.state.withLock { state -> Entry in
      let admission = state.queue.add(waiting)
      guard admission == .admitted else { return Entry(admission: admission) }
      var entry = Entry(admission: admission)
      entry.lanesToStart = crew - state[job.priority].threads
      state[job.priority].threads = crew
      entry.wakes = state[job.priority].wakeOne()
      entry.watches = due < state.nextWatch
      if entry.watches { state.nextWatch = due }
      return entry
    }
    switch entry.admission {
    case .admitted:
      for index in 0..<entry.lanesToStart { startLane(job.priority, index) }
      if entry.wakes { lanes.signal(job.priority) }
      if entry.watches { watchDeadlines(at: due) }
    case .full(let rows, let limit, let delay):
      board.refused()
      let error = InferenceError.queueFull(
        version, waiting: rows, rows: job.rows, limit: limit, retryAfter: delay)
      waiting.finish(.failed(error, queueTime: 0, computeTime: 0))
    case .fullOfBytes(let bytes, let limit, let delay):
      board.refused()
      let error = InferenceError.queueBytesFull(
        version, waiting: bytes, limit: limit, retryAfter: delay)
      waiting.finish(.failed(error, queueTime: 0, computeTime: 0))
    case .shadowDropped:
      waiting.finish(.withdrawn)
    }
  }

  /// What is to be done for a job, once the lock is left.
  private struct Entry {
    var admission: LaneQueue.Admission
    var lanesToStart = 0
    var wakes = false
    var watches = false
  }

  /// Answers what has waited, or run, past its deadline, and stops the runs whose answers would go nowhere.
  func expire(at now: MonotonicTime) {
    for late in lanes.state.withLock({ $0.queue.expired(at: now) }) { answerLate(late, at: now) }
    for run in lanes.state.withLock({ $0.queue.abandoned }) { run.stop.request() }
  }

  /// Of what did not run in time, or for whom nobody waits any more.
  private func answerLate(_ late: QueuedJob, at now: MonotonicTime) {
    guard late.claim() else { return }
    let waited = now - late.enqueuedAt
    let isOwn = late.job.deadline <= now || settings.queue.timeout == nil
    board.refused(after: waited)
    if late.isDeserted, !late.hasStarted {
      return late.deliver(.failed(.clientLeft(version), queueTime: waited, computeTime: 0))
    }
    let limit = isOwn ? late.job.timeout : settings.queue.timeout ?? late.job.timeout
    let error: InferenceError =
      late.hasStarted ? .overrun(version, after: limit) : .timedOut(version, after: limit)
    late.deliver(.failed(error, queueTime: waited, computeTime: 0))
  }

  /// A thread of its own: a run may take seconds, and none of the pools that others share may wait for it.
  private func startLane(_ priority: EngineJob.Priority, _ index: Int) {
    NamedThread.start(priority == .normal ? "lane-\(index)" : "shadow-lane") { [self] in
      // On Linux 0 is the calling thread: a shadow leaves the cores to those whom somebody waits for.
      if priority == .shadow { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10) }
      work(priority)
      lanes.ended(priority)
    }
  }

  private func work(_ priority: EngineJob.Priority) {
    while true {
      let now = clock.now()
      let (turn, expired) = lanes.state.withLock { state in
        let next = state.queue.next(priority, at: now)
        switch next.turn {
        case .wait, .sleep: state[priority].sleeping += 1
        case .run, .end: break
        }
        return next
      }
      for late in expired { answerLate(late, at: now) }
      switch turn {
      case .run(let run): perform(run)
      case .wait(let until): lanes.sleep(priority, for: until - now)
      case .sleep: lanes.sleep(priority)
      case .end: return
      }
    }
  }

  private func watchDeadlines(at time: MonotonicTime) {
    let delay = max(1_000_000, time - clock.now())
    Self.deadlines.asyncAfter(deadline: .now() + .nanoseconds(Int(delay))) { [weak self] in
      guard let self else { return }
      let now = clock.now()
      expire(at: now)
      let next = lanes.state.withLock { state -> MonotonicTime? in
        // One that came later and is due earlier has started a watch of its own.
        guard state.nextWatch == time else { return nil }
        let next = state.queue.nextDeadline(after: now)
        state.nextWatch = next ?? .never
        return next
      }
      if let next { watchDeadlines(at: next) }
    }
  }

  private static let deadlines = DispatchQueue(label: "vigia.deadlines")
}
