/// Adds up what the console does, and says every few seconds what it costs. It wakes nobody for it: a period ends with the
/// first thing that happens after it.
struct CostMeter {
  private static let period = Duration.seconds(5)

  private var began: ContinuousClock.Instant
  private var use: ProcessUse
  private var bytes: Int
  private var wakeups = 0
  private var frames = 0
  private var drawing = Duration.zero
  private var worst = Duration.zero

  init(_ use: ProcessUse, bytes: Int, at instant: ContinuousClock.Instant) {
    began = instant
    self.use = use
    self.bytes = bytes
  }

  mutating func wokeUp() { wakeups += 1 }

  mutating func drew(in duration: Duration) {
    frames += 1
    drawing += duration
    worst = max(worst, duration)
  }

  /// - Parameter use: asked for only when a period is over.
  /// - Returns: the cost of the period that is over; nil while it lasts.
  mutating func take(
    _ use: () -> ProcessUse, bytes: Int, at instant: ContinuousClock.Instant
  ) -> ConsoleCost? {
    let passed = began.duration(to: instant)
    guard passed >= Self.period else { return nil }
    let seconds = passed / .seconds(1)
    let now = use()
    defer { self = CostMeter(now, bytes: bytes, at: instant) }
    return ConsoleCost(
      processor: max(0, now.processorSeconds - self.use.processorSeconds) / seconds,
      residentBytes: now.residentBytes, bytesPerSecond: Double(bytes - self.bytes) / seconds,
      wakeupsPerSecond: Double(wakeups) / seconds,
      frame: frames == 0
        ? nil
        : (
          mean: drawing / .microseconds(1) / Double(frames), worst: worst / .microseconds(1)
        ), seconds: seconds)
  }
}
