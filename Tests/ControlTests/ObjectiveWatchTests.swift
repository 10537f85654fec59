import Domain
import Testing

@testable import Control
@testable import Storage

/// What is left of a budget, and for how long.
struct ObjectiveWatchTests {
  private static let now: Int64 = 1_767_225_600
  private static let day: Int64 = 86_400

  private static func minute(_ start: Int64, failed: Int64) -> MinuteCounts {
    var minute = MinuteCounts(minute: start)
    minute.ok = 100 - failed
    minute.serverErrors = failed
    minute.requests = 100
    minute.filled = 60
    return minute
  }

  /// Of the hour before, with failures in its minutes from one through another.
  private static func emptyIn(failing minutes: ClosedRange<Int64>, of hour: Int64 = 60) -> Double? {
    let objective = ServiceObjective(availability: 0.99, latency: 5_000, latencyObjective: 0.9)
    var history = MinuteHistory()
    for index in 0..<hour {
      history.add(
        minute(now + index * 60, failed: minutes.contains(index - hour + 60) ? 20 : 0))
    }
    let spent = ObjectiveWatch.Day(start: now, answered: 100_000, failed: 10, filled: day)
    return ObjectiveWatch(objective, days: [spent]).summaries(history, now: now + hour * 60)[0]
      .emptyIn
  }

  @Test func `a budget is soon empty only where it burns now, by the lower of both rates`() throws {
    #expect(Self.emptyIn(failing: 0...40) == nil)
    let all = try #require(Self.emptyIn(failing: 0...59))
    let late = try #require(Self.emptyIn(failing: 45...59))
    #expect(abs(late / all - 4) < 0.1)
    // Of five minutes nothing is known yet.
    #expect(Self.emptyIn(failing: 59...59, of: 2) == nil)
  }

  @Test func `a budget says for how long it was observed, until that is 30 days`() {
    let objective = ServiceObjective(availability: 0.99, latency: 5_000, latencyObjective: 0.9)
    func words(days: Int64) -> String {
      let all = (0..<days).map {
        ObjectiveWatch.Day(
          start: Self.now - $0 * Self.day, answered: 1_000, failed: 1, filled: 86_400)
      }
      return ObjectiveWatch(objective, days: all)
        .summaries(MinuteHistory(), now: Self.now + 86_399)[0].words
    }
    #expect(words(days: 1).hasSuffix("left after 24 h"))
    #expect(words(days: 3).hasSuffix("left after 3 d"))
    #expect(words(days: 30).hasSuffix("left"))
  }

  @Test(arguments: [(29, true), (30, false), (60, false)])
  func `a budget is that of 30 days of the calendar, whatever was served between`(
    age: Int64, isCounted: Bool
  ) {
    let objective = ServiceObjective(availability: 0.99, latency: 5_000, latencyObjective: 0.9)
    let spent = ObjectiveWatch.Day(
      start: Self.now - age * Self.day, answered: 1_000, failed: 500, filled: 86_400)
    var watch = ObjectiveWatch(objective, days: [spent])
    for second in [30, 60] as [Int64] {
      var minute = MinuteCounts(minute: MinuteHistory.floor(Self.now + second))
      minute.ok = 10
      watch.add(minute)
      let left = watch.summaries(MinuteHistory(), now: Self.now + second)[0].budgetLeft
      #expect(((left ?? 1) < 0) == isCounted)
    }
  }
}
