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
