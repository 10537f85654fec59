import Dispatch
import Glibc
import Synchronization

/// A thread for one piece of work that waits for a disk or a library: never one of the pool that answers requests.
package enum BlockingThread {
  /// - Parameter name: as `ps -L` shows it; at most 15 bytes are seen.
  package static func run<Value: Sendable, Failure: Error>(
    _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      NamedThread.start(name) {
        continuation.resume(returning: Result { () throws(Failure) in try body() })
      }
    }
    return try result.get()
  }

  /// The same at nice 10: whoever answers requests goes first.
  ///
  /// A thread that is made by another has its priority, for good. So `body` makes none that outlives it (a session with
  /// threads of its own does), and takes no lock that the request path takes; and its answer is handed on by a thread
  /// of the usual priority, since waking a task may make a thread of the pool.
  package static func runInBackground<Value: Sendable, Failure: Error>(
    _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await run(name) { () throws(Failure) in
      let answer = Mutex<Result<Value, Failure>?>(nil)
      let isDone = DispatchSemaphore(value: 0)
      NamedThread.start(name) {
        // On Linux 0 is the calling thread.
        let kind = __priority_which_t(PRIO_PROCESS.rawValue)
        setpriority(kind, 0, max(10, getpriority(kind, 0)))
        let result = Result { () throws(Failure) in try body() }
        answer.withLock { $0 = result }
        isDone.signal()
      }
      isDone.wait()
      guard let result = answer.withLock({ $0 }) else {
        preconditionFailure("the thread answers before it signals")
      }
      return try result.get()
    }
  }
}
