import Domain
import Foundation
import Testing
import TextUI

@testable import Console

/// A draft of one incident: all that is in it, and that foreign text means nothing in it.
struct PostMortemTests {
  private static let payloads = [
    "\u{1B}]0;owned\u{7}", "\u{9B}31m", "\u{202E}evil\u{2069}", "a|b\\|c", "`rm`", "```\nx",
    "<script>alert(1)</script>", "</text></svg><svg onload=\"x\">", "[x](javascript:alert(1))",
    "![x](http://evil)", "www.evil.example", "# head\r\n---", "&lt;&#60;", "*_~**__~~",
    "\0\u{200B}",
  ]

  static func report(_ text: String = "fraud") -> IncidentReport {
    let command = CommandID("rollback-fraud-1")!
    let alert = IncidentAlert(
      id: Sample.burn.id, name: text, model: text, severity: .critical, summary: text,
      activeAt: Sample.at(-300), firedAt: Sample.at(-240), resolvedAt: Sample.at(-60), times: 2)
    var incident = Incident(
      id: IncidentID(12), model: text, title: text, severity: .critical,
      openedAt: Sample.at(-238), openedBy: "vigia", detection: alert, alerts: [alert])
    incident.acknowledgedAt = Sample.at(-200)
    incident.acknowledgedBy = text
    incident.mitigation = .init(
      at: Sample.at(-100), commandID: command, action: "rollback", by: text)
    incident.closedAt = Sample.at(-10)
    incident.closedBy = text
    incident.closeReason = text
    let entries: [(Double, IncidentEntry.Kind)] = [
      (-240, .alertFired(id: alert.id, name: text)), (-238, .opened),
      (-200, .acknowledged(id: alert.id, isTakenBack: false)),
      (-190, .stepTicked(runbook: text, step: "0f", isDone: true)), (-180, .note),
      (
        -141,
        .action(
          act: .init(
            commandID: command, name: "rollback", outcome: .done, from: text, to: text,
            evidence: #"{"windowSeconds":60,"from":{"errors":71}}"# + text))
      ), (-100, .recovery(proof: Sample.recovery(.recovered(seconds: 41), requests: 900))),
      (-60, .alertResolved(id: alert.id, name: text)), (-30, .clock(seconds: 3)), (-10, .closed),
    ]
    return IncidentReport(
      incident: incident,
      steps: [
        TickedStep(runbook: text, step: "0f", text: text, by: text, at: Sample.at(-190))
      ],
      entries: entries.map { second, kind in
        IncidentEntry(time: Sample.at(second), actor: text, text: text, kind: kind)
      })
  }

  private static func draft(_ text: String = "fraud") async -> PostMortem {
    let objective = ServiceObjective(availability: 0.999, latency: 50_000, latencyObjective: 0.99)
    return await PostMortem.gather(
      report(text), objectives: [text: objective], from: KnowingSource(), at: Sample.now)
  }

  private static func file(_ ending: String, _ export: ScreenExport) throws -> String {
    try #require(export.files.first { $0.ending == ending }?.text)
  }

  @Test func `a draft has times, impact, timeline, evidence, steps, notes and room for people`()
    async throws
  {
    let draft = await Self.draft().export
    #expect(
      draft.files.map(\.ending) == [
        "md", "latency.svg", "errors.svg", "traffic.svg", "accuracy.svg", "error.svg", "json",
      ])
    #expect(try Self.file("errors.svg", draft).contains("promote to fraud"))
    #expect(draft.name.hasPrefix("inc-12-2026"))
    try expectSnapshot(Self.file("md", draft), "post-mortem")
    #expect(try Self.file("md", draft).contains("whose label came | 100 (25.0 %)"))
    let json =
      try JSONSerialization.jsonObject(
        with: Data(Self.file("json", draft).utf8)) as? [String: Any]
    #expect(json?["report"] != nil && json?["series"] != nil && json?["impact"] != nil)
  }

  @Test func `what clients felt is counted from the first bad sample to the mitigation`()
    async throws
  {
    let draft = await Self.draft()
    // 200 s at 10 requests and 1 failure a second and version, of two; steps at the edges count whole.
    let requests = try #require(draft.impact.requests)
    let step = Double(draft.window.step)
    #expect(requests >= 4_000 && requests <= 20 * (200 + 2 * step))
    let share = try #require(draft.impact.share(draft.impact.failed))
    #expect(abs(share - 0.1) < 1e-9)
    #expect(draft.impact.slow ?? 0 > 0)
    #expect(draft.window.from == Sample.at(-900).seconds)
    #expect(draft.precedent?.words == "seen 1x, last fixed by limit")
  }

  @Test func `what a source does not answer is told, and the rest is written`() async throws {
    let draft = await PostMortem.gather(
      Self.report(), objectives: [:], from: KnowingSource(answers: false), at: Sample.now
    ).export
    let markdown = try Self.file("md", draft)
    #expect(markdown.contains("Missing here: request\\_rate: the disk is gone"))
    #expect(markdown.contains("unknown"))
    #expect(try Self.file("latency.svg", draft).contains("nothing was measured"))
  }

  @Test func `a draft is of the incident that was asked for, or none is written`() async {
    func exported(_ id: IncidentID?) async -> [Result<String, ExportFailure>] {
      let mailbox = Mailbox()
      let performer = EffectPerformer(
        source: KnowingSource(), keep: { .success($0.name) }, noteLook: { _ in }, mailbox: mailbox,
        clock: ContinuousClock())
      await performer.perform(.exportIncident(id, model: nil, objectives: [:], at: Sample.now))
      return mailbox.drain().compactMap { action in
        if case .incidentExported(let result) = action { result } else { nil }
      }
    }
    #expect(await exported(IncidentID(12)) == [.success("inc-12-20261122-140231")])
    #expect(
      await exported(IncidentID(99)) == [.failure(ExportFailure(reason: "inc-99 is not known"))])
    #expect(
      await exported(nil) == [.failure(ExportFailure(reason: "there has been no incident"))])
  }

  @Test(arguments: payloads)
  func `foreign text stands in the draft and means nothing there`(payload: String) async throws {
    let draft = await Self.draft(payload).export
    let markdown = try Self.file("md", draft)
    for file in draft.files where file.ending != "json" {
      let isClean = file.text.unicodeScalars.allSatisfy {
        $0 == "\n"
          || !($0.value < 0x20 || (0x7F...0x9F).contains($0.value))
            && !["\u{202E}", "\u{2069}", "\u{200B}"].contains($0)
      }
      #expect(isClean, "\(file.ending)")
    }
    // Between fences, whose length the text cannot reach, nothing means anything.
    let fence = markdown.split(separator: "\n").first { $0.hasPrefix("```") }?.prefix { $0 == "`" }
    let parts = markdown.split(separator: "\n" + (fence ?? "```"), omittingEmptySubsequences: false)
    #expect(parts.count == 3)
    let prose = "\(parts[0])\(parts[2])".replacing("\\]", with: "")
    #expect(!prose.contains("<script") && !prose.contains("](javascript"))
    #expect(!prose.contains("](http") && !prose.contains(" www.evil"))
    // No cell of a table was torn by a bar in a name.
    var columns: Int?
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("| ") else {
        columns = nil
        continue
      }
      let count = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      #expect(columns == nil || count == columns, "\(line)")
      columns = count
    }
    for ending in ["latency.svg", "errors.svg", "traffic.svg"] {
      let svg = try Self.file(ending, draft)
      #expect(isXML(svg), "\(svg)")
      #expect(
        svg.split(separator: "<").count { $0.hasPrefix("svg") || $0.hasPrefix("script") } == 1)
    }
  }

  @Test func `a chart shows gaps as gaps, its objective and its marks`() {
    let chart = ChartPicture(
      title: "a < b", format: { "\(Int($0)) ms" }, window: Window(from: 0, to: 5, step: 1),
      lines: [.init(name: "1 p99", values: [1, 2, nil, 4, nil])], objective: 5,
      marks: [.init(time: Timestamp(seconds: 3), label: "rollback to 1")])
    #expect(chart.svg.split(separator: "<").count { $0.hasPrefix("polyline") } == 2)
    #expect(chart.svg.contains("objective 5 ms") && chart.svg.contains("rollback to 1"))
    #expect(chart.svg.contains("a &lt; b") && isXML(chart.svg))
  }

  /// Tags that open and close each other, attributes in quotes, and nothing unescaped between them.
  private func isXML(_ text: String) -> Bool {
    var open: [Substring] = []
    for part in text.split(separator: "<").drop(while: { $0.allSatisfy(\.isWhitespace) }) {
      let sides = part.split(separator: ">", omittingEmptySubsequences: false)
      guard sides.count == 2, let name = sides[0].split(separator: " ").first else { return false }
      if name.first == "/" {
        guard open.popLast() == name.dropFirst() else { return false }
        continue
      }
      // Quotes come in pairs, each behind an equals sign.
      let quoted = sides[0].split(separator: "\"", omittingEmptySubsequences: false)
      guard quoted.count % 2 == 1 else { return false }
      for index in stride(from: 0, to: quoted.count - 1, by: 2) where quoted[index].last != "=" {
        return false
      }
      if quoted.last?.last != "/" { open.append(name) }
    }
    return open.isEmpty
  }
}

/// A source that answers what a draft asks for, or nothing.
private struct KnowingSource: ConsoleSource {
  var answers = true

  private func answer<Value>(_ value: Value) throws(SourceError) -> Value {
    guard answers else { throw .failed(reason: "the disk is gone") }
    return value
  }

  func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    let value: Double =
      switch query.measure {
      case .requestRate: 10
      case .errorRate: 1
      case .errorShare: 0.1
      default: 42_000
      }
    return try answer(
      SeriesResult(
        window: query.window,
        lines: ["30", "31"].map { version in
          .init(
            version: ModelVersion(model: query.model ?? "m", version: version),
            values: Array(repeating: value, count: query.window.stepCount))
        }))
  }

  func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    try answer(
      LatencyHeatmap(
        window: query.window, edges: [query.lowest, query.highest],
        counts: Array(repeating: [9, 1], count: query.window.stepCount), maxima: []))
  }

  func incidents(_ query: IncidentQuery) async throws(SourceError) -> [Incident] {
    var earlier = PostMortemTests.report().incident
    earlier.id = IncidentID(11)
    earlier.mitigation?.action = "limit"
    return try answer(query.before.map { $0 > earlier.id } == true ? [earlier] : [])
  }

  func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? {
    let report = PostMortemTests.report()
    return id == report.incident.id ? report : nil
  }
  func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    AsyncThrowingStream { $0.finish() }
  }
  func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] { [] }
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
    BusinessHistory(
      window: query.window, periods: [BusinessPeriod(predictions: 900, classified: 400, right: 300)]
    )
  }
  func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] {
    var promotion = Sample.promotion
    promotion.time = Sample.at(-420)
    promotion.model = query.model
    promotion.reason = query.model ?? ""
    promotion.toVersion = query.model
    return try answer([promotion, Sample.audit[3]])
  }
  func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    RunbookAnswer()
  }
  func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    MetricAnswer(kind: .vector, results: [])
  }
  func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    throw .failed(reason: "not asked for")
  }
  func send(_ command: Command) async -> CommandOutcome { .unknown(reason: "a test") }
  func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? { nil }
}
