import Synchronization

/// A clock on which sleeping takes no time: whoever sleeps moves it to the time they wait for.
struct DrawnClock: Clock {
  typealias Duration = Swift.Duration

  struct Instant: InstantProtocol {
    var offset: Duration

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private final class Hand: Sendable {
    let offset = Mutex(Duration.zero)
  }

  private let hand = Hand()

  var now: Instant { Instant(offset: hand.offset.withLock { $0 }) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    hand.offset.withLock { $0 = max($0, deadline.offset) }
    await Task.yield()
  }
}
