import Console
import Domain
import TextUI

/// A realistic afternoon: three models, one with a challenger and a shadow, one whose new version fails.
enum Sample {
  /// 2026-11-22 14:02:31 UTC.
  static let now = Timestamp(seconds: 1_795_356_151)
  static let instant = ContinuousClock.now

  static func at(_ seconds: Double) -> Timestamp { now.adding(seconds: seconds) }

  static func sha(_ seed: Int) -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<64).map { digits[(seed * 7 + $0 * 5 + $0 * $0 * seed) % 16] })
  }

  static let objective = ServiceObjective(
    availability: 0.999, latency: 50_000, latencyObjective: 0.99)

  static func version(
    _ name: String, _ variant: Variant?, rate: Double = 0, share: Double = 0, p50: Double? = nil,
    p99: Double? = nil, errors: Int64 = 0, slow: Double? = nil, accuracy: Double? = nil,
    error: Double? = nil, state: VersionSnapshot.State = .ready, target: Bool = false,
    quarantine: Deployment.Quarantine? = nil
  ) -> VersionSnapshot {
    let requests = Int64(rate * 60)
    return VersionSnapshot(
      version: name, variant: variant, state: state,
      sha256: sha(name.utf8.reduce(3) { $0 + Int($1) }),
      fileBytes: 184_320, share: share, loadedAt: state == .ready ? at(-86_400 * 3) : nil,
      execution: state == .ready ? "inline, 6 us a row" : "",
      recent: RecentFigures(
        requestRate: rate, requests: requests, errors: errors, p50: p50, p99: p99, slowShare: slow,
        labels: accuracy == nil && error == nil ? 0 : requests * 15, accuracy: accuracy,
        absoluteError: error, lastRequest: requests > 0 ? at(-0.1) : at(-4_000)),
      isRollbackTarget: target, quarantine: quarantine)
  }

  static func fraud(revision: Int64 = 12) -> ModelSnapshot {
    ModelSnapshot(
      name: "fraud",
      deployment: Deployment(
        model: "fraud", revision: revision, champion: "31", championSince: at(-180),
        formerChampions: [
          Deployment.ChampionTerm(
            version: "30", since: at(-9 * 86_400), until: at(-180), ending: .replaced)
        ]),
      objective: objective,
      versions: [
        version("29", nil, state: .unloaded), version("30", nil, p50: nil, target: true),
        version(
          "31", .champion, rate: 288, share: 1, p50: 3_200, p99: 412_000, errors: 1_090, slow: 0.061
        ),
      ],
      lastChange: promotion)
  }

  static let electricity = ModelSnapshot(
    name: "electricity",
    deployment: Deployment(
      model: "electricity", revision: 4, champion: "7", championSince: at(-3 * 86_400),
      challenger: Deployment.Challenger(version: "8", weight: 0.1), shadow: "9",
      formerChampions: [
        Deployment.ChampionTerm(
          version: "6", since: at(-20 * 86_400), until: at(-3 * 86_400), ending: .replaced)
      ],
      quarantine: [
        "5": Deployment.Quarantine(since: at(-90_000), by: "ana", reason: "slow on holidays")
      ]),
    objective: objective,
    versions: [
      version(
        "5", nil,
        quarantine: Deployment.Quarantine(since: at(-90_000), by: "ana", reason: "slow on holidays")
      ),
      version("6", nil, target: true),
      version(
        "7", .champion, rate: 381, share: 0.9, p50: 410, p99: 2_100, errors: 4, slow: 0.000_2,
        accuracy: 0.722),
      version(
        "8", .challenger, rate: 42, share: 0.1, p50: 390, p99: 2_000, slow: 0, accuracy: 0.741),
      version("9", .shadow, rate: 42, p50: 1_100, p99: 4_700, slow: 0, accuracy: 0.738),
    ])

  static let bikes = ModelSnapshot(
    name: "bikes",
    deployment: Deployment(
      model: "bikes", revision: 1, champion: "1", championSince: at(-40 * 86_400)),
    objective: nil,
    versions: [version("1", .champion, rate: 23, share: 1, p50: 900, p99: 6_000, error: 41.7)])

  static let server = ServerInfo(
    version: "0.1.0", environment: "grid-ops", host: "ml-prod-3", listen: "127.0.0.1:8080",
    pid: 4711,
    startedAt: at(-86_400), isReadOnly: false, isDemo: false)

  static func snapshot(
    models: [ModelSnapshot] = judgedModels(.ok), recoveries: [Recovery] = [],
    notices: [Domain.Notice] = [], server: ServerInfo = server, at time: Timestamp = now
  ) -> SystemSnapshot {
    SystemSnapshot(
      server: server, sequence: 1, time: time, engine: .ready(version: "1.32.0"),
      store: StoreStatus(), models: models, recoveries: recoveries, notices: notices, auditHead: 41)
  }

  static let promotion = AuditEntry(
    sequence: 41, time: at(-180),
    principal: Principal(name: "ci", role: .operate, proof: "token"), origin: .job,
    commandID: CommandID("0192-promote-31"), action: "promote", model: "fraud", fromVersion: "30",
    fromSHA256: sha(2), toVersion: "31", toSHA256: sha(5), reason: "release 2026-11-22",
    outcome: .done, summary: "fraud 31 was promoted (was 30)",
    evidence: #"{"preflight":"passed"}"#, hash: sha(9))

  static let audit: [AuditEntry] = [
    promotion,
    AuditEntry(
      sequence: 40, time: at(-1_900),
      principal: Principal(name: "ana", role: .admin, proof: "socket uid 1000"),
      origin: .console, action: "promote", model: "electricity", fromVersion: "7", toVersion: "5",
      reason: "try again", outcome: .refused,
      summary: "electricity 5 is in quarantine since it was rolled back"),
    AuditEntry(
      sequence: 39, time: at(-90_000),
      principal: Principal(name: "ana", role: .admin, proof: "socket uid 1000"),
      origin: .console, commandID: CommandID("0192-rollback-5"), action: "rollback",
      model: "electricity", fromVersion: "5", toVersion: "6",
      reason: "slow on holidays", outcome: .done, summary: "electricity was rolled back from 5 to 6"
    ),
    AuditEntry(
      sequence: 38, time: at(-90_400),
      principal: Principal(name: "vigia", role: .admin, proof: "itself"),
      origin: .api, action: "start", reason: "", outcome: .event, summary: "vigia 0.1.0 started"),
  ]

  static func recovery(_ status: Recovery.Status, requests: Int64 = 38) -> Recovery {
    Recovery(
      commandID: CommandID("rollback-fraud-1")!, model: "fraud", from: "31", to: "30",
      switchedAt: at(-12), status: status, requests: requests,
      errors: Recovery.Proportion(
        count: 0, total: requests, low: 0, high: 3.84 / (Double(requests) + 3.84)),
      slow: Recovery.Proportion(count: 0, total: requests, low: 0, high: 0.09),
      errorsBefore: Recovery.Proportion(count: 1_090, total: 17_280, low: 0.06, high: 0.067),
      slowBefore: nil)
  }
}

extension Sample {
  /// A console that has had its first snapshot and all answers to what its panel asks.
  static func state(
    _ panel: PanelID = .overview, size: Size, snapshot: SystemSnapshot? = nil,
    configuration: ConsoleConfiguration = ConsoleConfiguration(endpoint: "unix:/run/vigia.sock"),
    selecting selection: Selection? = nil, answers: Bool = true,
    judgements: (JudgementQuery) -> [JudgementRecord] = Sample.judgements
  ) -> ConsoleState {
    var state = ConsoleState(configuration: configuration, size: size, now: at(-1), seed: (1, 2))
    state.panel = panel
    state.selection = selection ?? Sample.selection(panel)
    let effects = update(&state, .snapshot(snapshot ?? Sample.snapshot(panel)), at: now)
    guard answers else { return state }
    answer(effects, &state, judgements)
    // What the answers made it ask goes out a second later.
    if panel == .drift { answer(update(&state, .tick, at: at(1.01)), &state, judgements) }
    state.now = now
    return state
  }

  /// The panels of judgements show a bad day, the others need none.
  private static func snapshot(_ panel: PanelID) -> SystemSnapshot {
    switch panel {
    case .drift, .experiment, .business: snapshot(models: judgedModels(.major))
    case .system: busy
    case .alerts: alerted()
    default: snapshot()
    }
  }

  /// The model that a panel has most to tell of.
  private static func selection(_ panel: PanelID) -> Selection {
    switch panel {
    case .drift, .experiment, .business: Selection(model: "electricity", version: "7")
    default: Selection(model: "fraud", version: "31")
    }
  }

  /// Answers what was asked, as a source would.
  static func answer(
    _ effects: [Effect], _ state: inout ConsoleState,
    _ judgements: (JudgementQuery) -> [JudgementRecord] = Sample.judgements
  ) {
    for case .ask(let slot, let question) in effects {
      let answer: QueryBoard.Answer =
        switch question {
        case .series(let query): .series(series(query))
        case .heatmap(let query): .heatmap(heatmap(query))
        case .requests(let query): .requests(requests(query))
        case .request(let id): .request(kept(id))
        case .failures(let query): .failures(failures(query))
        case .audit: .audit(audit)
        case .judgements(let query, _): .judgements(JudgementHistory(judgements(query)))
        case .business(let query): .business(business(query))
        case .runbooks(let query, _): .runbooks(runbooks(query))
        case .metric(let question): .metric(metrics(question))
        case .past(let query): .past(past(query))
        case .incidents: .incidents([replayed.incident])
        case .incident(let id, _): .incident(id == replayed.incident.id ? replayed : nil)
        }
      // An answer may lead to the next question.
      let more = update(&state, .answered(slot, question, .success(answer)), at: state.now)
      Sample.answer(more, &state, judgements)
    }
  }

  /// A little noise that is the same each time.
  static func noise(_ seed: Int64) -> Double {
    var x = UInt64(bitPattern: seed) &* 0x9E37_79B9_7F4A_7C15
    x = (x ^ (x >> 31)) &* 0x94D0_49BB_1331_11EB
    return Double((x ^ (x >> 29)) % 1_000) / 1_000
  }

  static func series(_ query: SeriesQuery) -> SeriesResult {
    if query.measure.isGauge { return machine(query) }
    let model = [electricity, fraud(), bikes].first { $0.name == query.model }
    let incident = now.seconds - 180
    let measured = (model?.versions ?? []).filter { version in
      version.recent.requests > 0 || (version.isRollbackTarget && query.model == "fraud")
    }
    let lines = measured.map { version -> SeriesResult.Line in
      var values: [Double?] = []
      var time = query.window.from
      while time < query.window.to {
        values.append(value(query, version, at: time, incident: incident))
        time += query.window.step
      }
      return SeriesResult.Line(
        version: ModelVersion(model: query.model ?? "", version: version.version), values: values)
    }
    return SeriesResult(window: query.window, lines: lines)
  }

  private static func value(
    _ query: SeriesQuery, _ version: VersionSnapshot, at time: Int64, incident: Int64
  ) -> Double? {
    if query.window.stepCount == 1, let whole = whole(query.measure, version) { return whole }
    let base = version.version == "30" ? 288.0 : version.recent.requestRate
    let wave = 0.9 + 0.2 * noise(time / query.window.step &+ Int64(base))
    let isOn = query.model != "fraud" || (version.version == "31") == (time >= incident)
    guard isOn else { return nil }
    let bad = version.version == "31" ? 0.063 : 0.000_2
    switch query.measure {
    case .requestRate: return base * wave
    case .errorRate: return base * wave * bad
    case .errorShare: return bad * wave
    case .shedRate: return 0
    // It fell, of all versions, a quarter of an hour ago.
    case .accuracy: return (time < now.seconds - 900 ? 0.8 : 0.25) * wave
    default: return 1_000 * wave
    }
  }

  /// Microseconds of all that is looked at; nil for what is no time.
  private static func whole(
    _ measure: SeriesQuery.Measure, _ version: VersionSnapshot
  ) -> Double? {
    let isBad = version.version == "31"
    return switch measure {
    case .latencyP50: version.recent.p50 ?? 3_050
    case .latencyP99: version.recent.p99 ?? 11_200
    case .queueMean: isBad ? 1_900 : 240
    case .computeMean: isBad ? 26_000 : 3_100
    default: nil
    }
  }

  static func heatmap(_ query: HeatmapQuery) -> LatencyHeatmap {
    var edges: [Double] = []
    var edge = query.lowest
    for _ in 0..<query.bucketCount {
      edges.append(edge)
      edge *= 1.258_925_411_794_167_3
    }
    let incident = now.seconds - 180
    var counts: [[Int]] = []
    for step in 0..<query.window.stepCount {
      var time = query.window.from + Int64(step) * query.window.step
      // One step for all of it has both what was before and what came after.
      if query.window.stepCount == 1, query.version == "31" { time = incident }
      let isBad = query.model == "fraud" && time >= incident
      let isOld = query.version == "30"
      let isHeard = query.model != "fraud" || query.version == nil || isOld != isBad
      var column = [Int](repeating: 0, count: query.bucketCount)
      let center = 20 + 2 * noise(time / query.window.step)
      for bucket in 0..<query.bucketCount where isHeard {
        let place = Double(bucket)
        let slow = isBad ? bump(place, 46, 120, 2.5) : 0
        let value = bump(place, center + (isBad ? 4 : 2), isBad ? 300 : 700, 3.5) + slow
        let grain = 0.7 + 0.6 * noise(Int64(bucket) &* 31 &+ time)
        column[bucket] = value > 3 ? Int(value * grain) : 0
      }
      counts.append(column)
    }
    return LatencyHeatmap(
      window: query.window, edges: edges, counts: counts, maxima: counts.map { _ in 812_000 })
  }

  private static func bump(
    _ place: Double, _ center: Double, _ height: Double, _ width: Double
  ) -> Double {
    let distance = (place - center) / width
    let square = distance * distance
    return height / (1 + square * square)
  }

  static func requests(_ query: RequestQuery) -> [RequestSummary] {
    (0..<12).map { index -> RequestSummary in
      let place = Double(index)
      let time = at(-9.7 * place)
      let random = (UInt64(index) &* 77_777, UInt64(index) &* 99_991_337)
      let outcome: Outcome = index == 0 ? .timedOut : index % 4 == 1 ? .failed : .ok
      let compute = 2_184_000 / (place + 1)
      return RequestSummary(
        id: RequestID(time: time, random: random),
        version: ModelVersion(model: query.model ?? "", version: "31"), variant: .champion,
        client: index % 3 == 0 ? "checkout" : "batch-scoring", outcome: outcome, time: time,
        queue: 120 + 300 * place, compute: compute, total: compute + 900, rows: 1,
        isKept: index == 0 ? nil : index % 2 == 1,
        error: outcome == .failed
          ? "fraud@31: the engine failed: Gather: idx=17 must be within [-3, 2]"
          : outcome == .timedOut ? "fraud@31 did not answer within 2000 ms" : nil)
    }
  }
}
