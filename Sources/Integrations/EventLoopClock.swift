import NIOCore

/// Waits on the event loop of `EventLoopExecutor`, which sleeps until the next of all its moments.
///
/// `ContinuousClock` waits in libdispatch, and so begins what that executor leaves out.
package struct EventLoopClock: Clock {
  package typealias Instant = ContinuousClock.Instant

  package init() {}

  package var now: Instant { ContinuousClock.now }
  package var minimumResolution: Duration { .nanoseconds(1) }

  /// - Throws: `CancellationError`, at once, when the task is cancelled.
  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    let left = TimeAmount(max(.zero, now.duration(to: deadline)))
    let moment = EventLoopExecutor.shared.loop.scheduleTask(in: left) {}
    do {
      try await withTaskCancellationHandler {
        try await moment.futureResult.get()
      } onCancel: {
        moment.cancel()
      }
    } catch {
      try Task.checkCancellation()
      throw error
    }
  }
}
