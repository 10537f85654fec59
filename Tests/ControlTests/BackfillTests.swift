import Domain
import Foundation
import InferenceProtocol
import PromQL
import Storage
import Testing

@testable import Control

/// What a server makes of an hour that nobody served.
struct BackfillTests {
  private static let start = Timestamp(seconds: JudgementBench.start)
  private static let one = ModelVersion(model: "m", version: "1")

  /// Ten rows a second in the hour before the start, each labelled; a tenth of them is wrong.
  private static func store(_ folder: TemporaryFolder, isServed: Bool = false) throws -> MetricStore
  {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let store = try MetricStore(
      directory: folder.path, now: Timestamp(seconds: start.seconds - 3_600))
    var backfill = BackfillFolder()
    for minute in -60..<0 {
      let from = start.seconds + Int64(minute) * 60
      for number in 0..<600 {
        let time = Timestamp(seconds: from + Int64(number / 10))
        backfill.add(
          PredictionRecord(
            id: RequestID(time: time, random: (UInt64(number), UInt64(number))), version: one,
            variant: .champion, client: "demo", outcome: .ok, revision: 1, arrivedAt: time,
            computeTime: 20_000, totalTime: 20_000, rows: 1, predictions: [.integer(1)]),
          PredictionTensors(inputs: []), truth: [.integer(number % 10 == 0 ? 0 : 1)],
          labelledAt: time.adding(seconds: 5))
      }
      if isServed {
        #expect(
          store.write(
            backfill.take(), seconds: from..<from + 60, now: Timestamp(seconds: from + 60)))
      } else {
        try store.backfill(backfill.take(), seconds: from..<from + 60)
      }
    }
    return store
  }

  @Test(arguments: [false, true])
  func `the judge of labels concludes from what was served alone`(_ isServed: Bool) throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder, isServed: isServed)
    var watch = ConceptWatch(Self.one)
    let now = Self.start.adding(seconds: 900)
    let minutes = ControlPlane.minutes(
      of: Self.one, [.champion, .challenger], from: watch.wanted(now: now.seconds) ?? 0,
      to: now.seconds, store)
    let events = watch.step(minutes, now: now)
    #expect(minutes.isEmpty == !isServed)
    #expect(events.isEmpty == !isServed)
    #expect((watch.summary.state == .noLabels) == !isServed)
  }

  @Test func `the day's figures, burn rates and the budget leave it out`() throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder)
    defer { withExtendedLifetime(folder) {} }
    let minutes = try store.minutes(
      Self.one, from: Self.start.seconds - 3_600, to: Self.start.seconds)
    let alive = try store.secondsAlive(
      from: Self.start.seconds - 3_600, to: Self.start.seconds)
    let seeded = minutes.map { minute in
      var minute = minute
      minute.filled = alive[minute.minute] ?? 0
      return minute
    }
    var bench = JudgementBench()
    let backfilled = try store.backfilled()
    bench.board.seed(seeded, of: "m", backfilled: backfilled)
    for _ in 0..<60 {
      let rollups = [bench.rollup(JudgementBench.one, .champion, ok: 10, failed: 1)]
      bench.step { $0.rollups = rollups }
    }
    let objective = try #require(bench.judgement?.objectives.first { $0.kind == .availability })
    let hour = try #require(objective.windows.first { $0.long == 3_600 })
    // A minute is not half of an hour.
    #expect(hour.longBurn == nil)
    let days = try #require(bench.board.models["m"]?.objectives).days
    #expect(days.reduce(0) { $0 + $1.answered } == 600)
    let history = try #require(bench.board.models["m"]).history
    let now = Self.start.seconds + 59
    #expect(history.sum(86_400, before: now, servedOnly: true).ok == 600)
    #expect(history.sum(86_400, before: now).ok > 35_000)
    let business = try #require(bench.judgement?.business)
    #expect(business.predictions > 0 && business.predictions <= 600)
  }

  @Test func `rules see no counter of what nobody served`() throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder)
    defer { withExtendedLifetime(folder) {} }
    #expect(CounterHistory.series(store, now: Self.start.seconds).isEmpty)
  }

  @Test func `no seeded sample is later than now, so that nothing measured is kept out`() throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder, isServed: true)
    defer { withExtendedLifetime(folder) {} }
    // In the middle of a minute, as starts are.
    let now = Self.start.seconds - 30
    let series = CounterHistory.series(store, now: now)
    #expect(!series.isEmpty)
    #expect(series.allSatisfy { ($0.samples.last?.time ?? .max) <= now * 1_000 })
    var history = SeriesHistory()
    history.seed(counters: series)
    let ok = try #require(
      series.first { $0.labels["outcome"] == "ok" && $0.labels["variant"] == "champion" })
    var page = MetricsText()
    page.family(SeriesCatalogue.requests) { page in
      page.sample(
        [("model", "m"), ("version", "1"), ("variant", "champion"), ("outcome", "ok")], 3)
    }
    history.add(page, at: now * 1_000 + 5_000)
    let name = LabelMatcher(name: "__name__", equals: SeriesCatalogue.requests.name)
    let found = history.select(
      SeriesRequest(matchers: [name], from: .min, to: .max, sampleLimit: .max)
    ).first { $0.labels == ok.labels }
    #expect(found?.samples.last?.value == 3)
    #expect(found?.samples.last?.time == now * 1_000 + 5_000)
  }
}
