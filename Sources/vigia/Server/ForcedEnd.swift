import ServiceLifecycle
import Waiting

/// Ends the process when its shutdown does not: a run that nobody can stop holds its event loop for ever, and whoever
/// waits for that loop.
///
/// As a service it is the first to hear of the end, so that its time begins there.
package final class ForcedEnd: Service {
  private let limit: Duration
  private let end: @Sendable () -> Void
  private let isOver = TimedSemaphore()

  /// - Parameter end: called on a thread of its own once `limit` has passed since the shutdown began.
  package init(after limit: Duration, _ end: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.end = end
  }

  package func run() async throws {
    try? await gracefulShutdown()
    let (limit, isOver, end) = (limit, isOver, end)
    NamedThread.start("vigia-end") {
      if !isOver.wait(atMost: limit) { end() }
    }
  }

  /// The shutdown has come to its end.
  package func cancel() { isOver.signal() }
}
