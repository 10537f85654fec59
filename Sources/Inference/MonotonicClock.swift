import Dispatch

/// A point on the clock that never jumps, in nanoseconds.
package struct MonotonicTime: Sendable, Hashable, Comparable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static var now: MonotonicTime {
    MonotonicTime(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds))
  }

  /// Later than any deadline.
  static let never = MonotonicTime(nanoseconds: .max)

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    MonotonicTime(nanoseconds: time.nanoseconds &+ duration.nanoseconds)
  }

  /// Nanoseconds from `other` to this point.
  package static func - (time: MonotonicTime, other: MonotonicTime) -> Int64 {
    time.nanoseconds - other.nanoseconds
  }
}

extension Duration {
  /// Whole nanoseconds, held within what 64 bits can say of a queue's times (146 years).
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return min(max(seconds, -4_600_000_000), 4_600_000_000) * 1_000_000_000
      + attoseconds / 1_000_000_000
  }
}
