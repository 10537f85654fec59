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
    history.clockSet(to: Self.now)
    history.add(Self.minute(Self.now, failed: 2))
    history.add(Self.minute(Self.now, failed: 1))
    #expect(history.sum(600, before: Self.now).serverErrors == 3)
    #expect(history.sum(Int64(MinuteHistory.threeDays) * 60, before: Self.now).serverErrors == 3)
  }

  @Test(arguments: [3_600, 86_400, 2 * 86_400])
  func `what was counted before the clock was set back is there when it is set right`(
    back: Int64
  ) throws {
    var bench = JudgementBench()
    bench.board.seed([], of: "m")
    func pass(_ seconds: Int, jump: Double? = nil) {
      for index in 0..<seconds {
        let rollup = bench.rollup(JudgementBench.one, .champion, ok: 10, failed: 1)
        bench.step { batch in
          batch.rollups = [rollup]
          batch.clockJump = index == 0 ? jump : nil
        }
      }
    }
    func sums(_ seconds: Int64) -> MinuteCounts? {
      bench.board.models["m"]?.history.sum(seconds, before: bench.second - 1)
    }
    pass(330)
    bench.second -= back
    pass(200, jump: -Double(back))
    #expect(sums(600)?.requests == 2_200)
    bench.second += back
    pass(100, jump: Double(back))
    #expect(sums(1_200)?.requests == 4_730)
    #expect(sums(1_200)?.filled == 430)
  }

  @Test func `what was counted while the clock was ahead makes room when its time comes`() {
    var history = MinuteHistory()
    history.add(Self.minute(Self.now + 120, failed: 5))
    history.clockSet(to: Self.now)
    for minute in Int64(0)...4 { history.add(Self.minute(Self.now + minute * 60, failed: 1)) }
    #expect(history.sum(600, before: Self.now + 240).serverErrors == 5)
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
