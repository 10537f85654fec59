import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// Files that are taken away, or put in the place of others, while they are open.
struct DisplacedFileTests {
  private static let ada = Principal(name: "ada", role: .admin, proof: "uid 1")

  private func filled(_ folder: TemporaryFolder) throws -> StateStore {
    let store = try StateStore(directory: folder.path)
    try store.append(.sample("seed"), deployment: .sample(revision: 1, champion: "1"))
    try store.append(.sample(), deployment: .sample(revision: 2, champion: "2"))
    return store
  }

  private func repair(
    _ folder: TemporaryFolder, now: Timestamp = .noon
  ) throws -> StateRepair.Report {
    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "r", now: now))
    try repair.install()
    return repair.report
  }

  @Test(arguments: [["state.db"], ["state.db", "state.db-wal", "state.db-shm"]])
  func `a ledger removed under way takes no change, is copied, and repaired from the copy`(
    names: [String]
  ) throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    for name in names { try FileManager.default.removeItem(atPath: folder.file(name)) }
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    store.lookAtFile(now: .noon)
    let copy = "state.db.rescued-\(Timestamp.noon.microseconds)"
    #expect(
      store.problem
        == .damaged(
          detail: "the file was removed while Vigia runs; all of its rows were copied to \(copy)"))
    #expect(try folder.mode(copy) == 0o600)
    store.lookAtFile(now: .noon.adding(seconds: 1))
    #expect(folder.names.filter { $0.contains("rescued") } == [copy])
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    #expect(try store.deployments()["electricity"]?.champion == "2")
    store.close()

    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem?.blocksChanges == true)
    #expect(try reopened.deployments()["electricity"]?.champion == "2")
    reopened.close()
    let report = try repair(folder)
    #expect(report.rowsKept == 2 && report.rowsKnown == 2)
    #expect(report.restored == ["all rows taken from \(copy), which audit.head fits"])
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil && repaired.head.sequence == 3)
    #expect(try repaired.deployments()["electricity"]?.champion == "2")
    #expect(try repaired.verify().isSound)
    repaired.close()
  }

  @Test func `an older ledger put in the place of the open one is found, and its rows come back`()
    throws
  {
    let folder = try TemporaryFolder()
    let first = try StateStore(directory: folder.path)
    try first.append(.sample("seed"))
    first.close()
    let older = try folder.copy()
    let store = try filled(folder)
    try FileManager.default.removeItem(atPath: folder.file("state.db"))
    try FileManager.default.copyItem(
      atPath: older.file("state.db"), toPath: folder.file("state.db"))
    store.lookAtFile(now: .noon)
    #expect(
      store.problem?.description.contains("replaced by another while Vigia runs; all of its rows")
        == true)
    store.close()
    #expect(try repair(folder).rowsKept == 3)
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil && repaired.head.sequence == 4)
  }

  @Test func `a ledger that lost its log alone is copied, and closing it writes all into the file`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    for name in ["state.db-wal", "state.db-shm"] {
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    store.lookAtFile(now: .noon)
    #expect(
      store.problem?.description.contains(
        "its log, state.db-wal, was removed while Vigia runs; all of its rows were copied") == true)
    // As after a kill.
    let killed = try folder.copy()
    #expect(try repair(killed).rowsKept == 2)
    store.close()
    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem == nil && reopened.head.sequence == 2)
  }

  @Test(arguments: [["state.db"], ["state.db-wal"], ["state.db", "state.db-wal"]])
  func `a ledger written over by an older copy is found, and its rows come back`(
    names: [String]
  ) throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    let older = try folder.copy()
    store.lookAtFile(now: .noon)
    #expect(store.problem == nil)
    try store.use { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    for number in 0..<3 { try store.append(.sample("note \(number)")) }
    for name in names {
      try Data(contentsOf: URL(fileURLWithPath: older.file(name))).write(
        to: URL(fileURLWithPath: folder.file(name)), options: [])
    }
    store.lookAtFile(now: .noon.adding(seconds: 1))
    #expect(
      store.problem?.description.contains(
        "the file was written over while Vigia runs; all of its rows were copied") == true)
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    let report = try repair(try folder.copy(), now: .noon)
    #expect(report.rowsKept == 5 && report.rowsKnown == 5)
    store.close()
  }

  @Test func `a log that was emptied is found, and its rows come back`() throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    try Data().write(to: URL(fileURLWithPath: folder.file("state.db-wal")), options: [])
    store.lookAtFile(now: .noon)
    let words = store.problem?.description ?? ""
    #expect(
      words.contains("the file was written over while Vigia runs; all of its rows were copied"),
      "\(words)")
    #expect(try repair(try folder.copy()).rowsKept == 2)
    store.close()
  }

  @Test(arguments: [false, true])
  func `no change is acknowledged into a log that somebody emptied or put back`(
    putsBack: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    let log = URL(fileURLWithPath: folder.file("state.db-wal"))
    let older = try Data(contentsOf: log)
    for number in 0..<3 { try store.append(.sample("note \(number)")) }
    try (putsBack ? older : Data()).write(to: log, options: [])
    #expect(throws: StorageError.self) { try store.append(.sample("too late")) }
    #expect(store.head.sequence == 5)
    store.lookAtFile(now: .noon)
    #expect(store.problem?.description.contains("all of its rows were copied") == true)
    #expect(try repair(try folder.copy()).rowsKept == 5)
    store.close()
  }

  @Test func `a log that is written over between two looks is found by the next`() throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    store.lookAtFile(now: .noon)
    #expect(store.problem == nil)
    try Data().write(to: URL(fileURLWithPath: folder.file("state.db-wal")), options: [])
    store.lookAtFile(now: .noon.adding(seconds: 1))
    #expect(store.problem?.description.contains("was written over while Vigia runs") == true)
    store.close()
  }

  @Test func `a file that was only touched goes on`() throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    for name in ["state.db", "state.db-wal"] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.file(name))
    }
    #expect(store.isTouched)
    try store.append(.sample("after"))
    #expect(!store.isTouched && store.problem == nil && store.head.sequence == 3)
    store.close()
  }

  @Test func `a copy that audit.head does not fit is not taken`() throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    let path = folder.file("state.db")
    try FileManager.default.removeItem(atPath: path)
    store.lookAtFile(now: .noon)
    store.close()
    #expect(try repair(folder).rowsKept == 2)
    let repaired = try StateStore(directory: folder.path)
    try repaired.append(.sample())
    repaired.close()
    try Data().write(to: URL(fileURLWithPath: path))
    let report = try repair(folder, now: .noon.adding(seconds: 1))
    #expect(report.rowsKept == 0 && report.rowsKnown == 4)
  }

  @Test func `where no copy can be made it says why, and tries again`() throws {
    let folder = try TemporaryFolder()
    let store = try filled(folder)
    let away = folder.path + "-away"
    try FileManager.default.moveItem(atPath: folder.path, toPath: away)
    defer { try? FileManager.default.removeItem(atPath: away) }
    store.lookAtFile(now: .noon)
    #expect(
      store.problem?.description.contains("its rows could not be copied beside it") == true)
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: false)
    store.lookAtFile(now: .noon)
    #expect(store.problem?.description.contains("all of its rows were copied") == true)
    store.close()
  }

  @Test func `metrics removed under way are begun anew by the next write, and nothing is dropped`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    for name in folder.names { try FileManager.default.removeItem(atPath: folder.file(name)) }
    let next = Timestamp.noon.adding(seconds: 1)
    #expect(store.write(.one(), seconds: 0..<0, now: next))
    #expect(store.loss == .removed(next))
    #expect(store.status.paused == nil && store.status.dropped == 0)
    store.close()
    let reopened = try MetricStore(directory: folder.path, now: next)
    #expect(reopened.loss == nil)
    let rows = try reopened.openPool().read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM \(Tier.all[0].counters)")
    }
    #expect(rows == 1)
    reopened.close()
  }

  @Test func `metrics that lost their log alone lose nothing`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    for name in ["metrics.db-wal", "metrics.db-shm"] {
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
    let next = Timestamp.noon.adding(seconds: 10)
    #expect(store.write(.one(second: next.seconds), seconds: 0..<0, now: next))
    #expect(store.loss == .logRemoved(next))
    let copy = try folder.copy()
    let killed = try MetricStore(directory: copy.path, now: next)
    let rows = try killed.openPool().read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM \(Tier.all[0].counters)")
    }
    #expect(rows == 2)
    killed.close()
    store.close()
  }

  @Test func `metrics put in the place of the open ones are written on`() throws {
    let other = try TemporaryFolder()
    let earlier = try MetricStore(directory: other.path, now: .noon)
    for second in [Timestamp.noon.seconds, Timestamp.noon.seconds + 10] {
      #expect(
        earlier.write(.one(second: second), seconds: 0..<0, now: .noon.adding(seconds: 1)))
    }
    earlier.close()
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    let path = folder.file("metrics.db")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: other.file("metrics.db"), toPath: path)
    let next = Timestamp.noon.adding(seconds: 2)
    #expect(store.write(.one(second: Timestamp.noon.seconds + 20), seconds: 0..<0, now: next))
    #expect(store.loss == .replaced(next))
    let (rows, check) = try store.openPool().read { db in
      (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(Tier.all[0].counters)"),
        try String.fetchOne(db, sql: "PRAGMA integrity_check")
      )
    }
    #expect(rows == 3 && check == "ok")
    store.close()
  }
}
