import Foundation

/// A thread for one piece of work that waits for a disk or a library: never one of the pool that answers requests.
package enum BlockingThread {
  /// - Parameter name: as `ps -L` shows it; at most 15 bytes are seen.
  package static func run<Value: Sendable, Failure: Error>(
    _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      let thread = Thread {
        continuation.resume(returning: Result { () throws(Failure) in try body() })
      }
      thread.name = name
      thread.start()
    }
    return try result.get()
  }
}
