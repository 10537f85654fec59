import Dispatch
import Synchronization
import Waiting

/// A thread of its own that runs blocking work in order: a disk that hangs holds up this thread and no other.
///
/// It is an executor as well, so that an actor can live on it, apart from the cooperative pool that requests share.
package final class Worker: SerialExecutor {
  private enum Job {
    case closure(@Sendable () -> Void)
    case executor(UnownedJob)
  }

  private struct State {
    var jobs: [Job] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  /// - Parameter name: of the thread, see `NamedThread`.
  package init(name: String) {
    NamedThread.start(name, stackBytes: 1 << 20) { [self] in loop() }
  }

  /// Ends the thread when the work at hand is done.
  package func close() {
    state.withLock { $0.isClosed = true }
    arrivals.signal()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(.executor(job)) }
    arrivals.signal()
  }

  /// Runs `body` on the thread, behind what waits already; on the caller's once the thread has ended, so that nobody
  /// waits for ever.
  package func perform(_ body: @escaping @Sendable () -> Void) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.jobs.append(.closure(body)) }
      return state.isClosed
    }
    if isClosed { body() } else { arrivals.signal() }
  }

  /// Runs blocking `body` on the thread and gives its result.
  package func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      perform {
        continuation.resume(returning: Result { () throws(Failure) in try body() })
      }
    }
    return try result.get()
  }

  private func loop() {
    while true {
      arrivals.wait()
      let (job, isClosed) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
      }
      switch job {
      case .closure(let body): body()
      case .executor(let job):
        // Unsafe by the standard library's word for it; each job is run once, on this executor.
        unsafe job.runSynchronously(on: asUnownedSerialExecutor())
      case nil: if isClosed { return }
      }
    }
  }
}
