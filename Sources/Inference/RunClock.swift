import Glibc

/// The two clocks that a run is measured with.
package struct RunClock: Sendable {
  package var now: @Sendable () -> MonotonicTime
  /// Nanoseconds that the calling thread has computed: waiting for a core does not count.
  package var threadTime: @Sendable () -> Int64

  package init(
    now: @escaping @Sendable () -> MonotonicTime, threadTime: @escaping @Sendable () -> Int64
  ) {
    self.now = now
    self.threadTime = threadTime
  }

  /// One on which only the calling thread's own work takes time: for runs that are all their caller's work.
  package static let computing = RunClock(
    now: { MonotonicTime(nanoseconds: RunClock.system.threadTime()) },
    threadTime: { RunClock.system.threadTime() })

  package static let system = RunClock(
    now: { .now },
    threadTime: {
      var time = timespec()
      // The kernel fills the struct on our own stack, and keeps no pointer to it.
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    })
}
