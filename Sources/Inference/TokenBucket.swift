/// How many requests may come: `burst` at once, `rate` a second over a longer time.
///
/// Source: the token bucket of RFC 2697, section 3, with one token for a request.
struct TokenBucket: Equatable {
  let rate: Double
  let burst: Double
  private var tokens: Double
  private var filledAt: MonotonicTime

  /// Full at first. - Precondition: both above 0.
  init(rate: Double, burst: Double, at now: MonotonicTime) {
    self.rate = rate
    self.burst = burst
    tokens = burst
    filledAt = now
  }

  /// How long until a request may come; nil: it may.
  func wait(at now: MonotonicTime) -> Duration? {
    let missing = 1 - level(at: now)
    // A rounding error is no reason to refuse.
    guard missing > 1e-9 else { return nil }
    return .nanoseconds(Int64(min(missing / rate * 1e9, 3.6e12).rounded(.up)))
  }

  /// - Precondition: `wait` said that it may.
  mutating func take(at now: MonotonicTime) {
    tokens = max(0, level(at: now) - 1)
    filledAt = max(filledAt, now)
  }

  func isFull(at now: MonotonicTime) -> Bool { level(at: now) >= burst }

  private func level(at now: MonotonicTime) -> Double {
    min(burst, tokens + Double(max(0, now - filledAt)) / 1e9 * rate)
  }
}
