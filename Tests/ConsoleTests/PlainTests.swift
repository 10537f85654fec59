import Console
import Domain
import Foundation
import Synchronization
import Testing
import TextUI

struct PlainReportTests {
  private static func report() -> PlainReport {
    PlainReport(endpoint: "unix:/run/vigia.sock", wall: Wall(offset: 3_600))
  }

  /// What a report says of the second of two snapshots, without the times.
  private func news(
    _ before: SystemSnapshot = Sample.snapshot(), then after: SystemSnapshot,
    ledger: Result<[AuditEntry], SourceError>? = nil
  ) -> [String] {
    var report = PlainReportTests.report()
    _ = report.lines(before, at: Sample.now)
    return report.lines(after, ledger: ledger, at: Sample.at(1)).map { String($0.dropFirst(9)) }
  }

  private func changed(
    _ name: String, at seconds: Double = 1, _ change: (inout ModelSnapshot) -> Void
  ) -> SystemSnapshot {
    var snapshot = Sample.snapshot(at: Sample.at(seconds))
    for index in snapshot.models.indices where snapshot.models[index].name == name {
      change(&snapshot.models[index])
    }
    return snapshot
  }

  @Test func `the first lines say where it is and how everything stands`() {
    var report = PlainReportTests.report()
    var snapshot = Sample.alerted()
    snapshot.recoveries = [Sample.recovery(.recovered(seconds: 41))]
    #expect(
      report.lines(snapshot, at: Sample.now) == [
        "2026-11-22, times are +01:00",
        "15:02:31 connection: unix:/run/vigia.sock, host ml-prod-3, environment grid-ops, vigia 0.1.0",
        "15:02:31 model: electricity 7, champion with 90 % of the requests: ok, 381 req/s, "
          + "p50 0.41 ms, p99 2.1 ms, errors 0.02 %, accuracy 72.2 %",
        "15:02:31 model: electricity 8, challenger with 10 % of the requests: ok, 42 req/s, "
          + "p50 0.39 ms, p99 2.0 ms, errors 0.00 %, accuracy 74.1 %",
        "15:02:31 model: electricity 9, shadow: ok, 42 req/s, p50 1.1 ms, p99 4.7 ms, "
          + "errors 0.00 %, accuracy 73.8 %",
        "15:02:31 model: fraud 31, champion with 100 % of the requests: critical (errors), "
          + "288 req/s, p50 3.2 ms, p99 412 ms, errors 6.31 %",
        "15:02:31 model: bikes 1, champion with 100 % of the requests: in warning (alert), 23 req/s, "
          + "p50 0.90 ms, p99 6.0 ms, errors 0.00 %, mean error 41.7",
        "15:02:31 alert: fires, critical: ModelErrorBudgetBurnFast of fraud 31: "
          + "fraud 31 burns its error budget 63 times too fast",
        "15:02:31 alert: fires, warning: NoTraffic of bikes: bikes has had no request for 5 min",
        "15:02:31 alert: fires, warning: FeatureDrift of electricity 7: "
          + "electricity 7: inputs no longer look like its reference; ana has it in hand",
        "15:02:31 alert: fires, warning: ModelLatencyBudgetBurn of fraud 31: "
          + "fraud 31 answers 6.1 % of its requests too slowly; it follows from another alert",
        "15:02:31 alert: fires, warning: CandidateWorse of fraud 31: "
          + "fraud 31 fails more often than 30 did; it follows from another alert",
        "15:02:31 alert: fires, info: LabelsLate of electricity: "
          + "electricity has had no label for 2 h; silenced",
        "15:02:31 proof: recovered in 41 s: errors 0.00 % (0 to 9.2), "
          + "before 6.31 %, slow 0.00 %; fraud 31 to 30",
      ])
  }

  @Test func `nothing that moves all the time is a line`() {
    var report = PlainReportTests.report()
    _ = report.lines(Sample.snapshot(), at: Sample.now)
    for second in 1...59 {
      let next = changed("fraud", at: Double(second)) { model in
        model.versions[2].recent.requestRate += Double(second)
        model.versions[2].recent.p99 = Double(400_000 + second * 1_000)
        model.versions[2].queueDepth = second
      }
      #expect(report.lines(next, at: Sample.at(Double(second))) == [])
    }
  }

  @Test func `once a minute a line says what is not well`() {
    var report = PlainReportTests.report()
    _ = report.lines(Sample.alerted(), at: Sample.now)
    var lines: [String] = []
    for second in 1...121 {
      lines += report.lines(
        Sample.alerted(at: Sample.at(Double(second))), at: Sample.at(Double(second)))
    }
    let text =
      "status: 734 req/s; fraud 31 critical (errors), 288 req/s, p50 3.2 ms, p99 412 ms, "
      + "errors 6.31 %; bikes 1 in warning (alert), 23 req/s, p50 0.90 ms, p99 6.0 ms, "
      + "errors 0.00 %, mean error 41.7; the other 3 versions are well; "
      + "ModelErrorBudgetBurnFast and 1 more fire"
    #expect(lines == ["15:03:31 \(text)", "15:04:31 \(text)"])
  }

  @Test func `alerts begin and end`() {
    var over = Sample.burn
    over.state = .resolved
    over.resolvedAt = Sample.at(118)
    #expect(
      news(then: Sample.alerted([Sample.burn])) == [
        "alert: fires, critical: ModelErrorBudgetBurnFast of fraud 31: "
          + "fraud 31 burns its error budget 63 times too fast"
      ])
    #expect(
      news(Sample.alerted([Sample.burn]), then: Sample.alerted([over])) == [
        "alert: over: ModelErrorBudgetBurnFast of fraud 31, took 4 min"
      ])
    // The server lists them for a while only.
    #expect(
      news(Sample.alerted([Sample.burn]), then: Sample.alerted([])) == [
        "alert: over: ModelErrorBudgetBurnFast of fraud 31"
      ])
    #expect(news(Sample.alerted([over]), then: Sample.alerted([])) == [])
  }

  @Test func `a change of health must stand, and comes with its figures`() {
    var report = PlainReportTests.report()
    _ = report.lines(Sample.snapshot(), at: Sample.now)
    var lines: [String] = []
    for second in 1...20 {
      // Bad in every other second at first, and all the time from the tenth on.
      let isBad = second >= 10 || second % 2 == 0
      let next = changed("bikes", at: Double(second)) {
        if isBad { $0.versions[0].recent.errors = 700 }
      }
      lines += report.lines(next, at: Sample.at(Double(second)))
    }
    #expect(
      lines == [
        "15:02:46 health: bikes 1 is critical (errors), was ok: 23 req/s, p50 0.90 ms, "
          + "p99 6.0 ms, errors 50.7 %, mean error 41.7"
      ])
  }

  @Test func `commands are told as the ledger has them, oldest first`() {
    var next = Sample.snapshot(at: Sample.at(1))
    next.auditHead = 43
    var rollback = Sample.audit[2]
    rollback.sequence = 42
    var refused = Sample.audit[1]
    refused.sequence = 43
    refused.time = Sample.at(0.5)
    rollback.time = Sample.at(0.2)
    var start = Sample.audit[3]
    start.sequence = 44
    start.time = Sample.at(0.9)
    var reference = start
    reference.sequence = 45
    reference.model = "fraud"
    reference.summary = "reference of 31 made of live traffic"
    let lines = news(
      then: next, ledger: .success([reference, start, refused, rollback] + Sample.audit))
    #expect(
      lines == [
        "command: done: electricity was rolled back from 5 to 6; rollback by ana, console; "
          + "reason: slow on holidays",
        "command: refused: electricity 5 is in quarantine since it was rolled back; "
          + "promote by ana, console; reason: try again", "event: vigia 0.1.0 started",
        "event: fraud: reference of 31 made of live traffic",
      ])
  }

  @Test func `another day is said before its first line`() {
    var report = PlainReportTests.report()
    _ = report.lines(Sample.snapshot(), at: Sample.now)
    // 23:00 UTC is midnight in the zone of the report.
    let midnight = 8.0 * 3_600 + 57 * 60 + 29
    #expect(
      report.lines(Sample.snapshot(at: Sample.at(midnight)), at: Sample.at(midnight)).first
        == "2026-11-23, times are +01:00")
  }

  @Test func `rows that were not read are counted, and a ledger that cannot be read is said once`()
  {
    var report = PlainReportTests.report()
    var next = Sample.snapshot()
    _ = report.lines(next, at: Sample.now)
    next.auditHead = 50
    #expect(report.wantsLedger(next))
    for expected in [["15:02:31 ledger: cannot be read: the disk is sick"], []] {
      let lines = report.lines(
        next, ledger: .failure(.failed(reason: "the disk is sick")), at: Sample.at(1))
      #expect(lines == expected)
    }
    var entry = Sample.promotion
    entry.sequence = 50
    let lines = report.lines(next, ledger: .success([entry]), at: Sample.at(2))
    #expect(
      lines == [
        "14:59:31 ledger: 8 rows before this are not told here",
        "14:59:31 command: done: fraud 31 was promoted (was 30); promote by ci, job; "
          + "reason: release 2026-11-22",
      ])
    #expect(!report.wantsLedger(next))
  }

  @Test func `who serves, who stands by, pins, freezes and quarantines are told`() {
    let next = changed("electricity") { model in
      model.deployment.champion = "8"
      model.deployment.challenger = nil
      model.deployment.shadow = nil
      model.deployment.pin = Deployment.Pin(
        version: "6", since: Sample.now, by: "ana", reason: "until noon")
      model.deployment.freeze = Deployment.Freeze(
        until: Sample.at(3_600), by: "ana", reason: "incident")
      model.deployment.quarantine = [
        "7": Deployment.Quarantine(since: Sample.now, by: "ana", reason: "errors")
      ]
    }
    #expect(
      news(then: next).filter { $0.hasPrefix("traffic") } == [
        "traffic: electricity: 8 is champion, was 7",
        "traffic: electricity: no challenger any more, was 8",
        "traffic: electricity: no shadow any more",
        "traffic: electricity: all requests are pinned to 6 by ana: until noon",
        "traffic: electricity: no promotion until 2026-11-22 16:02:31, by ana: incident",
        "traffic: electricity: 7 is in quarantine: errors",
        "traffic: electricity: 5 is out of quarantine",
      ])
  }

  @Test func `verdicts, versions, notices and the engine are told when they change`() {
    var next = changed("fraud") {
      $0.versions[1].state = .failed(reason: "fraud/30/model.onnx: expected 8 inputs, found 7")
    }
    next.models[0].judgement = Sample.judgedModels(.major)[0].judgement
    next.notices = [Domain.Notice(.warning, "the clock jumped by 4 s")]
    next.engine = .unavailable(reason: "libonnxruntime.so is gone")
    next.store.paused = "the disk is full"
    next.models.removeLast()
    let lines = news(then: next)
    for expected in [
      "engine: unavailable: libonnxruntime.so is gone",
      "store: telemetry is not written: the disk is full",
      "version: fraud 30 failed: fraud/30/model.onnx: expected 8 inputs, found 7",
      "model: bikes is served no more", "notice: warning: the clock jumped by 4 s",
    ] {
      #expect(lines.contains(expected), "\(expected) is not in \(lines)")
    }
    #expect(lines.contains { $0.hasPrefix("drift: electricity 7: major drift: ") })
    let back = news(next, then: Sample.snapshot(at: Sample.at(2)))
    for expected in [
      "engine: ready, ONNX Runtime 1.32.0", "store: written again", "version: fraud 30 is ready",
      "model: bikes is served, champion 1", "notice: over: warning: the clock jumped by 4 s",
      "drift: electricity 7: over",
    ] {
      #expect(back.contains(expected), "\(expected) is not in \(back)")
    }
  }

  @Test func `a lost connection is said once, again each minute, and when it is back`() {
    var report = PlainReportTests.report()
    _ = report.lines(Sample.snapshot(), at: Sample.now)
    var lines: [String] = []
    for second in stride(from: 1.0, through: 70, by: 5) {
      lines += report.lost(reason: "refused", at: Sample.at(second))
    }
    lines += report.lines(Sample.snapshot(at: Sample.at(76)), at: Sample.at(76))
      .filter { $0.contains("connection") }
    #expect(
      lines == [
        "15:02:32 connection: lost: refused; trying again",
        "15:03:32 connection: none since 15:02:32: refused; trying again",
        "15:03:47 connection: back after 75 s",
      ])
  }

  @Test func `a server that is only starting is no lost connection`() {
    func told(after seconds: Double) -> [String] {
      var report = PlainReport(
        endpoint: "unix:/run/vigia.sock", wall: Wall(offset: 0), patience: 10)
      var lines: [String] = []
      for second in stride(from: 0, to: seconds, by: 1) {
        lines += report.lost(reason: "no such file", at: Sample.at(second))
      }
      lines += report.lines(Sample.snapshot(), at: Sample.at(seconds))
      return lines.filter { $0.contains("none") || $0.contains("back") }
    }
    #expect(told(after: 9) == [])
    #expect(
      told(after: 13) == [
        "14:02:41 connection: none: no such file; trying again",
        "14:02:31 connection: back after 13 s",
      ])
  }

  @Test func `foreign text steers nothing and breaks no line`() {
    let hostile = "\u{1B}]52;c;aGk=\u{7}\u{9B}2J\n15:00:00 alert: over\u{202E}"
    var next = Sample.snapshot(at: Sample.at(1))
    next.notices = [Domain.Notice(.warning, hostile)]
    next.models[0].name = hostile
    next.alerts = [Sample.alert(hostile, ["model": hostile], summary: hostile, since: 4)]
    next.auditHead = 42
    var entry = Sample.promotion
    entry.sequence = 42
    entry.summary = hostile
    entry.reason = hostile
    var report = PlainReportTests.report()
    let lines =
      report.lines(Sample.snapshot(), at: Sample.now)
      + report.lines(next, ledger: .success([entry]), at: Sample.at(1))
      + report.status(at: Sample.at(2)) + report.lost(reason: hostile, at: Sample.at(3))
    #expect(lines.filter { $0.contains("\\e]52;c;aGk=\\u{7}") }.count >= 5)
    for line in lines {
      #expect(
        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f }, "\(line.sanitized)")
    }
  }
}

struct PlainConsoleTests {
  @Test func `it tells what stands, answers who asks, and ends when nobody reads`() async {
    let (asked, person) = AsyncStream.makeStream(of: Void.self)
    let lines = Mutex<[String]>([])
    let console = PlainConsole(
      source: QuietSource(), endpoint: "unix:/run/vigia.sock", zone: .gmt,
      now: { Sample.now })
    await console.run(asked: asked) { news in
      let isFirst = lines.withLock { lines in
        defer { lines += news }
        return lines.isEmpty
      }
      if isFirst { person.yield() }
      return isFirst
    }
    let told = lines.withLock { $0 }
    #expect(told.filter { $0.contains("connection: unix:/run/vigia.sock") }.count == 1)
    #expect(told.filter { $0.contains("model: fraud 31, champion") }.count == 2)
  }

  @Test func `a connection that ends is said and tried again`() async {
    let source = EndingSource()
    let lines = Mutex<[String]>([])
    let console = PlainConsole(
      source: source, endpoint: "unix:/run/vigia.sock", zone: .gmt, clock: NoWait(),
      now: { Sample.now })
    await console.run { news in
      lines.withLock { lines in
        lines += news
        return !lines.contains { $0.contains("back after") }
      }
    }
    let told = lines.withLock { $0 }.filter { $0.contains("connection: ") }
    #expect(
      told.prefix(3) == [
        "14:02:31 connection: unix:/run/vigia.sock, host ml-prod-3, environment grid-ops, "
          + "vigia 0.1.0",
        "14:02:31 connection: lost: reset; trying again", "14:02:31 connection: back after 0 s",
      ])
  }
}

/// A source whose first stream breaks off.
private final class EndingSource: ConsoleSource {
  private let streams = Mutex(0)
  private let quiet = QuietSource()

  func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let isFirst = streams.withLock { count in
      count += 1
      return count == 1
    }
    return AsyncThrowingStream { continuation in
      continuation.yield(SnapshotDelta(from: nil, to: Sample.snapshot()))
      if isFirst { continuation.finish(throwing: SourceError.unreachable(reason: "reset")) }
    }
  }

  func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    try await quiet.series(query)
  }
  func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    try await quiet.heatmap(query)
  }
  func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] {
    try await quiet.requests(query)
  }
  func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] { [] }
  func runAgain(_ id: RequestID, _ query: RerunQuery) async throws(SourceError) -> Rerun {
    throw .failed(reason: "nothing is kept")
  }
  func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport {
    FailureReport()
  }
  func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    throw .failed(reason: "nothing was recorded")
  }

  func judgements(_ query: JudgementQuery) async throws(SourceError) -> [JudgementRecord] { [] }

  func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    BusinessHistory(window: query.window, periods: [])
  }
  func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] { Sample.audit }
  func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    RunbookAnswer()
  }
  func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    MetricAnswer(kind: .vector, results: [])
  }
  func incidents(_ query: IncidentQuery) async throws(SourceError) -> [Incident] { [] }
  func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? { nil }
  func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    try await quiet.preflight(version)
  }
  func send(_ command: Command) async -> CommandOutcome { await quiet.send(command) }
  func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? { nil }
}

/// A clock on which no wait takes time.
private struct NoWait: Clock {
  var now: ContinuousClock.Instant { Sample.instant }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
  }
}
