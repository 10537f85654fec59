import Synchronization
import Waiting

/// The threads of one version and the queue that feeds them.
final class Lanes: Sendable {
  let state: Mutex<State>
  private let normalReady = TimedSemaphore()
  private let shadowReady = TimedSemaphore()

  struct State {
    var queue: LaneQueue
    var normal = Crew()
    var shadow = Crew()
    /// When the deadlines will be looked at next.
    var nextWatch = MonotonicTime.never
    var closing: CheckedContinuation<Void, Never>?
  }

  /// The threads for jobs of one priority.
  struct Crew {
    var threads = 0
    /// Those that wait and that nobody has sent a signal yet: at most one signal is on its way to each.
    var sleeping = 0

    /// Whether a sleeper was claimed: the caller is to send it a signal.
    mutating func wakeOne() -> Bool {
      guard sleeping > 0 else { return false }
      sleeping -= 1
      return true
    }
  }

  init(_ queue: LaneQueue) { state = Mutex(State(queue: queue)) }

  func signal(_ priority: EngineJob.Priority) { ready(priority).signal() }

  /// Puts the calling lane to sleep until a signal, or until a time on the lanes' clock.
  ///
  /// - Precondition: the lane is counted among the sleepers.
  func sleep(_ priority: EngineJob.Priority, for nanoseconds: Int64? = nil) {
    guard let nanoseconds else { return ready(priority).wait() }
    guard !ready(priority).wait(atMost: .nanoseconds(nanoseconds)) else { return }
    let isFree = state.withLock { $0[priority].wakeOne() }
    // All sleepers were claimed: a signal for this one is on its way, and stays nowhere if it is taken here.
    if !isFree { ready(priority).wait() }
  }

  /// Lets the lanes end once their queue is empty, and waits for the last of them.
  func close() async {
    await withCheckedContinuation { continuation in
      let (hasLanes, normal, shadow) = state.withLock { state -> (Bool, Int, Int) in
        state.queue.close()
        let hasLanes = state.normal.threads + state.shadow.threads > 0
        if hasLanes { state.closing = continuation }
        let sleeping = (state.normal.sleeping, state.shadow.sleeping)
        state.normal.sleeping = 0
        state.shadow.sleeping = 0
        return (hasLanes, sleeping.0, sleeping.1)
      }
      for _ in 0..<normal { normalReady.signal() }
      for _ in 0..<shadow { shadowReady.signal() }
      if !hasLanes { continuation.resume() }
    }
  }

  func ended(_ priority: EngineJob.Priority) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state[priority].threads -= 1
      guard state.normal.threads + state.shadow.threads == 0 else { return nil }
      defer { state.closing = nil }
      return state.closing
    }
    waiter?.resume()
  }

  private func ready(_ priority: EngineJob.Priority) -> TimedSemaphore {
    priority == .normal ? normalReady : shadowReady
  }
}

extension Lanes.State {
  subscript(priority: EngineJob.Priority) -> Lanes.Crew {
    get { priority == .normal ? normal : shadow }
    set { if priority == .normal { normal = newValue } else { shadow = newValue } }
  }
}
