import Testing
import TextUI

@testable import Console

/// When the console draws.
struct FramePaceTests {
  private let start = ContinuousClock.now

  private func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  /// Which of the batches are drawn.
  private func drawn(
    _ batches: [(Int, [InputEvent])], isAwaited: Bool = false
  ) -> (times: [Int], pace: FramePace) {
    var pace = FramePace(startingAt: start)
    var times: [Int] = []
    for (time, events) in batches
    where pace.isDue(after: InputBatch(events, at: at(time)), isAwaited: isAwaited) {
      times.append(time)
    }
    return (times, pace)
  }

  @Test func `answers that come one by one are one picture`() {
    let (times, pace) = drawn([
      (1_000, [.wake]), (1_010, [.wake]), (1_060, [.wake]), (1_100, [.wake]), (1_110, [.wake]),
    ])
    #expect(times == [1_100])
    #expect(pace.timeout(.seconds(1), now: at(1_130)) == .milliseconds(80))
    #expect(pace.timeout(nil, now: at(1_300)) == .zero)
  }

  @Test func `when nothing more came in time it is drawn`() {
    let (times, pace) = drawn([(1_000, [.wake]), (1_101, [])])
    #expect(times == [1_101])
    #expect(pace.timeout(.seconds(1), now: at(1_102)) == .seconds(1))
    #expect(pace.timeout(nil, now: at(1_102)) == nil)
  }

  @Test func `a key and what it asked for wait for nothing`() {
    let (times, pace) = drawn([
      (1_000, [.wake]), (1_010, [.key(.down)]), (1_020, [.wake]), (1_700, [.wake]),
    ])
    #expect(times == [1_010, 1_020])
    #expect(pace.timeout(.seconds(1), now: at(1_750)) == .milliseconds(50))
  }

  @Test func `neither does the first picture of a server`() {
    #expect(drawn([(100, [.wake])]).times == [100])
    #expect(drawn([(5_000, [.wake])], isAwaited: true).times == [5_000])
  }
}
