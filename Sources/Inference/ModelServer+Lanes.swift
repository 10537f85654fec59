import Dispatch
import Foundation
import Glibc
import Synchronization

/// The threads of one version and the queue that feeds them.
final class Lanes: Sendable {
  let state: Mutex<State>
  let normalReady = DispatchSemaphore(value: 0)
  let shadowReady = DispatchSemaphore(value: 0)

  struct State {
    var queue: LaneQueue
    var normalLanes = 0
    var shadowLanes = 0
    var isWatchingDeadlines = false
    var closing: CheckedContinuation<Void, Never>?
  }

  init(_ queue: LaneQueue) { state = Mutex(State(queue: queue)) }

  func ready(_ priority: EngineJob.Priority) -> DispatchSemaphore {
    priority == .normal ? normalReady : shadowReady
  }

  /// Lets the lanes end once their queue is empty, and waits for the last of them.
  func close() async {
    await withCheckedContinuation { continuation in
      let lanes = state.withLock { state -> (normal: Int, shadow: Int) in
        state.queue.close()
        if state.normalLanes + state.shadowLanes > 0 { state.closing = continuation }
        return (state.normalLanes, state.shadowLanes)
      }
      for _ in 0..<lanes.normal { normalReady.signal() }
      for _ in 0..<lanes.shadow { shadowReady.signal() }
      if lanes.normal + lanes.shadow == 0 { continuation.resume() }
    }
  }

  func ended(_ priority: EngineJob.Priority) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if priority == .normal { state.normalLanes -= 1 } else { state.shadowLanes -= 1 }
      guard state.normalLanes + state.shadowLanes == 0 else { return nil }
      defer { state.closing = nil }
      return state.closing
    }
    waiter?.resume()
  }
}

extension ModelServer {
  func enqueue(_ job: EngineJob, _ answer: @escaping @Sendable (EngineAnswer) -> Void) {
    let waiting = QueuedJob(job, enqueuedAt: clock.now(), answer: answer)
    let (admission, lanesToStart, watch) = lanes.state.withLock {
      state -> (LaneQueue.Admission, Int, Bool) in
      let admission = state.queue.add(waiting)
      guard admission == .admitted else { return (admission, 0, false) }
      let missing: Int
      if job.priority == .normal {
        missing = settings.lanes - state.normalLanes
        state.normalLanes = settings.lanes
      } else {
        missing = 1 - state.shadowLanes
        state.shadowLanes = 1
      }
      let watch = !state.isWatchingDeadlines
      state.isWatchingDeadlines = true
      return (admission, missing, watch)
    }
    switch admission {
    case .admitted:
      for index in 0..<lanesToStart { startLane(job.priority, index) }
      lanes.ready(job.priority).signal()
      if watch { watchDeadlines(from: job.deadline) }
    case .full(let rows, let limit, let delay):
      let error = InferenceError.queueFull(
        version, waiting: rows, limit: limit, retryAfter: delay)
      answer(.failed(error, queueTime: 0, computeTime: 0))
    case .shadowDropped:
      answer(.withdrawn)
    }
  }

  /// Answers what has waited, or run, past its deadline. A run under way is left to end: its answer goes nowhere.
  func expire(at now: MonotonicTime) {
    for late in lanes.state.withLock({ $0.queue.expired(at: now) }) {
      late.finish(timedOut(late.job, queueTime: now - late.enqueuedAt, computeTime: 0))
    }
  }

  /// A thread of its own: a run may take seconds, and none of the pools that others share may wait for it.
  private func startLane(_ priority: EngineJob.Priority, _ index: Int) {
    let thread = Thread { [self] in
      // On Linux 0 is the calling thread: a shadow leaves the cores to those whom somebody waits for.
      if priority == .shadow { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10) }
      work(priority)
      lanes.ended(priority)
    }
    thread.name = priority == .normal ? "lane-\(index)" : "shadow-lane"
    thread.start()
  }

  private func work(_ priority: EngineJob.Priority) {
    while true {
      lanes.ready(priority).wait()
      let (job, isClosing) = lanes.state.withLock { ($0.queue.next(priority), $0.queue.isClosing) }
      if let job {
        runInLane(job)
      } else if isClosing {
        return
      }
    }
  }

  private func watchDeadlines(from deadline: MonotonicTime) {
    let delay = max(1_000_000, deadline - clock.now())
    Self.deadlines.asyncAfter(deadline: .now() + .nanoseconds(Int(delay))) { [weak self] in
      guard let self else { return }
      let now = clock.now()
      expire(at: now)
      let next = lanes.state.withLock { state -> MonotonicTime? in
        let next = state.queue.nextDeadline(after: now)
        if next == nil { state.isWatchingDeadlines = false }
        return next
      }
      if let next { watchDeadlines(from: next) }
    }
  }

  private static let deadlines = DispatchQueue(label: "vigia.deadlines")
}
