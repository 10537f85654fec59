import Domain
import Foundation
import Testing
import TextUI

@testable import Console

/// Days of a zone, each as long as it was.
struct BusinessDaysTests {
  private static func zone(_ name: String) throws -> TimeZone {
    try #require(TimeZone(identifier: name))
  }

  private static func state(_ zone: TimeZone, at now: Int64) -> ConsoleState {
    Sample.state(
      .business, size: Size(width: 120, height: 36),
      snapshot: Sample.snapshot(
        models: Sample.judgedModels(.major), at: Timestamp(seconds: now)),
      configuration: ConsoleConfiguration(endpoint: "here", zone: zone), answers: false)
  }

  private static func query(_ state: ConsoleState) throws -> BusinessQuery {
    let asked = state.needs().compactMap { need -> BusinessQuery? in
      if case .business(let query) = need.question { query } else { nil }
    }
    return try #require(asked.first)
  }

  /// Where a day begins, and the hours that it has.
  @Test(
    arguments: [
      ("America/New_York", 1_793_505_600, 25), ("America/New_York", 1_772_946_000, 23),
      ("Europe/Berlin", 1_792_879_200, 25), ("Europe/Berlin", 1_774_738_800, 23),
      ("Asia/Kolkata", 1_793_471_400, 24), ("Asia/Kathmandu", 1_793_470_500, 24),
      // Clocks are set ahead at midnight: the day begins at one o'clock.
      ("America/Santiago", 1_788_667_200, 23),
    ] as [(String, Int64, Int64)])
  func `a day is asked for from its own midnight to the next`(
    _ name: String, _ midnight: Int64, _ hours: Int64
  ) throws {
    let zone = try Self.zone(name)
    let query = try Self.query(Self.state(zone, at: midnight + 9 * 86_400 + 5_000))
    let borders = try #require(query.borders)
    #expect(query.window.from == borders.first && query.window.to == borders.last)
    let index = try #require(borders.firstIndex(of: midnight))
    #expect(borders[index + 1] - midnight == hours * 3_600)
    let others = zip(borders, borders.dropFirst()).dropLast().map { $1 - $0 }
    #expect(others.count { $0 != 86_400 } == (hours == 24 ? 0 : 1))
    let wall = Wall(zone: zone)
    #expect(wall.weekday(Timestamp(seconds: borders[0])) == 0)
    #expect((29...35).contains(borders.count - 1))
    let dates = borders.dropLast().map { wall.date(Timestamp(seconds: $0)) }
    #expect(Set(dates).count == dates.count)
  }

  @Test
  func `what was answered after midnight stands under its day and week, before clocks changed`()
    throws
  {
    let zone = try Self.zone("America/New_York")
    // 2026-11-10 12:00 EST.
    let query = try Self.query(Self.state(zone, at: 1_794_330_000))
    let borders = try #require(query.borders)
    // 00:30 EDT on Saturday 2026-10-31 and on Monday 2026-10-26, 23:30 EST on Sunday 2026-11-01, 00:30 EST the day after.
    let answered: [(Int64, Int64)] = [
      (1_793_419_200 + 1_800, 100), (1_792_987_200 + 1_800, 10), (1_793_595_600 - 1_800, 7),
      (1_793_595_600 + 1_800, 1),
    ]
    let periods = zip(borders, borders.dropFirst()).map { from, to in
      BusinessPeriod(
        predictions: answered.filter { $0.0 >= from && $0.0 < to }.reduce(0) { $0 + $1.1 })
    }
    let found = BusinessPeriods(
      BusinessHistory(window: query.window, borders: borders, periods: periods), Wall(zone: zone))
    #expect(found.days.map(\.date) == ["2026-10-26", "2026-10-31", "2026-11-01", "2026-11-02"])
    #expect(found.days.map(\.sum.predictions) == [10, 100, 7, 1])
    #expect(found.weeks.map(\.date) == ["2026-10-26", "2026-11-02"])
    #expect(found.weeks.map(\.sum.predictions) == [117, 1])
    #expect(found.weeks.allSatisfy { !$0.isPresent })
  }

  @Test func `a console that is open while clocks change takes the new offset`() throws {
    let zone = try Self.zone("America/New_York")
    // 01:59:59 EDT on 2026-11-01.
    let last: Int64 = 1_793_512_799
    var hand = Hand(Self.state(zone, at: last))
    #expect(hand.text.contains("01:59:59 -04:00"))
    let before = try Self.query(hand.state)
    hand.act(.tick)
    #expect(hand.text.contains("01:00:00 -05:00"))
    let after = try Self.query(hand.state)
    #expect(before.borders?.dropLast() == after.borders?.dropLast())
    // 00:30 EST on 2026-11-02: another day, which began at 05:00 UTC.
    hand.act(.tick, after: 82_800 + 1_800)
    #expect(try Self.query(hand.state).borders?.suffix(2).first == 1_793_595_600)
  }

  /// The summary may be ten seconds old, the days are asked for anew.
  @Test(arguments: [1_793_512_799, 1_793_505_600, 1_793_505_605] as [Int64])
  func `days end where the last 24 hours have come to, and today is one of them`(
    _ now: Int64
  ) throws {
    let zone = try Self.zone("America/New_York")
    let borders = try #require(try Self.query(Self.state(zone, at: now)).borders)
    let midnight: Int64 = 1_793_505_600
    #expect(borders[borders.count - 1] == max(midnight + 1, (now - 10) / 10 * 10))
    #expect(borders[borders.count - 2] == midnight)
  }

  @Test func `times are told under the offset that they had`() throws {
    let wall = Wall(zone: try Self.zone("Europe/Berlin"))
    // 02:30 came twice on 2026-10-25.
    let first = Timestamp(seconds: 1_792_888_200)
    let second = first.adding(seconds: 3_600)
    #expect(wall.dateAndTime(first) == "2026-10-25 02:30:00" && wall.zone(at: first) == "+02:00")
    #expect(wall.dateAndTime(second) == "2026-10-25 02:30:00" && wall.zone(at: second) == "+01:00")
    #expect(wall.mondayDate(second) == "2026-10-19")
    #expect(Wall(zone: try Self.zone("Asia/Kathmandu")).zone(at: first) == "+05:45")
  }

  @Test func `lines say when their offset changes`() throws {
    var report = PlainReport(
      endpoint: "unix:/run/vigia.sock", wall: Wall(zone: try Self.zone("America/New_York")),
      statusEvery: 60)
    var heads: [String] = []
    for seconds in [1_793_512_700, 1_793_512_770, 1_793_512_860, 1_793_512_930] as [Int64] {
      let time = Timestamp(seconds: seconds)
      heads += report.lines(Sample.snapshot(at: time), at: time).filter { $0.contains("times are") }
    }
    #expect(heads == ["2026-11-01, times are -04:00", "2026-11-01, times are -05:00"])
  }

  @Test(arguments: [Size(width: 80, height: 24), Size(width: 120, height: 36)])
  func `what was observed for less than 30 days is not called that`(_ size: Size) {
    func text(_ isProjected: Bool?) -> String {
      var model = Sample.judged(.ok)
      for index in Sample.objectives.indices {
        model.judgement?.objectives[index].isProjected = isProjected
      }
      return Hand(
        Sample.state(.business, size: size, snapshot: Sample.snapshot(models: [model]))
      ).text
    }
    #expect(text(true).contains("objectives so far") && text(true).contains("SO FAR"))
    #expect(!text(true).contains("30 days") && !text(true).contains("30 DAYS"))
    #expect(!text(true).contains("no data"))
    for known in [text(false), text(nil)] {
      #expect(known.contains("over 30 days") && known.contains("30 DAYS"))
    }
  }

  @Test func `until when the days are counted is said: what stands above is newer`() {
    let text = Hand(Sample.state(.business, size: Size(width: 80, height: 24))).text
    #expect(text.contains("by day and week  electricity, to 14:02:20"))
  }
}
