import Glibc

/// What a piece of work takes of a processor, however busy the machine is with others.
func processorTime(of work: () -> Void) -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let begun = now()
  work()
  return now() - begun
}
