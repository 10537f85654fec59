import Domain
import GRDB
import Testing

@testable import Storage

struct ClockTests {
  private static func reading(_ second: Double, up: Double) -> ClockReading {
    ClockReading(time: .noon.adding(seconds: second), uptime: .seconds(up))
  }

  @Test(
    arguments: [
      (1, 1, nil), (3, 1.5, nil), (-7_199, 1, -7_200), (7_201, 1, 7_200), (0.5, 3, -2.5),
      (600, 600, nil),
    ] as [(Double, Double, Double?)])
  func `a jump is what the wall clock has more than the monotonic one`(
    wall: Double, up: Double, jump: Double?
  ) {
    #expect(Self.reading(wall, up: up).jump(since: Self.reading(0, up: 0)) == jump)
  }

  @Test func `a stall is covered, a sleep or a jump of the clock is a gap`() {
    let noon = Timestamp.noon.seconds
    func covered(_ wall: Double, up: Double) -> Range<Int64> {
      Self.reading(wall, up: up).secondsCovered(since: Self.reading(0, up: 0))
    }
    #expect(covered(1, up: 1) == noon..<noon + 1)
    #expect(covered(5, up: 5) == noon..<noon + 5)
    #expect(covered(0, up: 1).isEmpty)
    #expect(covered(-6, up: 1).isEmpty)
    #expect(covered(4_000, up: 4_000) == noon + 3_999..<noon + 4_000)
    // Seconds that never were.
    #expect(covered(30, up: 1) == noon + 29..<noon + 30)
  }

  @Test
  func `what goes by its age follows a clock that jumps ahead slowly, and one that stays there`() {
    var clock = RetentionClock(time: 1_000)
    clock.advance(to: 1_001, covered: 1)
    #expect(clock.time == 1_001)
    clock.advance(to: 1_000_000, covered: 1)
    #expect(clock.time == 1_003)
    clock.advance(to: 1_004, covered: 1)
    #expect(clock.time == 1_004)
    clock.advance(to: 500, covered: 1)
    #expect(clock.time == 500)
    for second in Int64(1)..<RetentionClock.settling {
      clock.advance(to: 9_000_000 + second, covered: 1)
    }
    #expect(clock.time == 500 + 2 * (RetentionClock.settling - 1))
    clock.advance(to: 9_010_000, covered: 1)
    #expect(clock.time == 9_010_000)
  }

  @Test func `a clock that was a year ahead for a minute has taken nothing away`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let noon = Timestamp.noon.seconds
    func run(_ from: Int64, seconds: Int64) {
      for second in from..<from + seconds {
        #expect(
          store.write(
            .one(second: second), seconds: second..<second + 1, now: Timestamp(seconds: second + 1))
        )
      }
    }
    run(noon, seconds: 90)
    run(noon + 365 * 86_400, seconds: 75)
    run(noon + 165, seconds: 30)
    let rows = try store.openPool().read { db in
      try Tier.all.prefix(2).map { tier in
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM \(tier.counters) WHERE series = 0 AND t < ?",
          arguments: [noon + 90]) ?? 0
      }
    }
    #expect(rows == [90, 9])
    // By the second, as if nothing had been.
    let query = SeriesQuery(
      measure: .requestRate, model: "electricity",
      window: Window(from: noon + 80, to: noon + 180, step: 1))
    let values = try #require(try store.series(query).lines.first?.values)
    #expect(values.prefix(10).allSatisfy { $0 == 1 } && values.suffix(15).allSatisfy { $0 == 1 })
    #expect(values[10..<85].allSatisfy { $0 == nil })
    store.close()
  }

  @Test(arguments: [-7_200.0, 7_200])
  func `a jump is told once, and each request counts once on either side of it`(
    jump: Double
  ) throws {
    let folder = try TemporaryFolder()
    let (wall, up) = (ManualClock(), ManualClock())
    let store = try MetricStore(directory: folder.path, now: wall.now)
    let batches = Collected<SecondBatch>()
    let recorder = Recorder(
      store: store, clock: { wall.now },
      uptime: { .microseconds(up.now.microseconds - Timestamp.noon.microseconds) },
      onFlush: { batches.add($0) })
    var number: UInt64 = 0
    func run(seconds: Int) {
      for _ in 0..<seconds {
        number += 1
        let offset = Double(wall.now.microseconds - Timestamp.noon.microseconds) / 1e6
        recorder.record(.sample(second: offset, number: number))
        wall.advance(seconds: 1)
        up.advance(seconds: 1)
        recorder.flush()
      }
    }
    run(seconds: 100)
    wall.advance(seconds: jump)
    run(seconds: 100)
    // Set right again: the same seconds come a second time, or a gap.
    wall.advance(seconds: -jump)
    run(seconds: 100)
    #expect(batches.all.compactMap(\.clockJump) == [jump, -jump])
    let counted = batches.all.flatMap(\.rollups).reduce(0) { $0 + $1.counters.requests }
    #expect(counted == 300)
    #expect(store.status.paused == nil && store.status.dropped == 0)
    let (from, to) = (Timestamp.noon.seconds - 7_300, Timestamp.noon.seconds + 7_500)
    let stored = try store.minutes(.first, from: from, to: to)
    #expect(stored.reduce(0) { $0 + $1.requests } == 300)
    // Time goes on past the jump ahead: what was folded early is not folded anew.
    wall.advance(seconds: 7_400)
    up.advance(seconds: 7_400)
    for _ in 0..<20 {
      wall.advance(seconds: 1)
      up.advance(seconds: 1)
      recorder.flush()
    }
    let later = try store.minutes(.first, from: from, to: to)
    #expect(later.reduce(0) { $0 + $1.requests } == 300)
    recorder.close()
    store.close()
  }
}
