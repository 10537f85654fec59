import Domain
import Foundation
import PromQL
import Statistics
import Storage
import Synchronization
import Testing

@testable import Control

/// The rules' language over what the store has of the past.
struct StoredSeriesTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static let version = ModelVersion(model: "fraud", version: "31")

  /// Ninety seconds of ten requests a second, 3 ms each, of which one fails from the thirtieth second on; every fifth is slow.
  private static func store(_ folder: TemporaryFolder) throws -> MetricStore {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let metrics = try MetricStore(directory: folder.path, now: noon)
    let passed = Mutex(0.0)
    let recorder = Recorder(
      store: metrics, clock: { noon.adding(seconds: passed.withLock { $0 }) },
      uptime: { .seconds(passed.withLock { $0 }) })
    for second in 0..<90 {
      for index in 0..<10 {
        let time = noon.adding(seconds: Double(second) + 0.05 * Double(index))
        recorder.record(
          PredictionRecord(
            id: RequestID(time: time, random: (UInt64(second), UInt64(index))), version: version,
            variant: .champion, client: "checkout",
            outcome: index == 0 && second >= 30 ? .failed : .ok, revision: 12, arrivedAt: time,
            computeTime: 2_000_000, totalTime: index % 5 == 1 ? 40_000_000 : 3_000_000, rows: 2))
      }
      passed.withLock { $0 = Double(second + 1) }
      var gauges = GaugeTally()
      for (measure, value, part) in [
        (SeriesQuery.Measure.processMemory, 5e7, ""), (.coreBusy, 0.25, "1"),
        (.versionQueue, 3, "fraud 31"), (.telemetryWrite, 2_000, ""),
      ] {
        gauges.add(value, to: .init(measure.gaugeCode ?? 0, part: part))
      }
      metrics.note(gauges, second: noon.seconds + Int64(second))
      recorder.flush()
    }
    return metrics
  }

  private static func question(_ expression: String, after seconds: Int64) -> MetricQuery {
    MetricQuery(expression: expression, time: (noon.seconds + seconds) * 1_000)
  }

  private static func value(
    _ expression: String, after seconds: Int64 = 90, _ source: StoreConsoleSource
  ) async throws -> Double? {
    let answer = try await source.metrics(question(expression, after: seconds))
    #expect(answer.results.count <= 1)
    return answer.results.first?.points.first.flatMap { Double($0.value) }
  }

  @Test func `a dead host's store answers as its rules would have been answered`() async throws {
    let folder = TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    try Self.store(folder).close()
    let source = try StoreConsoleSource(path: folder.path)
    defer { source.close() }
    let all = try await Self.value("sum(increase(vigia_requests_total[1m]))", source)
    #expect(abs((all ?? 0) - 600) < 1)
    let failed = try await Self.value(
      #"sum(rate(vigia_requests_total{model="fraud", outcome="failed"}[50s]))"#, source)
    #expect(abs((failed ?? 0) - 1) < 0.01)
    #expect(
      try await Self.value(#"sum(vigia_requests_total{outcome="failed"})"#, after: 30, source) == 0)
    let rows = try await Self.value("sum(rate(vigia_rows_total[1m]))", source)
    // A failed request predicted nothing.
    #expect((17...20).contains(rows ?? 0))
    let p50 = try await Self.value(
      "histogram_quantile(0.5, sum by (le) (rate(vigia_request_duration_seconds_bucket[1m])))",
      source)
    #expect((0.0025...0.005).contains(p50 ?? 0))
    let p95 = try await Self.value(
      "histogram_quantile(0.95, sum by (le) (rate(vigia_request_duration_seconds_bucket[1m])))",
      source)
    #expect((0.025...0.05).contains(p95 ?? 0))
    let mean = try await Self.value(
      "sum(rate(vigia_request_duration_seconds_sum[1m])) / sum(rate(vigia_request_duration_seconds_count[1m]))",
      source)
    #expect((0.009...0.0125).contains(mean ?? 0))
    #expect(
      try await Self.value(#"sum(vigia_client_requests_total{client="checkout"})"#, source) == 900)
    // Gauges, with a label for each part of their names and without any.
    #expect(try await Self.value("process_resident_memory_bytes", source) == 5e7)
    #expect(try await Self.value(#"vigia_core_busy_ratio{core="1"}"#, source) == 0.25)
    #expect(
      try await Self.value(#"vigia_queue_depth{model="fraud", version="31"}"#, source) == 3)
    #expect(
      abs((try await Self.value("vigia_telemetry_write_seconds", source) ?? 0) - 0.002) < 1e-9)
    // Whatever there is, by no name.
    let everything = try await source.metrics(Self.question(#"count({__name__=~".+"})"#, after: 90))
    #expect((Int(everything.results.first?.points.first?.value ?? "") ?? 0) == 40)
    #expect(try await Self.value("sum(vigia_requests_total)", after: -600, source) == nil)
    #expect(try await Self.value("vigia_never_heard_of", source) == nil)
    await #expect(throws: SourceError.self) { try await Self.value("sum(", source) }
  }

  @Test func `a question reaches past what is in memory, and counters go on over the seam`()
    async throws
  {
    let folder = TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let metrics = try Self.store(folder)
    defer { metrics.close() }
    let loop = AlertLoop(store: Shelf())
    func page(_ count: Double) -> MetricsText {
      var page = MetricsText()
      page.family(SeriesCatalogue.requests) { page in
        page.sample(
          [("model", "fraud"), ("version", "31"), ("variant", "champion"), ("outcome", "ok")], count
        )
      }
      return page
    }
    for (second, count) in [(7_200.0, 50.0), (7_205, 60), (7_260, 80)] {
      _ = await loop.tick(page(count), now: Self.noon.adding(seconds: second))
    }
    func value(_ expression: String, after seconds: Int64) async throws -> Double? {
      try await loop.answer(Self.question(expression, after: seconds)).results.first?.points.first
        .flatMap { Double($0.value) }
    }
    let rise = #"increase(vigia_requests_total{outcome="ok"}[1m])"#
    #expect(try await value(rise, after: 90) == nil)
    await loop.use(past: metrics)
    #expect(abs((try await value(rise, after: 90) ?? 0) - 540) < 1)
    // 840 of then and 30 of now, where the live counter began at 50.
    let over = try await value(
      #"max_over_time(vigia_requests_total{outcome="ok"}[3h]) - min_over_time(vigia_requests_total{outcome="ok"}[3h])"#,
      after: 7_260)
    #expect(over == 870)
    // What is in memory is answered from there.
    #expect(try await value(#"vigia_requests_total{outcome="ok"}"#, after: 7_206) == 60)
  }

  @Test func `an hour's counts are spread over it, and stand where nothing came`() throws {
    var past = MetricStore.CountedPast()
    past.recorded = [0..<3_600, 3_600..<7_200, 10_800..<14_400]
    var step = MetricStore.CountedStep(from: 0)
    step.requests.rows = 3_600
    past.steps = [SeriesKey(version: Self.version, variant: .champion): [step]]
    let family = try #require(
      StoredSeries.Family.all.first { $0.name == SeriesCatalogue.rows.name })
    var room = 1_000
    let samples = try #require(try family.series(past, room: &room).first).samples
    #expect(samples.prefix(3).map(\.value) == [0, 240, 480])
    #expect(samples.prefix(3).map(\.time) == [0, 240_000, 480_000])
    #expect(samples.first { $0.time == 3_600_000 }?.value == 3_600)
    // Nobody asks any more: an hour later it is not there.
    #expect(samples.last?.value == 3_600 && samples.last?.time == 7_200_000)
    var little = 20
    #expect(throws: EvaluationError.self) { try family.series(past, room: &little) }
  }
}
