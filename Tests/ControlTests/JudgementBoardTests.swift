import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

struct JudgementBoardTests {
  private static func sample(_ shift: Double, rows: Int, seed: inout UInt64) -> [Double] {
    (0..<rows).map { _ in
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) / 0x1p53 + shift
    }
  }

  private static func column(_ values: [Double]) -> FeatureSample.Column {
    FeatureSample.Column(
      declaration: FeatureDeclaration(name: "price", kind: .numeric), values: .numbers(values))
  }

  /// Feeds live rows until the reference is made, and gives it.
  private static func reference(
    _ bench: inout JudgementBench, seed: inout UInt64
  ) throws -> FrozenReference {
    for _ in 0..<10 {
      let values = sample(0, rows: 500, seed: &seed)
      bench.step { batch in
        batch.samples = [FeatureSample(version: JudgementBench.one, columns: [column(values)])]
      }
    }
    let made = bench.events.compactMap { event in
      if case .reference(let reference) = event { reference } else { nil }
    }
    return try #require(made.first)
  }

  /// The same as a final one, as after a day.
  private static func finalReference(
    _ bench: inout JudgementBench, seed: inout UInt64
  ) throws -> FrozenReference {
    var reference = try reference(&bench, seed: &seed)
    #expect(reference.id == 1 && reference.rows == 5_000 && reference.isProvisional)
    reference.isProvisional = false
    bench.board.use(reference)
    return reference
  }

  private static func feed(
    _ bench: inout JudgementBench, _ reference: FrozenReference, shift: Double, seconds: Int,
    seed: inout UInt64
  ) {
    for _ in 0..<seconds {
      var counts = BinCounts(reference.features[0].bins)
      for value in sample(shift, rows: 50, seed: &seed) {
        counts.add(reference.features[0].bins.cell(of: value))
      }
      let features = FeatureCounts(reference: reference.id, features: [counts])
      bench.step { batch in
        batch.features = [
          FeatureRollup(
            version: JudgementBench.one, variant: .champion, minute: batch.from, counts: features)
        ]
      }
    }
  }

  @Test func `a reference is made of live rows, and drift opens, is told once, and closes`() throws
  {
    var bench = JudgementBench()
    var seed: UInt64 = 7
    #expect(bench.judgement?.drift.isEmpty ?? true)
    let reference = try Self.finalReference(&bench, seed: &seed)
    #expect(bench.told == ["reference"])
    Self.feed(&bench, reference, shift: 0, seconds: 130, seed: &seed)
    #expect(bench.judgement?.drift.first?.state == .ok)
    Self.feed(&bench, reference, shift: 0.4, seconds: 130, seed: &seed)
    let drift = try #require(bench.judgement?.drift.first)
    #expect(drift.state == .major && drift.openSince != nil)
    #expect(drift.worst.first?.name == "price")
    #expect((drift.worst.first?.psi ?? 0) > 0.25)
    #expect(bench.told == ["reference", "drift"])
    Self.feed(&bench, reference, shift: 0, seconds: 260, seed: &seed)
    #expect(bench.told == ["reference", "drift", "drift-over"])
    #expect(bench.judgement?.drift.first?.openSince == nil)
  }

  @Test(arguments: [-7_200, 7_200] as [Int64])
  func `a clock that is set ends no window, silences no arm and makes no verdict`(
    jump: Int64
  ) throws {
    var (steady, jumping) = (JudgementBench(challenger: 0.2), JudgementBench(challenger: 0.2))
    var seed: UInt64 = 11
    let reference = try Self.reference(&steady, seed: &seed)
    seed = 11
    _ = try Self.reference(&jumping, seed: &seed)
    // Rows enough for a verdict, and a window that is only seconds old.
    for seconds in [20, 100] {
      let before = seed
      Self.feed(&steady, reference, shift: 0, seconds: seconds, seed: &seed)
      seed = before
      Self.feed(&jumping, reference, shift: 0, seconds: seconds, seed: &seed)
      for second in 0..<40 {
        for isJumping in [false, true] {
          var bench = isJumping ? jumping : steady
          let isSet = isJumping && seconds == 20 && second == 20
          if isSet { bench.second += jump }
          // The challenger comes last: nobody may take it for silent until then.
          let challenger =
            second < 20 || second > 25 ? [bench.rollup(JudgementBench.two, .challenger, ok: 4)] : []
          let rollups = [bench.rollup(JudgementBench.one, .champion, ok: 16)] + challenger
          bench.step { batch in
            batch.rollups = rollups
            if isSet { batch.clockJump = Double(jump) }
          }
          if isJumping { jumping = bench } else { steady = bench }
        }
        #expect(jumping.told == steady.told)
        #expect(jumping.judgement?.experiment?.words == steady.judgement?.experiment?.words)
        let windows = [steady, jumping].map { bench in
          bench.events.count { if case .judgement = $0 { true } else { false } }
        }
        #expect(windows[0] == windows[1])
      }
    }
    #expect(jumping.judgement?.drift.first?.state == .ok)
  }

  @Test func `windows do not overlap, and one with too few rows gives no verdict`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 9
    let reference = try Self.reference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0.4, seconds: 3, seed: &seed)
    #expect(bench.judgement?.drift.first?.state == .collecting)
    #expect(bench.judgement?.drift.first?.words == "collecting 150/200")
    Self.feed(&bench, reference, shift: 0, seconds: 300, seed: &seed)
    let windows = bench.events.compactMap { event -> DriftWindow? in
      guard case .judgement(let record) = event, case .drift(let window) = record.content else {
        return nil
      }
      return window
    }
    #expect(windows.count >= 4)
    for (one, next) in zip(windows, windows.dropFirst()) { #expect(one.to <= next.from) }
  }

  @Test func `a window has its rows by the reference's cells, and snapshots and memory have not`()
    throws
  {
    var bench = JudgementBench()
    var seed: UInt64 = 5
    let reference = try Self.reference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0.4, seconds: 70, seed: &seed)
    let windows = bench.events.compactMap { event -> DriftWindow? in
      guard case .judgement(let record) = event, case .drift(let window) = record.content else {
        return nil
      }
      return window
    }
    let window = try #require(windows.first)
    let cells = try #require(window.features.first?.cells)
    let frozen = ReferenceCells(reference)
    #expect(window.reference == reference.id && frozen.id == reference.id)
    let feature = try #require(frozen.feature("price", .feature))
    #expect(cells.count == feature.counts.count)
    #expect(cells.count == (feature.edges?.count ?? 0) + 5)
    #expect(cells.reduce(0, +) == window.rows && feature.total == 5_000)
    // Two fifths lie above all that the reference had.
    #expect(Double(cells.last ?? 0) > 0.35 * Double(window.rows))
    #expect(bench.judgement?.drift.first?.worst.map(\.cells) == [nil])
    #expect(bench.board.memories.encoded().values.allSatisfy { !$0.contains("cells") })
  }

  @Test func `against a provisional reference drift is suspected, and opens nothing`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 13
    let reference = try Self.reference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0.4, seconds: 200, seed: &seed)
    #expect(bench.judgement?.drift.first?.state == .suspected)
    #expect(bench.judgement?.drift.first?.openSince == nil)
    #expect(bench.told == ["reference"])
    #expect(bench.judgement?.drift.first?.words.contains("less than a day") == true)
  }

  @Test func `names that hardly come twice are told as without a verdict, never as ok`() throws {
    var bench = JudgementBench()
    for round in 0..<10 {
      bench.step { batch in
        batch.samples = [
          FeatureSample(
            version: JudgementBench.one,
            columns: [
              FeatureSample.Column(
                declaration: FeatureDeclaration(name: "id", kind: .categorical),
                values: .texts((0..<500).map { "\(round)-\($0)" }))
            ])
        ]
      }
    }
    let reference = try #require(
      bench.events.lazy.compactMap { event in
        if case .reference(let reference) = event { reference } else { nil }
      }.first)
    for second in 0..<70 {
      var counts = BinCounts(reference.features[0].bins)
      for row in 0..<50 { counts.add(reference.features[0].bins.cell(of: "new \(second) \(row)")) }
      bench.step { batch in
        batch.features = [
          FeatureRollup(
            version: JudgementBench.one, variant: .champion, minute: batch.from,
            counts: FeatureCounts(reference: reference.id, features: [counts]))
        ]
      }
    }
    let drift = try #require(bench.judgement?.drift.first)
    #expect(drift.state == .collecting)
    #expect(drift.words.hasPrefix("no verdict: levels too rare to compare"))
    #expect(drift.worst.map(\.verdict) == [.noVerdict])
    #expect(drift.worst.first?.psi == nil)
  }

  @Test func `a first window that has its rows early says what it waits for`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 23
    let reference = try Self.finalReference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0, seconds: 10, seed: &seed)
    #expect(
      bench.judgement?.drift.first?.words
        == "the first window has 500 rows, and ends with 2000 or after an hour")
    Self.feed(&bench, reference, shift: 0, seconds: 35, seed: &seed)
    #expect(
      bench.judgement?.drift.first?.words
        == "the first window has 2250 rows, and ends when it is a minute old")
  }

  @Test func `what drift remembers goes over a restart`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 11
    let reference = try Self.finalReference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0.4, seconds: 130, seed: &seed)
    var restarted = JudgementBoard(remembered: bench.board.memories.encoded())
    restarted.use(reference)
    restarted.refresh(["m": bench.deployment], now: bench.second, isDue: true)
    #expect(restarted.summary(of: "m")?.drift.first?.openSince != nil)
    #expect(restarted.summary(of: "m")?.drift.first?.state == .major)
    #expect(restarted.nextReference == 2)
  }

  private static func windows(_ bench: JudgementBench) -> [DriftWindow] {
    bench.events.compactMap { event in
      guard case .judgement(let record) = event, case .drift(let window) = record.content else {
        return nil
      }
      return window
    }
  }

  @Test func `a window that is open goes on after a restart, each row counted once`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 17
    let reference = try Self.finalReference(&bench, seed: &seed)
    let from = bench.second
    Self.feed(&bench, reference, shift: 0, seconds: 3, seed: &seed)
    let remembered = bench.board.memories.encoded()
    bench.board = JudgementBoard(remembered: remembered)
    bench.board.use(reference)
    // Kept again before a row came.
    #expect(bench.board.memories.drift[JudgementBench.one]?.window?.counts.rows == 150)
    Self.feed(&bench, reference, shift: 0, seconds: 1, seed: &seed)
    #expect(bench.judgement?.drift.first?.collected == 200)
    Self.feed(&bench, reference, shift: 0, seconds: 60, seed: &seed)
    let window = try #require(Self.windows(bench).first)
    #expect(window.from == from && window.rows == (window.to - from) * 50)

    var other = reference
    other.id += 1
    var replaced = JudgementBoard(remembered: remembered)
    replaced.use(other)
    replaced.refresh(["m": bench.deployment], now: bench.second, isDue: true)
    #expect(replaced.summary(of: "m")?.drift.first?.collected == 0)
  }

  @Test func `a window of the future is one of now`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 19
    let reference = try Self.finalReference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0, seconds: 3, seed: &seed)
    bench.board = JudgementBoard(remembered: bench.board.memories.encoded())
    bench.board.use(reference)
    bench.second -= 7_200
    Self.feed(&bench, reference, shift: 0, seconds: 70, seed: &seed)
    #expect(Self.windows(bench).count == 1)
  }

  @Test
  func `a challenger that fails is judged, told once, and the judge says what it would have done`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    for _ in 0..<60 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 90),
        bench.rollup(JudgementBench.two, .challenger, ok: 8, failed: 2),
      ]
      bench.step { $0.rollups = rollups }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .rollBack)
    #expect(experiment.dryRun?.hasPrefix("would have rolled back at 2026-01-01T12:0") == true)
    #expect(bench.told == ["experiment"])
    let errors = try #require(experiment.guardrails.first { $0.name == "errors" })
    #expect(errors.challenger.events == 120 && errors.challenger.trials == 600)
    #expect(errors.evidence > errors.needed)
  }

  @Test(arguments: [false, true])
  func `a verdict is recorded once it has stood for a minute, also over a restart`(
    isRestarted: Bool
  ) throws {
    var bench = JudgementBench(challenger: 0.1)
    func run(_ seconds: Int) {
      for _ in 0..<seconds {
        // Half of the requests where a tenth was to be.
        let rollups = [
          bench.rollup(JudgementBench.one, .champion, ok: 50),
          bench.rollup(JudgementBench.two, .challenger, ok: 50),
        ]
        bench.step { $0.rollups = rollups }
      }
    }
    while bench.judgement?.experiment?.verdict != .ratioMismatch, bench.second % 1_000 < 999 {
      run(1)
    }
    #expect(bench.judgement?.experiment?.verdict == .ratioMismatch)
    run(30)
    if isRestarted { bench.board = JudgementBoard(remembered: bench.board.memories.encoded()) }
    run(29)
    #expect(bench.told.isEmpty)
    run(1)
    #expect(bench.told == ["experiment"])
    if isRestarted { bench.board = JudgementBoard(remembered: bench.board.memories.encoded()) }
    run(70)
    #expect(bench.told == ["experiment"])
  }

  @Test func `a challenger that is as good keeps collecting, and other versions do not count`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    for _ in 0..<30 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 90),
        bench.rollup(JudgementBench.two, .challenger, ok: 10),
        bench.rollup(ModelVersion(model: "m", version: "3"), .shadow, ok: 0, failed: 100),
        bench.rollup(ModelVersion(model: "other", version: "2"), .challenger, ok: 0, failed: 100),
      ]
      bench.step { $0.rollups = rollups }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .collecting)
    #expect(experiment.words.contains("of 5000"))
    #expect(experiment.guardrails.allSatisfy { $0.challenger.events == 0 })
    bench.deployment.challenger = nil
    bench.step()
    #expect(bench.judgement?.experiment == nil)
  }

  @Test func `an ended comparison does not come back after a restart`() throws {
    var bench = JudgementBench(challenger: 0.1)
    for _ in 0..<60 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 90),
        bench.rollup(JudgementBench.two, .challenger, ok: 8, failed: 2),
      ]
      bench.step { $0.rollups = rollups }
    }
    let running = bench.board.memories.encoded()
    bench.deployment.challenger = nil
    bench.step()
    let ended = bench.board.memories.encoded()
    #expect(ended["experiment:m"] != nil && ended["experiment:m"] != running["experiment:m"])
    for (remembered, verdict) in [
      (running, ExperimentSummary.Verdict.rollBack), (ended, .collecting),
    ] {
      var restarted = JudgementBench(challenger: 0.1)
      restarted.board = JudgementBoard(remembered: remembered)
      restarted.step()
      #expect(restarted.judgement?.experiment?.verdict == verdict)
    }
  }

  @Test func `a new challenger is a new comparison, a new share is not`() throws {
    var bench = JudgementBench(challenger: 0.1)
    for revision in 1...3 {
      bench.deployment.revision = Int64(revision)
      bench.deployment.challenger?.weight = 0.1 * Double(revision)
      let ok = Int64(10 * revision)
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 100 - ok),
        bench.rollup(JudgementBench.two, .challenger, ok: ok),
      ]
      bench.step { $0.rollups = rollups }
    }
    #expect(bench.judgement?.experiment?.guardrails.first?.challenger.trials == 60)
    bench.deployment.challenger?.version = "3"
    bench.step()
    #expect(bench.judgement?.experiment?.challenger == "3")
    #expect(bench.judgement?.experiment?.guardrails.first?.challenger.trials == 0)
  }

  @Test func `an outage burns the budget, and the fast pair fires once its window is filled`()
    throws
  {
    var bench = JudgementBench()
    for index in 0..<2_400 {
      let isOut = index >= 1_900
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: isOut ? 50 : 100, failed: isOut ? 50 : 0)
      ]
      bench.step { $0.rollups = rollups }
    }
    let objective = try #require(bench.judgement?.objectives.first { $0.kind == .availability })
    #expect(objective.windows.first?.isFiring == true)
    #expect((objective.windows.first?.longBurn ?? 0) > 100)
    #expect(objective.windows.last?.longBurn == nil, "three days are not filled")
    #expect((objective.budgetLeft ?? 1) < 1)
    #expect(abs((objective.attained ?? 0) - 0.896) < 0.002, "of what was asked, not of 30 days")
    let latency = try #require(bench.judgement?.objectives.first { $0.kind == .latency })
    #expect(latency.windows.first?.isFiring == false)
  }
}

extension JudgementBoardTests {
  @Test func `a champion that fails requests does not make the challenger look wrong or slow`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    for _ in 0..<300 {
      // A third of the champion's requests fail, so a third of its labels is missing; both are as wrong, and as slow.
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 60, failed: 30, slow: 6),
        bench.rollup(JudgementBench.two, .challenger, ok: 10, slow: 1),
      ]
      var champion = LabelCounts()
      champion.correct = 45
      champion.wrong = 15
      var challenger = LabelCounts()
      challenger.correct = 15
      challenger.wrong = 5
      bench.step { batch in
        batch.rollups = rollups
        batch.revisionLabels = [
          RevisionLabels(
            version: JudgementBench.one, variant: .champion, revision: 1, counts: champion),
          RevisionLabels(
            version: JudgementBench.two, variant: .challenger, revision: 1, counts: challenger),
        ]
      }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict != .rollBack, "\(experiment.words)")
    for guardrail in experiment.guardrails where guardrail.name != "errors" {
      #expect(guardrail.evidence < 1, "\(guardrail)")
    }
  }

  @Test func `latency is compared within a split, not over a ramp`() throws {
    var bench = JudgementBench(challenger: 0.05)
    // Both arms are as quick as each other: slow in the hour of the small split, quick in that of the large one.
    for (share, latency) in [(0.05, 40_000.0), (0.5, 2_000)] {
      bench.deployment.challenger?.weight = share
      bench.deployment.revision += 1
      for _ in 0..<120 {
        var rollups = [
          bench.rollup(JudgementBench.one, .champion, ok: Int64(200 * (1 - share))),
          bench.rollup(JudgementBench.two, .challenger, ok: Int64(200 * share)),
        ]
        for index in rollups.indices {
          rollups[index].latency = DDSketch()
          for part in 0..<rollups[index].counters.ok {
            rollups[index].latency.add(latency * (1 + Double(part % 10) / 10))
          }
        }
        let timed = rollups
        bench.step { $0.rollups = timed }
      }
    }
    let difference = try #require(bench.judgement?.experiment?.latency)
    #expect(difference.low < 0 && difference.high > 0, "\(difference)")
    #expect(abs(difference.value) < 2_000, "\(difference)")
  }

  @Test func `drift that is open when another reference comes is over, and told`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 11
    let reference = try Self.finalReference(&bench, seed: &seed)
    Self.feed(&bench, reference, shift: 0.4, seconds: 130, seed: &seed)
    #expect(bench.told.last == "drift")
    var other = reference
    other.id = 2
    other.source = "training file reference.csv"
    let ended = bench.board.use(other) ?? []
    guard case .told("drift-over", JudgementBench.one, let words)? = ended.first else {
      Issue.record("\(ended)")
      return
    }
    #expect(words.hasSuffix("another reference is in force, training file reference.csv"))
    let again = bench.board.use(other)
    #expect(again?.isEmpty == true)
  }

  @Test func `a reference of live traffic does not take the place of a training file's`() throws {
    var bench = JudgementBench()
    var seed: UInt64 = 11
    // Made, but not performed yet: the training file is read in between.
    let provisional = try Self.reference(&bench, seed: &seed)
    var training = provisional
    training.id = bench.board.nextReference
    training.isProvisional = false
    let isUsed = [bench.board.use(training), bench.board.use(provisional)].map { $0 != nil }
    #expect(isUsed == [true, false])
    #expect(bench.board.reference(of: JudgementBench.one) == training)
  }
}
