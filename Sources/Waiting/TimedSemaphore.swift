import Glibc

/// A counting semaphore whose deadlines stand on the monotonic clock.
///
/// On Linux `DispatchSemaphore` waits until a time of the wall clock: when that is set back by an hour, a wait of a second
/// takes an hour.
@safe package final class TimedSemaphore: @unchecked Sendable {
  // @unchecked Sendable: `count` is read and written under `mutex` alone.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var count: Int

  package init(value: Int = 0) {
    count = value
    // Allocated for their address, which must not change; freed by `deinit`.
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    var clock = pthread_condattr_t()
    unsafe Self.check(pthread_condattr_init(&clock))
    unsafe Self.check(pthread_condattr_setclock(&clock, CLOCK_MONOTONIC))
    unsafe Self.check(pthread_mutex_init(mutex, nil))
    unsafe Self.check(pthread_cond_init(condition, &clock))
    _ = unsafe pthread_condattr_destroy(&clock)
  }

  deinit {
    _ = unsafe pthread_cond_destroy(condition)
    _ = unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Wakes one that waits, or lets the next one pass.
  package func signal() {
    locked { count += 1 }
    _ = unsafe pthread_cond_signal(condition)
  }

  /// Waits for a signal.
  package func wait() {
    locked {
      while count == 0 { unsafe Self.check(pthread_cond_wait(condition, mutex)) }
      count -= 1
    }
  }

  /// Waits for a signal, but no longer than `duration`.
  ///
  /// - Returns: whether it came.
  package func wait(atMost duration: Duration) -> Bool {
    var deadline = Self.deadline(after: duration)
    return locked {
      while count == 0 {
        let result = unsafe pthread_cond_timedwait(condition, mutex, &deadline)
        if result == ETIMEDOUT { break }
        Self.check(result)
      }
      guard count > 0 else { return false }
      count -= 1
      return true
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    unsafe Self.check(pthread_mutex_lock(mutex))
    defer { _ = unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  private static func deadline(after duration: Duration) -> timespec {
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = max(.zero, duration).components
    let nanoseconds = Int64(now.tv_nsec) + attoseconds / 1_000_000_000
    return timespec(
      tv_sec: now.tv_sec + Int(min(seconds, 1 << 32)) + Int(nanoseconds / 1_000_000_000),
      tv_nsec: Int(nanoseconds % 1_000_000_000))
  }

  /// None of these fails but for a fault of this file.
  private static func check(_ result: Int32) {
    precondition(result == 0, "a lock of the system failed with error \(result)")
  }
}
