import Domain
import GRDB
import Testing

@testable import Storage

struct KeptJudgementTests {
  private static let noon = Timestamp.noon.seconds

  private static func window(_ to: Int64) -> JudgementRecord {
    let verdict = FeatureVerdict(
      name: "price", verdict: .ok, reference: 10, current: 10, cells: [0, 0, 0, 0, 4, 6])
    return JudgementRecord(
      time: Timestamp(seconds: to), version: .first,
      content: .drift(
        DriftWindow(
          from: to - 60, to: to, rows: 10, features: [verdict], isOpen: false, reference: 1)))
  }

  @Test func `a window's counts by cell come only when they are asked for`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    try store.write([Self.window(Self.noon)])
    var query = JudgementQuery(
      kind: .drift, model: "electricity", from: Self.noon, to: Self.noon + 1)
    guard case .drift(let brief) = try store.judgements(query).first?.content else {
      Issue.record("no window")
      return
    }
    #expect(brief.features.map(\.cells) == [nil] && brief.reference == 1)
    query.cells = true
    #expect(try store.judgements(query) == [Self.window(Self.noon)])
  }

  @Test func `earlier references go where the next one must not hold what they do`() throws {
    let store = try StateStore.inMemory()
    func ids() throws -> [Int64] {
      try store.use { try Int64.fetchAll($0, sql: "SELECT id FROM drift_reference ORDER BY id") }
    }
    try store.store(FeatureFolderTests.reference(id: 1))
    try store.store(FeatureFolderTests.reference(id: 2, .second))
    try store.store(FeatureFolderTests.reference(id: 3))
    #expect(try ids() == [1, 2, 3])
    try store.store(FeatureFolderTests.reference(id: 4), forgetsEarlier: true)
    #expect(try ids() == [2, 4])
  }

  @Test func `the course of a comparison is one record, and another comparison's stays`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    func record(_ time: Int64, since: Int64, _ version: ModelVersion = .first) -> JudgementRecord {
      var path = ExperimentEffects.Path()
      path.add(.init(time: time, value: 0, low: -1, high: 1))
      return JudgementRecord(
        time: Timestamp(seconds: time), version: version,
        content: .effects(
          ExperimentEffects(
            champion: "0", challenger: version.version, since: Timestamp(seconds: since),
            paths: ["errors": path])))
    }
    let noon = Self.noon
    try store.write([record(noon, since: noon - 60)])
    try store.write([record(noon + 60, since: noon - 60), record(noon + 60, since: noon, .second)])
    try store.write([record(noon + 600, since: noon + 500)])
    let query = JudgementQuery(kind: .effects, model: "electricity", from: noon, to: noon + 3_600)
    #expect(try store.judgements(query).map(\.time.seconds) == [noon + 60, noon + 60, noon + 600])
  }

  /// As a comparison of four guardrails has it, with all of their figures.
  private static func standing(_ time: Int64) -> JudgementRecord {
    let arm = ExperimentSummary.Arm(events: 123_456, trials: 123_456_789)
    let difference = ExperimentSummary.Difference(
      value: 0.123_456_789_012_345_6, low: -0.123_456_789_012_345_6, high: 0.323_456_789_012_345_6)
    let guardrails = (0..<4).map { number in
      ExperimentSummary.Guardrail(
        name: "guardrail \(number)", champion: arm, challenger: arm, evidence: 1.234_567_890_123,
        needed: 66.666_666_666_666_67, difference: difference, margin: 0.001,
        limit: .init(microseconds: 51_234.567, source: .championP99))
    }
    return JudgementRecord(
      time: Timestamp(seconds: time), version: .second,
      content: .standing(
        ExperimentSummary(
          champion: "1", challenger: "2", share: 0.5, since: .noon, verdict: .collecting,
          words: String(repeating: "w", count: 300), ratioP: 0.123_456_789,
          guardrails: guardrails, latency: difference)))
  }

  @Test func `how a comparison stood is a few MB a day, and after two days one in an hour`() throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let day: Int64 = 86_400
    try store.write([Self.window(Self.noon)])
    for minutes in stride(from: Int64(0), to: 4 * 1_440, by: 1_440) {
      try store.write(
        (minutes..<minutes + 1_440).map { Self.standing(Self.noon + $0 * 60) })
    }
    func bytes(_ from: Int64, _ to: Int64) throws -> Int {
      try store.openPool().read { db in
        try Int.fetchOne(
          db,
          sql:
            "SELECT sum(length(json)) FROM judgement WHERE kind = 'standing' AND t >= ? AND t < ?",
          arguments: [from, to]) ?? 0
      }
    }
    func times(_ from: Int64, _ to: Int64) throws -> [Int64] {
      try store.judgements(
        JudgementQuery(kind: .standing, model: "electricity", from: from, to: to, limit: 10_000)
      ).map { $0.time.seconds }
    }
    let end = Self.noon + 4 * day
    #expect(try times(end - day, end).count == 1_440)
    #expect(try (2_000_000..<3_000_000).contains(bytes(end - day, end)))
    // The last of each hour.
    let hours = try times(Self.noon, Self.noon + day)
    #expect(hours.count == 24 && hours.allSatisfy { $0 % 3_600 == 3_540 })
    #expect(try (30_000..<50_000).contains(bytes(Self.noon, Self.noon + day)))
    // They count as no verdict, however many they are.
    #expect(
      try store.openPool().read { try Int.fetchOne($0, sql: "SELECT max(id) FROM judgement") } == 1)
    try store.write([Self.standing(end + 40 * day)])
    #expect(try times(0, end + 41 * day) == [end + 40 * day])
    let query = JudgementQuery(
      kind: .drift, model: "electricity", from: Self.noon, to: Self.noon + 1)
    #expect(try store.judgements(query).count == 1)
  }

  @Test func `references outlive the newest judgements`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let reference = JudgementRecord(
      time: .noon, version: .first, content: .reference(ReferenceCells(id: 1, features: [])))
    try store.write([reference, Self.window(Self.noon)])
    // As after a month of verdicts.
    try store.openPool().write { db in
      try db.execute(sql: "UPDATE judgement SET id = id + 1000000 WHERE kind = 'drift'")
    }
    try store.write([Self.window(Self.noon + 60)])
    try store.openPool().write { db in
      try db.execute(
        sql: "UPDATE judgement SET id = 5 WHERE t = ? AND kind = 'drift'",
        arguments: [Self.noon])
    }
    try store.write([Self.window(Self.noon + 120)])
    func count(_ kind: JudgementQuery.Kind) throws -> Int {
      try store.judgements(
        JudgementQuery(kind: kind, model: "electricity", from: Self.noon, to: Self.noon + 3_600)
      ).count
    }
    #expect(try count(.drift) == 2)
    #expect(try count(.reference) == 1)
  }
}
