import Domain

/// Values in which everything that may be absent is there.
extension SystemSnapshot {
  static var full: SystemSnapshot {
    var snapshot = SystemSnapshot.sample(p99: 812)
    let time = Timestamp(seconds: 1_700_000_000)
    snapshot.store = StoreStatus(
      paused: "the disk is full", dropped: 1, metricsBytes: 2, stateBytes: 3,
      writeMilliseconds: 0.5, labelHorizon: time)
    let report = IncidentReport.full
    snapshot.incidents = [IncidentSummary(incident: report.incident, steps: report.steps)]
    snapshot.alertRules = 7
    snapshot.intentions = [
      Intention(
        id: CommandID(random: (1, 2)), model: "m", words: "roll m back to 1", by: "mia",
        since: Timestamp(seconds: 7))
    ]
    snapshot.precedents = [
      IncidentPrecedent(
        alert: "A", count: 4, last: report.incident.id, lastOpenedAt: time, fix: "rollback")
    ]
    snapshot.models[0].deployment = Deployment(
      model: "m", revision: 3, champion: "1", championSince: time,
      challenger: .init(version: "2", weight: 0.1), shadow: "3",
      formerChampions: [.init(version: "0", since: time, until: time, ending: .rolledBack)],
      quarantine: ["0": .init(since: time, by: "ana", reason: "slow")],
      freeze: .init(until: time, by: "ana", reason: "night", incident: report.incident.id),
      pin: .init(version: "1", since: time, by: "ana", reason: "r"),
      limits: [
        TrafficLimit(
          scope: .client("batch"), measure: .rate(perSecond: 5, burst: 5), since: time, by: "ana",
          reason: "r"),
        TrafficLimit(scope: .all, measure: .shed(share: 0.5), since: time, by: "ana", reason: "r"),
      ])
    snapshot.models[0].objective = ServiceObjective(
      availability: 0.999, latency: 50_000, latencyObjective: 0.99)
    snapshot.models[0].lastChange = .full
    snapshot.models[0].notices = [Notice(.critical, "t")]
    snapshot.models[0].hurtClients = [
      ClientFigures(client: "batch", requests: 9, errors: 1, slow: 1, limited: 1, meanLatency: 5)
    ]
    snapshot.models[0].judgement = .full
    snapshot.models[0].versions = [.full, .failed]
    let share = Recovery.Proportion(count: 1, total: 2, low: 0.1, high: 0.9)
    snapshot.recoveries = [
      .watching, .recovered(seconds: 9), .notRecovering(reason: "r"),
      .relapsed(seconds: 300, reason: "r"),
    ].map {
      Recovery(
        commandID: CommandRouteTests.rollBack.id, model: "m", from: "2", to: "1",
        limit: $0 == .watching ? .client("batch") : nil, switchedAt: time,
        status: $0, requests: 40, errors: share, refused: 3, slow: share, errorsBefore: share,
        slowBefore: share, wrong: share, wrongBefore: share, wasBad: true)
    }
    snapshot.notices = [Notice(.info, "t")]
    snapshot.sources = [
      SourceStatus(
        name: "fleet", address: "http://10.0.0.5:9090", state: .down, interval: 15, since: time,
        lastAnswer: time, lastFailure: "no whole answer within 2000 ms", rules: 3,
        panels: [
          SourcePanel(
            title: "requests/s", at: time, failure: "f",
            lines: [.init(labels: "{job=\"web\"}", values: [1, nil])], more: 2)
        ])
    ]
    return snapshot
  }
}

extension VersionSnapshot {
  fileprivate static var full: VersionSnapshot {
    let time = Timestamp(seconds: 1_700_000_000)
    var recent = RecentFigures(
      requestRate: 1, requests: 2, errors: 3, p50: 4, p99: 5, slowShare: 0.5, labels: 6,
      accuracy: 0.5, absoluteError: 7, lastRequest: time)
    recent.sinceChange = .init(revision: 1, requests: 2, errors: 3, slow: 4)
    return VersionSnapshot(
      version: "1", variant: .champion, state: .ready, sha256: "ab", fileBytes: 1, share: 1,
      loadedAt: time, queueDepth: 1, shadowDropped: 1, execution: "inline",
      executionFigures: ExecutionFigures(
        curve: [.init(rows: 1, microseconds: 5)], reason: "r", rowsPerRun: 2, lanes: 1,
        batching: .init(maxRows: 8, preferred: [4]),
        cache: .on(bytes: 1, limit: 2, hits: 3, misses: 4),
        queue: .init(rows: 1, rowsPerLevel: 2, waitMicroseconds: 3)), recent: recent,
      isRollbackTarget: true, quarantine: .init(since: time, by: "ana", reason: "r"),
      memoryBytes: 5, warnings: ["w"],
      upstreams: [
        UpstreamStatus(name: "u", state: .healthy, failures: ["timeout": 1], p50: 9),
        UpstreamStatus(name: "v", state: .unhealthy(reason: "r")),
        UpstreamStatus(name: "w", state: .ejected(until: time, reason: "r")),
      ])
  }

  fileprivate static var failed: VersionSnapshot {
    VersionSnapshot(
      version: "2", variant: nil, state: .failed(reason: "r"), share: 0,
      executionFigures: ExecutionFigures(reason: "r", cache: .refused(reason: "cheap")))
  }
}

extension AuditEntry {
  fileprivate static var full: AuditEntry {
    AuditEntry(
      sequence: 1, time: Timestamp(seconds: 1_700_000_000),
      principal: Principal(name: "ana", role: .operate, proof: "token"), origin: .cli,
      commandID: CommandRouteTests.rollBack.id, action: "promote", model: "m", fromVersion: "1",
      fromSHA256: "ab", toVersion: "2", toSHA256: "cd", reason: "r", outcome: .breakGlass,
      summary: "s", evidence: "{}", hash: "ef")
  }
}

extension FakeSource.Answers {
  static var full: FakeSource.Answers {
    let window = Window(from: 0, to: 2, step: 1)
    let version = ModelVersion(model: "m", version: "1")
    var answers = FakeSource.Answers()
    answers.series = .success(
      SeriesResult(
        window: window,
        lines: [
          .init(version: version, values: [1.5, nil]),
          .init(version: nil, values: [.nan, .infinity]),
        ]))
    answers.heatmap = .success(
      LatencyHeatmap(
        window: window, edges: [1, 9.5], counts: [[0, 1], [2, 3]], maxima: [nil, 7.5]))
    answers.requests = .success([
      RequestSummary(
        id: RequestID(high: 1, low: 2), version: version, variant: .shadow, client: "c",
        outcome: .timedOut, time: Timestamp(seconds: 1), queue: 1, compute: 2.5, total: 3, rows: 1)
    ])
    answers.audit = .success([.full])
    answers.preflight = .success(
      PreflightReport(
        version: version, sha256: "ab", checks: [.init(name: "loaded", passed: true, detail: "d")]))
    answers.runbooks = .success(
      RunbookAnswer(
        entries: [RunbookEntry(.full)], page: .full,
        hits: [
          RunbookHit(
            id: "Full", title: [.init("Full")], snippet: [.init("a", isMatch: true)], score: 1.5)
        ], problems: ["x.md: unreadable"]))
    return answers
  }
}

extension Runbook {
  /// Each part that a page may have.
  static var full: Runbook {
    let text: [RunbookInline] = [
      .run(RunbookRun("t", marks: [.code, .struck], link: "https://example.org")), .lineBreak,
    ]
    let item = RunbookList.Item(
      step: RunbookStep(id: "0123456789abcdef", text: "t"), [.paragraph(text)])
    return Runbook(
      id: "Full", file: "runbooks/Full.md", title: "Full",
      frontMatter: RunbookFrontMatter(
        alert: RunbookWord("Full", line: 2), severity: .critical, owner: "o",
        lastTested: RunbookDate(days: 20_000), lastTestedLine: 5, appliesTo: ["m*"],
        panels: [RunbookWord("latency", line: 6)],
        checks: [RunbookCheck(name: "up", query: "up", line: 8)],
        actions: [RunbookWord("rollback", line: 9)], firstAction: "f"),
      blocks: [
        .heading(level: 1, text: text), .paragraph(text), .list(RunbookList([item])),
        .list(RunbookList(start: 3, isTight: false, [.init([.quote([.paragraph(text)])])])),
        .code("x\n", language: "sh"),
        .table(RunbookTable(alignments: [.right], header: [text], rows: [[text]])),
        .details(summary: "s", [.thematicBreak]),
      ],
      diagnostics: [RunbookDiagnostic(file: "runbooks/Full.md", line: 3, .warning, "old")])
  }
}
