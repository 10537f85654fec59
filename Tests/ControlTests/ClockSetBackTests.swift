import Domain
import Storage
import Testing

@testable import Control

/// What is counted by the wall clock, when that was ahead for a while.
struct ClockSetBackTests {
  private static let day: Int64 = 86_400
  /// A midnight in UTC.
  private static let now: Int64 = 1_767_225_600

  private static func minute(_ at: Int64, failed: Int64) -> MinuteCounts {
    var counts = MinuteCounts(minute: MinuteHistory.floor(at))
    counts.ok = 10
    counts.serverErrors = failed
    return counts
  }

  @Test func `minutes that never were hold up none that come`() {
    var history = MinuteHistory()
    let ahead = Self.now + 365 * Self.day
    history.add(Self.minute(Self.now - 60, failed: 1))
    // The year has so many minutes that the same slots are taken.
    for minute in Int64(0)..<Int64(MinuteHistory.threeDays) {
      history.add(Self.minute(ahead + minute * 60, failed: 5))
    }
    history.clockSetBack(to: Self.now)
    history.add(Self.minute(Self.now, failed: 2))
    #expect(history.sum(600, before: Self.now).serverErrors == 2)
    #expect(history.sum(600, before: ahead + 600).serverErrors == 0)
  }

  @Test func `what days that never were have spent was spent today`() {
    let objective = ServiceObjective(availability: 0.99, latency: 5_000, latencyObjective: 0.9)
    var watch = ObjectiveWatch(objective)
    watch.add(Self.minute(Self.now - Self.day, failed: 1))
    watch.add(Self.minute(Self.now + 400 * Self.day, failed: 4))
    watch.clockSetBack(to: Self.now + 30)
    #expect(watch.days.map(\.start) == [Self.now - Self.day, Self.now])
    #expect(watch.days.map(\.failed) == [1, 4])
    watch.clockSetBack(to: Self.now + 40)
    #expect(watch.days.map(\.failed) == [1, 4])
  }
}
