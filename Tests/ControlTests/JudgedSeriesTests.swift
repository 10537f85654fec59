import Domain
import Foundation
import PromQL
import Statistics
import Storage
import Synchronization
import Testing

@testable import Control

/// The rules' language over what was judged before the start.
struct JudgedSeriesTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static let version = ModelVersion(model: "fraud", version: "31")
  private let folder = TemporaryFolder()
  private let metrics: MetricStore

  /// Ten minutes in which the version is asked, a request every five seconds.
  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    metrics = try MetricStore(directory: folder.path, now: Self.noon)
    let passed = Mutex(0.0)
    let recorder = Recorder(
      store: metrics, clock: { Self.noon.adding(seconds: passed.withLock { $0 }) },
      uptime: { .seconds(passed.withLock { $0 }) })
    for second in stride(from: 0.0, to: 600, by: 5) {
      let time = Self.noon.adding(seconds: second)
      recorder.record(
        PredictionRecord(
          id: RequestID(time: time, random: (UInt64(second), 7)), version: Self.version,
          variant: .champion, client: "c", outcome: .ok, revision: 1, arrivedAt: time,
          computeTime: 1_000, totalTime: 2_000, rows: 1))
      passed.withLock { $0 = second + 5 }
      recorder.flush()
    }
  }

  private func write(_ content: JudgementRecord.Content, after seconds: Int64) throws {
    try metrics.write([
      JudgementRecord(
        time: Self.noon.adding(seconds: Double(seconds)), version: Self.version, content: content)
    ])
  }

  private func value(
    _ expression: String, after seconds: Int64, _ loop: AlertLoop? = nil
  ) async throws -> Double? {
    let question = MetricQuery(expression: expression, time: (Self.noon.seconds + seconds) * 1_000)
    let stored = StoredSeries(store: metrics)
    let answer =
      if let loop {
        try await loop.answer(question)
      } else {
        try await QuestionDesk().answer(try Query(expression), question) {
          Evaluator(source: SeriesSource { try stored.select($0) }, sampleLimit: 1_000_000)
        }
      }
    #expect(answer.results.count <= 1)
    return answer.results.first?.points.first.flatMap { Double($0.value) }
  }

  private static func window(
    _ verdict: FeatureVerdict.Verdict, psi: Double, isOpen: Bool, score: Double? = nil
  ) -> JudgementRecord.Content {
    var features = [
      FeatureVerdict(
        name: "price", verdict: verdict, reference: 9_000, current: 300, psi: psi, adjustedP: 0.004)
    ]
    if let score {
      features.append(
        FeatureVerdict(
          name: "age", verdict: .missing, reference: 9_000, current: 300, psi: score))
    }
    return .drift(
      DriftWindow(
        from: noon.seconds, to: noon.seconds + 60, rows: 300, features: features, isOpen: isOpen,
        words: "w", openSince: isOpen ? noon : nil))
  }

  @Test func `drift stands from one window to the next, and what is not said any more ends`()
    async throws
  {
    try write(Self.window(.ok, psi: 0.02, isOpen: false, score: 0.7), after: 60)
    try write(Self.window(.major, psi: 0.61, isOpen: true), after: 300)
    let psi = #"vigia_drift_psi{feature="price"}"#
    #expect(try await value(psi, after: 59) == nil)
    #expect(try await value(psi, after: 120) == 0.02)
    #expect(try await value(psi, after: 299) == 0.02)
    #expect(try await value(psi, after: 400) == 0.61)
    #expect(try await value("vigia_drift_open", after: 200) == 0)
    #expect(try await value("vigia_drift_open", after: 400) == 1)
    #expect(try await value("vigia_drift_features", after: 200) == 1)
    #expect(try await value(#"vigia_feature_vanished{feature="age"}"#, after: 200) == 1)
    #expect(try await value(#"vigia_feature_vanished{feature="age"}"#, after: 400) == nil)
    #expect(try await value(#"vigia_drift_adjusted_p{feature="price"}"#, after: 400) == 0.004)
    #expect(try await value(#"max_over_time(vigia_drift_open[10m])"#, after: 599) == 1)
    // Nobody asked the version, and no server ran: nothing was said.
    #expect(try await value(psi, after: 1_000) == nil)
    #expect(try await value(#"vigia_drift_psi{version="30"}"#, after: 400) == nil)
    #expect(try await value(#"count({__name__=~"vigia_drift.+"})"#, after: 400) == 5)
  }

  @Test func `a new reference ends what was found against the old one`() async throws {
    try write(Self.window(.major, psi: 0.61, isOpen: true), after: 60)
    var builder = ReferenceBuilder([FeatureDeclaration(name: "price", kind: .numeric)], seed: 1)
    for index in 0..<500 { builder.add(Double(index), to: 0) }
    let reference = FrozenReference(
      id: 2, version: Self.version, madeAt: Self.noon.adding(seconds: 240), source: "s", rows: 500,
      features: builder.references())
    try metrics.write([JudgementRecord(reference)])
    #expect(try await value("vigia_drift_open", after: 200) == 1)
    #expect(try await value("vigia_drift_open", after: 300) == 0)
    #expect(try await value("vigia_drift_psi", after: 200) == 0.61)
    #expect(try await value("vigia_drift_psi", after: 301) == nil)
  }

  @Test func `blocks of labels and a comparison are there as they were`() async throws {
    var block = QualityBlock(
      from: Self.noon.seconds, to: Self.noon.seconds + 60, rows: 60, labelled: 50, accuracy: 0.86,
      majority: 0.7, evidence: 0.25)
    block.conclusion = .init(state: .ok, words: "w")
    try write(.quality(block), after: 60)
    let summary = ExperimentSummary(
      champion: "30", challenger: "31", share: 0.1, since: Self.noon, verdict: .rollBack,
      words: "w", ratioP: 0.4,
      guardrails: [
        .init(
          name: "errors", champion: .init(events: 10, trials: 1_000),
          challenger: .init(events: 20, trials: 100), evidence: 30, needed: 60)
      ])
    try write(.experiment(summary), after: 60)
    try write(.standing(summary), after: 120)
    #expect(try await value("vigia_block_accuracy_ratio", after: 300) == 0.86)
    #expect(try await value("vigia_concept_evidence_ratio", after: 300) == 0.25)
    #expect(try await value("vigia_experiment_evidence_ratio", after: 200) == 0.5)
    #expect(
      try await value(#"vigia_experiment_event_ratio{arm="challenger"}"#, after: 200) == 0.2)
    #expect(
      try await value(#"vigia_experiment_verdict{verdict="roll_back"}"#, after: 200) == 1)
    // How it stands is kept once a minute: it is over when nothing is.
    #expect(try await value("vigia_experiment_evidence_ratio", after: 400) == nil)
  }

  @Test func `a question about the time before the start is answered within the first hour, too`()
    async throws
  {
    try write(Self.window(.major, psi: 0.61, isOpen: true), after: 60)
    let loop = AlertLoop(store: Shelf())
    await loop.use(past: metrics)
    func page(_ psi: Double) -> MetricsText {
      var page = MetricsText()
      page.family(SeriesCatalogue.driftPSI) { page in
        page.sample([("model", "fraud"), ("version", "31"), ("feature", "price")], psi)
      }
      return page
    }
    for second in [900.0, 905, 910] {
      _ = await loop.tick(page(0.03), now: Self.noon.adding(seconds: second))
    }
    #expect(try await value("vigia_drift_psi", after: 590, loop) == 0.61)
    #expect(try await value("vigia_drift_psi", after: 910, loop) == 0.03)
    #expect(try await value("max_over_time(vigia_drift_psi[15m])", after: 910, loop) == 0.61)
  }

  @Test func `the budget, satisfaction and how many labels came are read off and found again`()
    async throws
  {
    var judgement = ModelJudgement()
    judgement.objectives = [
      ObjectiveSummary(kind: .availability, target: 0.999, budgetLeft: 0.4)
    ]
    judgement.concept = [
      ConceptSummary(version: "31", state: .ok, words: "w", completeness: 0.9)
    ]
    judgement.business = BusinessFigures(
      costPerThousand: 0.25, currency: "EUR", satisfaction: 4.5)
    judgement.championAccuracy = ChampionAccuracy(
      champion: .init(version: "31", labelled: 400, accuracy: 0.75, low: 0.7, high: 0.8),
      majority: 0.7,
      rival: .init(version: "30", labelled: 400, accuracy: 0.9375, low: 0.9, high: 0.97),
      isBelowRival: true)
    let model = ModelSnapshot(
      name: "fraud",
      deployment: Deployment(
        model: "fraud", revision: 1, champion: "31", championSince: Self.noon),
      versions: [], judgement: judgement)
    let snapshot = SystemSnapshot(
      server: ServerInfo(
        version: "1", environment: "", host: "h", listen: "", pid: 1, startedAt: Self.noon,
        isReadOnly: false, isDemo: false), sequence: 1, time: Self.noon, engine: .starting,
      store: StoreStatus(), models: [model])
    var gauges = GaugeTally()
    gauges.note(judged: snapshot)
    let recorder = Recorder(
      store: metrics, clock: { Self.noon.adding(seconds: 601) }, uptime: { .seconds(601) })
    metrics.note(gauges, second: Self.noon.seconds + 600)
    recorder.flush()
    let left = #"vigia_slo_error_budget_left_ratio{model="fraud", objective="availability"}"#
    #expect(abs((try await value(left, after: 660) ?? 0) - 0.4) < 1e-6)
    let labels = #"vigia_label_completeness_ratio{version="31"}"#
    #expect(abs((try await value(labels, after: 660) ?? 0) - 0.9) < 1e-6)
    #expect(try await value(#"vigia_user_satisfaction_mean{model="fraud"}"#, after: 660) == 4.5)
    #expect(
      try await value(#"vigia_compute_cost_per_thousand_predictions{currency="EUR"}"#, after: 660)
        == 0.25)
    #expect(try await value(#"vigia_concept_drift_open{version="31"}"#, after: 660) == 0)
    #expect(try await value("vigia_champion_accuracy_ratio", after: 660) == 0.75)
    #expect(
      try await value(#"vigia_champion_rival_accuracy_ratio{rival="30"}"#, after: 660) == 0.9375)
    #expect(try await value(#"vigia_champion_accuracy_below{than="rival"}"#, after: 660) == 1)
  }
}
