import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

/// What the past says of a moment is what the present said in it.
struct RecordedJudgementTests {
  private let folder = TemporaryFolder()
  private let metrics: MetricStore

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    metrics = try MetricStore(
      directory: folder.path, now: Timestamp(seconds: JudgementBench.start))
  }

  private func past(_ end: Int64, challenger: String? = nil) throws -> ModelJudgement? {
    try RecordedJudgement(metrics, end: end, counted: end).summary(
      of: Deployment(
        model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0),
        challenger: challenger.map { .init(version: $0, weight: 0.1) }))
  }

  private static func record(_ event: JudgementBoard.Event) -> JudgementRecord? {
    switch event {
    case .judgement(let record): record
    case .reference(let reference): JudgementRecord(reference)
    case .told: nil
    }
  }

  /// Rows of two features, of which the second never changes while `constant` is the same.
  private static func columns(
    _ rows: Int, shift: Double = 0, constant: Double = 5
  ) -> [(name: String, values: [Double])] {
    [
      ("price", (0..<rows).map { Double($0 * 7_919 % 1_009) / 1_009 + shift }),
      ("unit", Array(repeating: constant, count: rows)),
    ]
  }

  private static func reference(_ bench: inout JudgementBench) throws -> FrozenReference {
    bench.step { batch in
      batch.samples = [
        FeatureSample(
          version: JudgementBench.one,
          columns: columns(5_000).map { name, values in
            FeatureSample.Column(
              declaration: FeatureDeclaration(name: name, kind: .numeric), values: .numbers(values))
          })
      ]
    }
    return try #require(
      bench.events.lazy.compactMap { event in
        if case .reference(let reference) = event { reference } else { nil }
      }.first)
  }

  /// More than a window of 70 seconds.
  private static func window(
    _ bench: inout JudgementBench, _ reference: FrozenReference, shift: Double = 0,
    constant: Double = 5
  ) {
    for _ in 0..<70 {
      let counts = zip(reference.features, columns(50, shift: shift, constant: constant)).map {
        feature, column in
        var counts = BinCounts(feature.bins)
        for value in column.values { counts.add(feature.bins.cell(of: value)) }
        return counts
      }
      bench.step { batch in
        batch.features = [
          FeatureRollup(
            version: JudgementBench.one, variant: .champion, minute: batch.from,
            counts: FeatureCounts(reference: reference.id, features: counts))
        ]
      }
    }
  }

  @Test(arguments: [
    (true, 0, 5, DriftSummary.State.ok), (true, 0.4, 5, .suspected), (true, 0, 6, .suspected),
    (false, 0, 5, .ok), (false, 0.4, 5, .major), (false, 0, 6, .major),
  ])
  func `of drift the state, the words and the figures are those of then`(
    isProvisional: Bool, shift: Double, constant: Double, state: DriftSummary.State
  ) throws {
    var bench = JudgementBench()
    var reference = try Self.reference(&bench)
    reference.isProvisional = isProvisional
    bench.board.use(reference)
    Self.window(&bench, reference, shift: shift, constant: constant)
    try metrics.write(bench.events.compactMap(Self.record))
    let live = try #require(bench.judgement?.drift.first)
    #expect(live.state == state)
    let past = try #require(try past(bench.second)?.drift.first)
    #expect(past.state == live.state)
    #expect(past.words == live.words)
    #expect(past.openSince == live.openSince)
    #expect(past.worst == live.worst)
    #expect(past.features == live.features && past.drifted == live.drifted)
    if constant == 6 { #expect(past.worst.first?.verdict == .constantChanged) }
  }

  @Test func `what was found against a reference that another replaced is not said any more`()
    throws
  {
    var bench = JudgementBench()
    var reference = try Self.reference(&bench)
    Self.window(&bench, reference, shift: 0.4)
    try metrics.write(bench.events.compactMap(Self.record))
    let before = bench.second
    #expect(try past(before)?.drift.first?.state == .suspected)
    reference.id = 2
    reference.madeAt = Timestamp(seconds: before + 30)
    bench.board.use(reference)
    try metrics.write([JudgementRecord(reference)])
    #expect(try past(before + 60)?.drift.map(\.state) == [.collecting])
    #expect(try past(before)?.drift.first?.state == .suspected)
  }

  /// An hour of predictions, ten a minute, so many of them wrong.
  private static func minutes(hour: Int64, wrong: Int) -> [ConceptWatch.Minute] {
    (Int64(0)..<60).map { index in
      let time = JudgementBench.start + hour * 3_600 + index * 60
      var minute = ConceptWatch.Minute(minute: time, predicted: 10)
      for row in 0..<10 {
        minute.row.add(predicted: .integer(1), truth: .integer(row < wrong ? 0 : 1), scores: [])
      }
      minute.row.delay.add(60, count: 10)
      return minute
    }
  }

  @Test func `concept drift that is open is open in the blocks after its alarm too`() throws {
    var watch = ConceptWatch(JudgementBench.one)
    let reference = FrozenReference.Errors(wrong: 1_000, rows: 10_000)
    var minutes: [ConceptWatch.Minute] = []
    var states: [ConceptSummary.State] = []
    var alarms: [Bool] = []
    for hour in Int64(0)..<30 {
      minutes += Self.minutes(hour: hour, wrong: hour < 6 || hour > 16 ? 1 : 8)
      let now = Timestamp(seconds: JudgementBench.start + (hour + 1) * 3_600 + 600)
      let events = watch.step(minutes, now: now, reference: reference)
      let blocks = events.compactMap { if case .block(let block) = $0 { block } else { nil } }
      guard !blocks.isEmpty else { continue }
      try metrics.write(
        blocks.map {
          JudgementRecord(time: now, version: JudgementBench.one, content: .quality($0))
        })
      let past = try #require(try past(now.seconds)?.concept.first)
      let live = watch.summary
      #expect(past.state == live.state)
      #expect(past.words == live.words)
      #expect(past.openSince == live.openSince)
      #expect(past.last == live.last)
      states.append(past.state)
      alarms.append(past.last?.isAlarm ?? false)
    }
    let firstAlarm = try #require(alarms.firstIndex(of: true))
    let open = zip(states, alarms).dropFirst(firstAlarm).filter { $0.0 == .drift }
    // Of the open blocks not each is an alarm by itself, and in the end it is over.
    #expect(open.contains { !$0.1 })
    #expect(states.last == .ok)
  }

  /// Ten minutes of an experiment in which nothing is concluded, of which the last five at half of the traffic.
  @Test func `an experiment stands in the past as it stood, while its verdict stays the same`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    var lived: [Int64: ExperimentSummary] = [:]
    for second in 0..<600 {
      if second == 300 {
        bench.deployment.revision += 1
        bench.deployment.challenger?.weight = 0.5
      }
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 1),
        bench.rollup(
          JudgementBench.two, .challenger, ok: second >= 300 || second % 9 == 0 ? 1 : 0),
      ]
      bench.step { $0.rollups = rollups }
      lived[bench.second] = bench.judgement?.experiment
    }
    let records = bench.events.compactMap(Self.record)
    try metrics.write(records)
    let verdicts = records.filter { $0.kind == .experiment }
    let standings = records.filter { $0.kind == .standing }
    #expect(verdicts.count == 1 && bench.told.isEmpty)
    // One a minute, and one for the new share.
    #expect((9...11).contains(standings.count))
    for record in standings {
      let moment = record.time.seconds
      #expect(try past(moment, challenger: "2")?.experiment == lived[moment])
    }
    for moment in lived.keys {
      let then = try #require(try past(moment, challenger: "2")?.experiment)
      let live = try #require(lived[moment])
      #expect(then.share == live.share)
      let trials = (then.guardrails.first?.champion.trials, live.guardrails.first?.champion.trials)
      #expect((0..<60).contains((trials.1 ?? -1) - (trials.0 ?? 0)), "\(moment)")
    }
    #expect(try past(bench.second, challenger: "3")?.experiment == nil)
  }

  @Test func `of a pin the past says that nothing is compared, and an idle hour is told again`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    bench.step()
    bench.deployment.pin = .init(
      version: "1", since: Timestamp(seconds: bench.second), by: "ana", reason: "r")
    bench.step()
    let pinned = bench.second
    for _ in 0..<7_300 { bench.step() }
    let records = bench.events.compactMap(Self.record)
    try metrics.write(records)
    let words = try #require(try past(pinned, challenger: "2")?.experiment?.words)
    #expect(words.hasPrefix("nothing is compared while 1 is pinned"))
    #expect(
      records.filter { $0.kind == .standing }.map { $0.time.seconds - pinned } == [0, 3_600, 7_200])
  }

  private static let server = ServerInfo(
    version: "", environment: "", host: "", listen: "", pid: 0,
    startedAt: Timestamp(seconds: JudgementBench.start), isReadOnly: true, isDemo: false)

  /// Forty minutes of two requests a second, of which one in a hundred fails and two are slow.
  @Test(arguments: [2_400, 2_387, 2_295])
  func `of objectives and what the model was worth the figures are those of then`(
    seconds: Int64
  ) throws {
    let objective = ServiceObjective(availability: 0.999, latency: 50_000, latencyObjective: 0.99)
    var bench = JudgementBench()
    var lived: [Int64: ModelJudgement] = [:]
    for minute in stride(from: JudgementBench.start, to: JudgementBench.start + 2_400, by: 60) {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in objective.latency })
      for number in UInt64(0)..<120 {
        let time = Timestamp(seconds: minute + Int64(number / 2))
        folder.add(
          PredictionRecord(
            id: RequestID(time: time, random: (0, number)), version: JudgementBench.one,
            variant: .champion, client: "checkout", outcome: number % 100 == 7 ? .failed : .ok,
            revision: 1, arrivedAt: time, computeTime: 500_000,
            totalTime: number % 50 == 3 ? 80_000_000 : 1_000_000, rows: 1))
      }
      let batch = folder.take()
      while bench.second < minute + 60 {
        let rollups = batch.rollups.filter { $0.key.second == bench.second }
        bench.step { $0.rollups = Array(rollups.values) }
        lived[bench.second] = bench.judgement
      }
      #expect(
        metrics.write(
          batch, seconds: minute..<minute + 60, now: Timestamp(seconds: minute + 60)))
    }
    let moment = Timestamp(seconds: JudgementBench.start + seconds)
    var snapshot = try RecordedSnapshot(metrics, nil, at: moment)
    snapshot.objectives = ["m": objective]
    let past = try #require(
      try snapshot.made(Self.server, notices: []).model("m")?.judgement)
    let live = try #require(lived[moment.seconds])
    #expect(live.objectives.count == 2 && live.objectives[0].windows[0].shortBurn != nil)
    #expect(past.objectives == live.objectives)
    #expect(past.business == live.business)
  }
}
