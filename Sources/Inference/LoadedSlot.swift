import Dispatch
import Domain
import Synchronization

/// A version in memory, and the count of requests that are with it: it is closed only once they have left.
final class LoadedSlot: Sendable {
  let version: ModelVersion
  let engine: any Engine
  let file: ModelFile
  let loadedAt: Timestamp
  /// The output whose elements are the predicted classes.
  let labelOutput: String?
  /// The engine's own.
  let timeLimit: Duration?
  let shadowDropped = Atomic<Int64>(0)
  let replies = ReplyTally()
  /// Bytes of this process' memory, as far as they are known.
  let memoryBytes: Int64
  private let usedAt: Atomic<Int64>
  private let answeredAt = Atomic<Int64>(0)
  private let gate = Mutex(Gate())

  private struct Gate {
    var inFlight = 0
    var isClosed = false
    var waiters: [IdleWaiter] = []
  }

  init(file: ModelFile, engine: any Engine, loadedAt: Timestamp, at now: MonotonicTime) {
    version = file.version
    self.file = file
    self.engine = engine
    self.loadedAt = loadedAt
    memoryBytes = engine.memoryBytes ?? 0
    usedAt = Atomic(now.nanoseconds)
    labelOutput = engine.signature.labelOutput
    timeLimit = engine.timeLimit
  }

  /// When a request last asked for it by its name; else when it was loaded.
  var lastUse: MonotonicTime { MonotonicTime(nanoseconds: usedAt.load(ordering: .relaxed)) }

  func noteUse(at now: MonotonicTime) { usedAt.store(now.nanoseconds, ordering: .relaxed) }

  /// When the last request was admitted that it answered; 1970 before the first.
  var lastAnswer: Timestamp { Timestamp(microseconds: answeredAt.load(ordering: .relaxed)) }

  func noteAnswer(to arrival: Timestamp) {
    answeredAt.store(arrival.microseconds, ordering: .relaxed)
  }

  var inFlight: Int { gate.withLock { $0.inFlight } }

  /// Lets a request in; false when the version is being unloaded.
  func enter() -> Bool {
    gate.withLock { gate in
      guard !gate.isClosed else { return false }
      gate.inFlight += 1
      return true
    }
  }

  func leave() {
    let waiters = gate.withLock { gate -> [IdleWaiter] in
      gate.inFlight -= 1
      guard gate.inFlight == 0, !gate.waiters.isEmpty else { return [] }
      defer { gate.waiters = [] }
      return gate.waiters
    }
    for waiter in waiters { waiter.resume(true) }
  }

  /// Lets nobody in any more, waits for those inside, and gives the engine's memory back.
  func close() async {
    gate.withLock { $0.isClosed = true }
    _ = await idle(within: nil)
    await engine.close()
  }

  /// Waits until no request is inside.
  ///
  /// - Returns: whether that came before `timeout` passed.
  func idle(within timeout: Duration?) async -> Bool {
    await withCheckedContinuation { continuation in
      let waiter = IdleWaiter(continuation)
      let isIdle = gate.withLock { gate in
        if gate.inFlight > 0 { gate.waiters.append(waiter) }
        return gate.inFlight == 0
      }
      if isIdle { return waiter.resume(true) }
      guard let timeout else { return }
      DispatchQueue.global().asyncAfter(
        deadline: .now() + .nanoseconds(Int(clamping: max(0, timeout.nanoseconds)))
      ) { waiter.resume(false) }
    }
  }
}

/// A continuation that either an event or a timer resumes, whichever comes first.
final class IdleWaiter: Sendable {
  private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

  init(_ continuation: CheckedContinuation<Bool, Never>) {
    self.continuation = Mutex(continuation)
  }

  func resume(_ value: Bool) {
    let continuation = continuation.withLock { stored in
      defer { stored = nil }
      return stored
    }
    continuation?.resume(returning: value)
  }
}
