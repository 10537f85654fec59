import COnnxRuntime
import Dispatch
import Inference
import Synchronization

/// Gives the free pages of this process' heap back to the system after models have come or gone: a load takes copies of
/// the weights, and frees them.
///
/// That locks each arena in turn, those of the event loops, too, and takes pages that requests fault in again: so not
/// after each release, but once enough was freed, and not often.
final class HeapTrim: Sendable {
  static let shared = HeapTrim()

  private let plan = Mutex(TrimPlan())

  /// - Parameter bytes: what a session that was released took, or a load in passing, as measured or estimated.
  func freed(_ bytes: Int64) {
    guard let delay = plan.withLock({ $0.freed(bytes, at: .now) }) else { return }
    DispatchQueue.global(qos: .utility)
      .asyncAfter(deadline: .now() + .nanoseconds(Int(delay / .nanoseconds(1)))) {
        returnFreeMemory()
        self.plan.withLock { $0.trimmed(at: .now) }
      }
  }
}

/// When to trim. Pure.
struct TrimPlan {
  /// Bytes that must have been freed since the last time.
  static let least: Int64 = 32 << 20
  static let pause = Duration.seconds(10)
  private var bytes: Int64 = 0
  private var last: MonotonicTime?
  private var isDue = false

  /// - Returns: after what time to trim; nil where it is not worth it yet, or is going to be done.
  mutating func freed(_ bytes: Int64, at now: MonotonicTime) -> Duration? {
    self.bytes += bytes
    guard self.bytes >= Self.least, !isDue else { return nil }
    isDue = true
    let since = last.map { Duration.nanoseconds(now - $0) } ?? Self.pause
    return max(.zero, Self.pause - since)
  }

  mutating func trimmed(at now: MonotonicTime) { (bytes, last, isDue) = (0, now, false) }
}
