import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// Files as earlier versions left them, made by the first steps alone.
struct MigrationTests {
  @Test(arguments: [1, 2, 3, 4, 5])
  func `telemetry of an older schema is read as before, and goes on being written`(
    version: Int
  ) throws {
    let folder = try TemporaryFolder()
    try Self.makeMetrics(folder, version: version)
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.loss == nil)
    try store.openPool().read { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == Schema.metrics.steps.count)
      #expect(try Int.fetchOne(db, sql: "SELECT requests FROM client") == 9)
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
    }
    let from = Timestamp.noon.seconds - 20
    let query = SeriesQuery(
      measure: .requestRate, model: "electricity",
      window: Window(from: from, to: from + 20, step: 10))
    #expect(try store.series(query).lines.map(\.values) == [[0.7, 0.7]])
    let label = LabelBatch(
      labels: [.init(id: "\(Self.predicted.id)", values: [.integer(1)], score: nil)])
    let recorder = Recorder(store: store, clock: { .noon })
    // What waited for its label in the first schema is not joined any more; later schemas keep it.
    let receipt = recorder.join(model: "electricity", label, now: .noon)
    #expect(receipt.joined == (version == 1 ? 0 : 1))
    recorder.record(.sample())
    recorder.flush()
    #expect(store.status.paused == nil)
  }

  @Test(arguments: [1, 2, 3, 4, 5])
  func `the ledger of an older schema keeps its rows, its chain and its deployments`(
    version: Int
  ) throws {
    let folder = try TemporaryFolder()
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    let rows = try queue.writeWithoutTransaction { db in
      try Self.first(version, of: .state).migrate(db, path: "state.db")
      if version > 1 {
        try db.execute(sql: "INSERT INTO judge(key, json) VALUES ('drift:electricity@1', '{}')")
        try db.execute(
          sql: """
            INSERT INTO drift_reference(id, model, version, made_at, json)
            VALUES (1, 'electricity', '1', 0, ?)
            """, arguments: [try StateStore.json(FeatureFolderTests.reference(id: 1))])
      }
      try StateStore.store(.sample(revision: 7, champion: "3"), in: db)
      return try (0..<5).map { _ in
        try StateStore.insert(.sample(), into: db, path: "state.db")
      }
    }
    try queue.close()
    let last = try #require(rows.last)
    let head = AuditHead(sequence: last.sequence, hash: last.hash)
    try AuditHeadFile(directory: folder.path).write(head)

    // Read as it is, without a step: what the second schema brought is there.
    let references = try #require(try StateStore.readReferences(in: folder.path))
    #expect(references.map(\.id) == (version > 1 ? [1] : []))
    let store = try StateStore(directory: folder.path)
    #expect(try store.entry(5)?.hash == head.hash)
    #expect(store.head.sequence == 6)
    #expect(try store.judges().keys.sorted() == (version > 1 ? ["drift:electricity@1"] : []))
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    #expect(try store.waitingNotifications() == ["pager": 1])
    try store.store(.sample(), now: .noon)
    #expect(try store.incidents() == IncidentChange.sample().incidents)
    #expect(try store.verify().isSound)
    #expect(try store.deployments()["electricity"]?.champion == "3")
    #expect(try store.references() == references)
    #expect(try store.append(.sample()).sequence == 7)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `a step that fails leaves the file of before, whatever steps went well`(
    version: Int
  ) throws {
    struct NoRoom: Error {}
    let folder = try TemporaryFolder()
    try Self.makeMetrics(folder, version: version)
    let queue = try DatabaseQueue(path: folder.file("metrics.db"))
    let content = { (db: Database) in
      try String.fetchAll(db, sql: "SELECT name || coalesce(sql, '') FROM sqlite_schema")
    }
    let before = try queue.read(content)
    let schema = Schema(
      applicationID: Schema.metrics.applicationID,
      steps: Schema.metrics.steps + [{ _ in throw NoRoom() }])
    #expect(throws: NoRoom.self) {
      try queue.writeWithoutTransaction { try schema.migrate($0, path: "metrics.db") }
    }
    #expect(try queue.read(content) == before)
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version)
    try queue.close()
    // Nothing stands in the way of the next attempt.
    #expect(try MetricStore(directory: folder.path, now: .noon).loss == nil)
  }

  private static let predicted = PredictionRecord.sample(second: -5)

  private static func first(_ count: Int, of schema: Schema) -> Schema {
    Schema(applicationID: schema.applicationID, steps: Array(schema.steps.prefix(count)))
  }

  /// Twenty seconds of one series, folded once, and a client's count; from the second schema on with a prediction that
  /// waits for its label.
  private static func makeMetrics(_ folder: TemporaryFolder, version: Int) throws {
    let queue = try DatabaseQueue(path: folder.file("metrics.db"))
    let noon = Timestamp.noon.seconds
    try queue.writeWithoutTransaction { db in
      try first(version, of: .metrics).migrate(db, path: "metrics.db")
      try db.execute(
        sql: "INSERT INTO series(id, model, version, variant) VALUES (1, 'electricity', '1', ?)",
        arguments: [Variant.champion.rawValue])
      let columns = CounterColumn.first.map(\.rawValue)
      func row(_ tier: Tier, _ series: Int64, _ t: Int64, _ values: [String: Int]) throws {
        let marks = columns.map { "\(values[$0] ?? 0)" }.joined(separator: ", ")
        try db.execute(
          sql: """
            INSERT INTO \(tier.counters)(series, t, \(columns.joined(separator: ", ")))
            VALUES (\(series), \(t), \(marks))
            """)
      }
      for second in noon - 20..<noon {
        try row(Tier.all[0], 0, second, ["rows": 1])
        if second % 10 < 7 { try row(Tier.all[0], 1, second, ["ok": 1, "rows": 1]) }
      }
      for window in [noon - 20, noon - 10] {
        try row(Tier.all[1], 0, window, ["rows": 10])
        try row(Tier.all[1], 1, window, ["ok": 7, "rows": 7])
      }
      for (tier, folded) in zip(Tier.all, [noon, noon, noon - 60, noon - 3_600]) {
        try MetricWriter.setMeta(tier.watermarkKey, folded, in: db)
      }
      try db.execute(
        sql: """
          INSERT INTO client(t, model, version, client, outcome, requests)
          VALUES (?, 'electricity', '1', 'shop', 'ok', 9)
          """, arguments: [noon - 60])
      guard version > 1 else { return }
      _ = try PredictionTable.insert(
        EncodedPredictions([
          (id: predicted.id, prediction: PendingPrediction(second: noon - 5, values: [.integer(1)]))
        ]), labelled: [], series: 1, in: db)
    }
    try queue.close()
  }
}
