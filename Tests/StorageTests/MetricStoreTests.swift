import Domain
import Foundation
import GRDB
import Statistics
import Testing

@testable import Storage

struct MetricStoreTests {
  @Test func `the writer is synchronous FULL in WAL, and the readers cannot write`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let pool = try store.openPool()
    try pool.writeWithoutTransaction { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try Int.fetchOne(db, sql: "PRAGMA max_page_count") == 262_144)
      #expect(try Int.fetchOne(db, sql: "PRAGMA application_id") == 0x5647_4d54)
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 6)
      #expect(try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2)
    }
    try pool.read { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA query_only") == 1)
      #expect(try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint") == 0)
    }
    for name in folder.names { #expect(try folder.mode(name) == 0o600, "\(name)") }
    store.close()
    store.close()
    #expect(throws: StorageError.closed(path: folder.file("metrics.db"))) {
      try store.series(.rate(seconds: 1))
    }
  }

  @Test func `a damaged file is moved aside and begun anew`() throws {
    let folder = try TemporaryFolder()
    try Data((0..<8_192).map { UInt8($0 % 251) }).write(
      to: URL(fileURLWithPath: folder.file("metrics.db")))
    let store = try MetricStore(directory: folder.path, now: .noon)
    let aside = folder.file("metrics.db.corrupt-\(Timestamp.noon.seconds)")
    #expect(store.loss == .damaged(movedTo: aside))
    #expect(FileManager.default.fileExists(atPath: aside))
    let isWritten = store.write(.one(), seconds: 0..<0, now: .noon)
    #expect(isWritten)
  }

  @Test func `damage found while running costs one second of telemetry`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let isWritten = store.write(.one(), seconds: 0..<0, now: .noon)
    #expect(isWritten)
    try store.openPool().writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      db.releaseMemory()
    }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file("metrics.db")))
    let size = try file.seekToEnd()
    for page in stride(from: UInt64(4_096), to: size, by: 4_096) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data(repeating: 0xa5, count: 4_096))
    }
    try file.close()
    #expect(throws: StorageError.self) { try store.series(.rate(seconds: 1)) }
    let isWrittenAgain = store.write(.one(), seconds: 0..<0, now: .noon)
    #expect(isWrittenAgain)
    #expect(store.loss != nil)
    #expect(store.status.paused == nil)
    _ = try store.series(.rate(seconds: 1))
  }

  @Test
  func `a file overwritten under way is moved aside by the next write, and loses nothing of it`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    store.note(GaugeTally(), second: Timestamp.noon.seconds)
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    #expect(store.loss == nil)
    // All pages are in memory: SQLite itself would go on for long.
    try Data(repeating: 0xa5, count: 65_536).write(
      to: URL(fileURLWithPath: folder.file("metrics.db")), options: [])
    #expect(store.write(.one(), seconds: 0..<0, now: .noon.adding(seconds: 1)))
    #expect(store.loss != nil && store.status.paused == nil)
    #expect(store.status.dropped == 0)
    let (rows, check) = try store.openPool().read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(Tier.all[0].counters)") ?? 0,
        try String.fetchOne(db, sql: "PRAGMA integrity_check")
      )
    }
    #expect(rows > 0 && check == "ok")
  }

  @Test func `a newer schema is refused and left alone`() throws {
    let folder = try TemporaryFolder()
    try MetricStore(directory: folder.path, now: .noon).close()
    let queue = try DatabaseQueue(path: folder.file("metrics.db"))
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 7") }
    try queue.close()
    #expect(
      throws: StorageError.newerSchema(path: folder.file("metrics.db"), found: 7, supported: 6)
    ) { try MetricStore(directory: folder.path, now: .noon) }
  }

  @Test func `at its cap the file stops growing, and recording goes on by dropping the oldest`()
    throws
  {
    let folder = try TemporaryFolder()
    var settings = MetricStore.Settings()
    settings.maximumBytes = 2 << 20
    let store = try MetricStore(directory: folder.path, settings: settings, now: .noon)
    let text = PredictedValue.text(String(repeating: "x", count: 500))
    var written = 0
    for second in 0..<40 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
      for number in 0..<500 {
        folder.add(
          .sample(second: Double(second), number: UInt64(number), predictions: [text]))
      }
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      let isWritten = store.write(
        folder.take(), seconds: now.seconds - 1..<now.seconds, now: now)
      written += isWritten ? 1 : 0
      #expect((store.status.paused == nil) == isWritten)
    }
    // 10 MB came through a file of 2 MB.
    #expect(written > 20)
    #expect(DurableFile.size(folder.file("metrics.db")) <= 2 << 20)
    let dropped = store.status.dropped
    #expect(dropped == Int64(40 - written) * 500)
    #expect(try store.reading { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
  }

  @Test func `predictions past the horizon's bytes go, oldest first`() throws {
    let folder = try TemporaryFolder()
    var settings = MetricStore.Settings()
    settings.labelHorizonBytes = 200_000
    let store = try MetricStore(directory: folder.path, settings: settings, now: .noon)
    for second in 0..<10 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
      for number in 0..<1_000 {
        folder.add(.sample(second: Double(second), number: UInt64(number), clientID: "c\(number)"))
      }
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      let isWritten = store.write(folder.take(), seconds: 0..<0, now: now)
      #expect(isWritten)
    }
    let horizon = try #require(store.status.labelHorizon)
    #expect(horizon > .noon)
    let bytes = try store.reading {
      try Int.fetchOne($0, sql: "SELECT sum(bytes) FROM prediction_block")
    }
    #expect((50_000...200_000).contains(bytes ?? 0))
    store.close()
    let reopened = try MetricStore(directory: folder.path, settings: settings, now: .noon)
    #expect(reopened.status.labelHorizon == horizon)
  }
}

extension SeriesQuery {
  static func rate(seconds: Int64) -> SeriesQuery {
    let from = Timestamp.noon.seconds
    return SeriesQuery(
      measure: .requestRate, model: "electricity",
      window: Window(from: from, to: from + seconds, step: 1))
  }
}

extension PendingBatch {
  static func one(second: Int64 = Timestamp.noon.seconds) -> PendingBatch {
    var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    folder.add(.sample(second: Double(second - Timestamp.noon.seconds)))
    return folder.take()
  }
}

struct PredictionCodingTests {
  @Test(
    arguments: [
      [], [.integer(0)], [.integer(.min), .integer(.max), .integer(-1)], [.number(1)],
      [.number(-0.1), .text("setosa"), .text(""), .integer(300)],
    ] as [PredictedValues])
  func `values come back with their kind`(values: PredictedValues) {
    var prediction = PendingPrediction(
      second: 0, values: values, scores: [0.25, -.infinity], revision: 300,
      routingKey: 0x0123_4567_89ab_cdef)
    var read = PendingPrediction(second: 0)
    #expect(PredictionCoding.decode(Self.encoded(prediction), into: &read))
    #expect(read == prediction)
    prediction.scores = []
    prediction.revision = 0
    prediction.routingKey = nil
    read = PendingPrediction(second: 0)
    #expect(PredictionCoding.decode(Self.encoded(prediction), into: &read))
    #expect(read == prediction)
  }

  private static func encoded(_ prediction: PendingPrediction) -> [UInt8] {
    var bytes: [UInt8] = []
    PredictionCoding.encode(prediction, to: &bytes)
    return bytes
  }

  @Test func `damaged bytes give nothing`() {
    for bytes in [
      [0], [1, 2], [2, 5, 65], [3, 0, 0], [4], [5, 1, 2], [6], [0, 0x80],
      [2] + Array(repeating: 0xff, count: 11),
    ]
      as [[UInt8]]
    {
      var read = PendingPrediction(second: 0)
      #expect(!PredictionCoding.decode(bytes, into: &read))
    }
  }
}
