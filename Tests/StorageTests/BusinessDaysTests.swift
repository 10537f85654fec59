import Domain
import GRDB
import Testing

@testable import Storage

/// Days as an asker's zone has them, over rollups of five weeks.
struct BusinessDaysTests {
  private static let hour: Int64 = 3_600
  private static let day: Int64 = 86_400
  /// Of each hour, when requests are answered: before and after each quarter.
  private static let minutes: [Int64] = [10, 20, 40, 50]

  /// Five weeks of requests up to `end`, of which each tier has what its retention leaves.
  private struct FiveWeeks {
    let store: MetricStore
    let end: Int64
    private(set) var times: [Int64] = []

    init(_ folder: TemporaryFolder, end: Int64) throws {
      self.end = end
      let first = Tier.hour.floor(end) - 35 * BusinessDaysTests.day
      store = try MetricStore(directory: folder.path, now: Timestamp(seconds: first))
      var number: UInt64 = 0
      for hour in stride(from: first, to: end, by: Int(BusinessDaysTests.hour)) {
        var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
        for time in BusinessDaysTests.minutes.map({ hour + $0 * 60 }) where time < end {
          // More at some hours than at others, so that an hour in the wrong day is seen.
          for _ in 0..<1 + time / BusinessDaysTests.hour % 5 {
            number += 1
            folder.add(
              .sample(second: Double(time - Timestamp.noon.seconds), number: number))
            times.append(time)
          }
        }
        let now = Timestamp(seconds: min(hour + BusinessDaysTests.hour, end))
        let isWritten = store.write(folder.take(), seconds: hour..<hour + 1, now: now)
        #expect(isWritten)
      }
      try store.openPool().write { db in
        try db.execute(
          sql: "UPDATE meta SET value = ? WHERE key = ?",
          arguments: [end, MetricWriter.agesKey])
        for tier in Tier.all {
          try db.execute(
            sql: "DELETE FROM \(tier.counters) WHERE t < ?", arguments: [end - tier.retention])
        }
      }
    }

    func count(_ from: Int64, _ to: Int64) -> Int64 {
      Int64(times.count { $0 >= from && $0 < to })
    }

    /// What was put in between these borders.
    func counts(_ borders: [Int64]) -> [Int64] {
      zip(borders, borders.dropFirst()).map { count($0, $1) }
    }

    func answer(_ borders: [Int64]) throws -> [MinuteCounts] {
      try store.counts(of: BusinessQuery(model: "electricity", borders: borders, step: 86_400))
    }
  }

  /// Midnights of some days that are equally long, from 34 days before the last on, and the end.
  private static func borders(lastMidnight: Int64, end: Int64) -> [Int64] {
    (0...34).reversed().map { lastMidnight - $0 * day } + [end]
  }

  /// 2026-11-10 12:00 UTC, and the midnight before in Kolkata (UTC+05:30) and in Kathmandu (UTC+05:45).
  @Test(
    arguments: [("Asia/Kolkata", 1_794_249_000), ("Asia/Kathmandu", 1_794_248_100)]
      as [(String, Int64)])
  func `days that begin within an hour have what was put in, as far as minutes are kept`(
    _ zone: String, _ midnight: Int64
  ) throws {
    let folder = try TemporaryFolder()
    let weeks = try FiveWeeks(folder, end: 1_794_312_000)
    let borders = Self.borders(lastMidnight: midnight, end: weeks.end)
    let found = try weeks.answer(borders).map(\.ok)
    let minutesKept = weeks.end - 30 * Self.day
    let exact = weeks.counts(borders)
    for (index, border) in borders.dropLast().enumerated() where border > minutesKept {
      #expect(found[index] == exact[index], "\(zone), day \(index)")
    }
    // What is older is cut by the hour, and loses nothing.
    let cut = borders.map { $0 > minutesKept ? $0 : Tier.hour.floor($0) }
    #expect(found == weeks.counts(cut), "\(zone)")
    #expect(cut != borders && found.reduce(0, +) == weeks.count(cut[0], weeks.end))
  }

  /// Days before and after clocks change, in New York and in Berlin.
  @Test(
    arguments: [
      // 2026-10-31 through 2026-11-02, of which the second has 25 hours.
      [1_793_419_200, 1_793_505_600, 1_793_595_600, 1_793_682_000],
      // 2026-03-07 through 2026-03-09, of which the second has 23 hours.
      [1_772_859_600, 1_772_946_000, 1_773_028_800, 1_773_115_200],
      // Berlin, 2026-10-24 through 2026-10-26: 25 hours; 2026-03-28 through 2026-03-30: 23.
      [1_792_792_800, 1_792_879_200, 1_792_969_200, 1_793_055_600],
      [1_774_652_400, 1_774_738_800, 1_774_821_600, 1_774_908_000],
    ] as [[Int64]])
  func `a day of 25 or 23 hours has what was put in on it`(_ borders: [Int64]) throws {
    let folder = try TemporaryFolder()
    let last = borders[borders.count - 1]
    let weeks = try FiveWeeks(folder, end: last + 10 * Self.day)
    let found = try weeks.answer(borders)
    #expect(found.map(\.ok) == weeks.counts(borders))
    #expect(found.map(\.minute) == borders.dropLast())
    // The recorder looked once an hour.
    let hours = zip(borders, borders.dropFirst()).map { ($1 - $0) / Self.hour }
    #expect(found.map(\.filled) == hours)
    #expect(hours[1] == 25 || hours[1] == 23)
  }

  @Test func `steps finer than what is kept become as long as that, and count nothing twice`()
    throws
  {
    let folder = try TemporaryFolder()
    let weeks = try FiveWeeks(folder, end: 1_794_312_000)
    func answer(
      _ from: Int64, _ to: Int64, step: Int64
    ) throws -> (window: Window, ok: [Int64]) {
      let (query, counts) = try weeks.store.answer(
        BusinessQuery(model: "electricity", window: Window(from: from, to: to, step: step)))
      #expect(query.window.stepCount == counts.count)
      return (query.window, counts.map(\.ok))
    }
    // From 52 through 44 hours ago, where ten seconds are kept for 48.
    let (from, to) = (weeks.end - 52 * Self.hour, weeks.end - 44 * Self.hour)
    let minutes = try answer(from + 30, to, step: 10)
    #expect(minutes.window == Window(from: from, to: to, step: 60))
    #expect(minutes.ok == weeks.counts((0...480).map { from + $0 * 60 }))
    // From a day before to a day after the minutes begin.
    let (old, late) = (weeks.end - 31 * Self.day, weeks.end - 29 * Self.day)
    let hours = try answer(old, late, step: 60)
    #expect(hours.window == Window(from: old, to: late, step: 3_600))
    #expect(hours.ok == weeks.counts((0...48).map { old + $0 * Self.hour }))
    // A quarter of an hour of which only the hour is kept.
    let quarter = try answer(old + 900, old + 1_800, step: 900)
    #expect(quarter.window == Window(from: old, to: old + 1_800, step: 3_600))
    #expect(quarter.ok == [weeks.count(old, old + 3_600)])
    // Steps as fine as what is kept stay.
    let kept = try answer(weeks.end - Self.hour * 5, weeks.end, step: 10)
    #expect(kept.window.step == 10)
    #expect(kept.ok.reduce(0, +) == weeks.count(weeks.end - Self.hour * 5, weeks.end))
    #expect(try answer(old + 900, old + 900, step: 60).ok == [])
  }

  @Test func `what begins in the part of a border's hour that is gone is not lost`() throws {
    let folder = try TemporaryFolder()
    let end: Int64 = 1_794_312_000 + 900
    let weeks = try FiveWeeks(folder, end: end)
    // The hour in which the minutes begin to be kept: from its quarter on.
    let edge = end - 30 * Self.day
    let borders = [edge - 5_000, edge + 600, edge + 1_200, edge + 7_200 + 1_800, end]
    let hour = Tier.hour.floor(edge)
    let found = try weeks.answer(borders).map(\.ok)
    #expect(
      found
        == weeks.counts([Tier.hour.floor(borders[0]), hour, hour, borders[3], end]))
    #expect(found[1] == 0 && found[2] > 0)
  }
}

struct PeriodPlanTests {
  private static let now: Int64 = 1_767_268_800
  private static let day: Int64 = 86_400
  private static let watermarks = [0, now - 10, now - 60, now - 3_600]

  private static func plan(_ borders: [Int64]) -> PeriodPlan {
    PeriodPlan(borders.map { now + $0 }, watermarks: watermarks, now: now)
  }

  private static func parts(_ plan: PeriodPlan) -> [[Int64]] {
    plan.segments.map { [$0.tier.step, $0.from - now, $0.to - now] }
  }

  @Test func `days that begin with an hour are made of hours`() {
    let borders = (0...5).map { -5 * Self.day + $0 * Self.day }
    #expect(
      Self.parts(Self.plan(borders)) == [
        [3_600, -5 * Self.day, -3_600], [60, -3_600, -60], [1, -60, 0],
      ])
  }

  @Test func `a day that begins within an hour has minutes at its borders`() {
    let borders = [-3 * Self.day + 1_800, -2 * Self.day - 1_800]
    #expect(
      Self.parts(Self.plan(borders)) == [
        [60, borders[0], borders[0] + 1_800], [3_600, borders[0] + 1_800, borders[1] - 1_800],
        [60, borders[1] - 1_800, borders[1]],
      ])
  }

  @Test
  func `where only hours are kept a border moves to the start of its hour, the last to the end`() {
    let start = -40 * Self.day
    let plan = Self.plan([start + 1_800, start + 9_000, start + 9_060])
    #expect(plan.borders.map { $0 - Self.now } == [start, start + 7_200, start + 10_800])
    #expect(Self.parts(plan) == [[3_600, start, start + 10_800]])
  }

  @Test func `a row is of the last period that begins in it`() {
    let start = -40 * Self.day
    let plan = Self.plan([start, start + 600, start + 1_200, start + 7_200])
    #expect(
      [-1, 0, 3_600, 7_200].map { plan.period(at: Self.now + start + $0) } == [nil, 2, 2, nil])
  }

  @Test func `what is left out takes its minute with it, and its hour where minutes are gone`() {
    let borders = [-2 * Self.day, 0].map { Self.now + $0 }
    let plan = PeriodPlan(
      borders, watermarks: Self.watermarks, now: Self.now,
      leavingOut: [Self.now - Self.day - 1_830..<Self.now - Self.day + 1_810])
    #expect(
      Self.parts(plan) == [
        [3_600, -2 * Self.day, -Self.day - 3_600],
        [60, -Self.day - 3_600, -Self.day - 1_860],
        [60, -Self.day + 1_860, -Self.day + 3_600],
        [3_600, -Self.day + 3_600, -3_600], [60, -3_600, -60], [1, -60, 0],
      ])
    let old = PeriodPlan(
      [-40, -38].map { Self.now + $0 * Self.day }, watermarks: Self.watermarks, now: Self.now,
      leavingOut: [Self.now - 39 * Self.day - 30..<Self.now - 39 * Self.day + 30])
    #expect(
      Self.parts(old) == [
        [3_600, -40 * Self.day, -39 * Self.day - 3_600],
        [3_600, -39 * Self.day + 3_600, -38 * Self.day],
      ])
  }

  @Test func `without two borders nothing is read`() {
    #expect(Self.plan([]).segments.isEmpty && Self.plan([0]).segments.isEmpty)
    #expect(Self.plan([0]).period(at: Self.now) == nil)
  }
}
