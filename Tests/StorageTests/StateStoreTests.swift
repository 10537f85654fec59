import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct StateStoreTests {
  @Test func `append numbers the rows, chains them and moves the head`() throws {
    let store = try StateStore.inMemory()
    #expect(store.head == .empty)
    let first = try store.append(.sample())
    let second = try store.append(.sample("rollback"))
    #expect(first.sequence == 1)
    #expect(second.sequence == 2)
    #expect(second.hash != first.hash)
    #expect(store.head == AuditHead(sequence: 2, hash: second.hash))
    #expect(try store.entry(2) == second)
    #expect(try store.entry(3) == nil)
  }

  @Test func `entries come newest first, a page at a time, of one model`() throws {
    let store = try StateStore.inMemory()
    for number in 1...6 {
      var entry = AuditEntry.sample()
      entry.model = number % 2 == 0 ? "electricity" : "demand"
      try store.append(entry)
    }
    #expect(try store.entries(AuditQuery(limit: 2)).map(\.sequence) == [6, 5])
    #expect(try store.entries(AuditQuery(before: 5, limit: 2)).map(\.sequence) == [4, 3])
    #expect(try store.entries(AuditQuery(model: "demand")).map(\.sequence) == [5, 3, 1])
  }

  @Test func `deployment and outcome are stored with their row`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    let deployment = Deployment.sample(revision: 7, champion: "2")
    let id = try #require(CommandID("command-1"))
    let stored = try store.append(.sample(command: id.text), deployment: deployment) {
      .done(sequence: $0.sequence, revision: 7, summary: $0.summary)
    }
    let outcome = CommandOutcome.done(sequence: stored.sequence, revision: 7, summary: "1 -> 2")
    #expect(try store.outcome(of: id) == outcome)
    store.close()

    let reopened = try StateStore(directory: folder.path)
    #expect(try reopened.deployments() == ["electricity": deployment])
    #expect(try reopened.outcome(of: id) == outcome)
    let never = try #require(CommandID("command-2"))
    #expect(try reopened.outcome(of: never) == nil)
    #expect(reopened.head.sequence == 1)
  }

  @Test func `deployments are read beside a server that runs, or from a store without one`() throws
  {
    let folder = try TemporaryFolder()
    #expect(try StateStore.readDeployments(in: folder.path) == nil)
    let store = try StateStore(directory: folder.path)
    let deployment = Deployment.sample(revision: 7, champion: "2")
    try store.append(.sample(), deployment: deployment)
    #expect(try StateStore.readDeployments(in: folder.path) == ["electricity": deployment])
    store.close()
    #expect(try StateStore.readDeployments(in: folder.path) == ["electricity": deployment])
    try Data("no database".utf8).write(to: URL(fileURLWithPath: folder.file("state.db")))
    #expect(throws: StorageError.self) { try StateStore.readDeployments(in: folder.path) }
  }

  @Test func `the same command id is stored once`() throws {
    let store = try StateStore.inMemory()
    let refused = CommandOutcome.refused(Refusal(.frozen, "frozen"))
    try store.append(.sample(command: "command-1")) { _ in refused }
    #expect(throws: StorageError.alreadyDone(commandID: "command-1")) {
      try store.append(.sample(command: "command-1"), deployment: .sample()) { _ in
        .unknown(reason: "")
      }
    }
    #expect(store.head.sequence == 1)
    #expect(try store.deployments().isEmpty)
    let id = try #require(CommandID("command-1"))
    #expect(try store.outcome(of: id) == refused)
  }

  @Test func `a caller who gave up leaves no trace`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    #expect(throws: StorageError.withdrawn) {
      try store.append(
        .sample(command: "command-1"), deployment: .sample(),
        outcome: { _ in .unknown(reason: "") }, shouldCommit: { false })
    }
    #expect(store.head == .empty)
    #expect(try store.deployments().isEmpty)
    #expect(try store.append(.sample(command: "command-1")).sequence == 1)
    #expect(try store.verify().isSound)
  }

  @Test func `the writer is synchronous FULL in WAL, and the marks are ours`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.queue.read { db throws in
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try Int.fetchOne(db, sql: "PRAGMA application_id") == 0x5647_5354)
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 6)
    }
  }

  @Test func `all files belong to their user alone, whatever they were before`() throws {
    let folder = try TemporaryFolder()
    _ = FileManager.default.createFile(
      atPath: folder.file("state.db"), contents: nil, attributes: [.posixPermissions: 0o666])
    let store = try StateStore(directory: folder.path)
    try store.append(.sample())
    for name in folder.names { #expect(try folder.mode(name) == 0o600, "\(name)") }
    #expect(
      folder.names == ["audit.head", "state.db", "state.db-shm", "state.db-wal", "state.reserve"])
    let killed = try folder.copy()
    for name in killed.names {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o666], ofItemAtPath: killed.file(name))
    }
    let again = try StateStore(directory: killed.path)
    for name in killed.names { #expect(try killed.mode(name) == 0o600, "\(name)") }
    again.close()
  }

  @Test func `a newer schema is refused with a sentence, and left alone`() throws {
    let folder = try TemporaryFolder()
    try StateStore(directory: folder.path).close()
    try Self.execute("PRAGMA user_version = 9", folder)
    let error = #expect(throws: StorageError.self) { try StateStore(directory: folder.path) }
    #expect(error == .newerSchema(path: folder.file("state.db"), found: 9, supported: 6))
    #expect(
      error?.description
        == "\(folder.file("state.db")): written by a newer Vigia (schema 9; this one knows up to 6). "
        + "Start that version, or point data_dir elsewhere.")
  }

  @Test func `another program's database is refused`() throws {
    let folder = try TemporaryFolder()
    try Self.execute("CREATE TABLE t(x); PRAGMA application_id = 42", folder)
    #expect(throws: StorageError.foreign(path: folder.file("state.db"), applicationID: 42)) {
      try StateStore(directory: folder.path)
    }
  }

  @Test func `into a damaged file nothing is written, and the way out is named`() throws {
    let folder = try TemporaryFolder()
    let garbage = Data((0..<8_192).map { UInt8($0 % 251) })
    try garbage.write(to: URL(fileURLWithPath: folder.file("state.db")))
    let store = try StateStore(directory: folder.path)
    let error = #expect(throws: StorageError.self) { try store.append(.sample()) }
    #expect(error?.description.contains("vigia audit repair") == true)
    store.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("state.db"))) == garbage)
  }

  @Test func `a folder that is not there is an error with its path`() {
    let error = #expect(throws: StorageError.self) { try StateStore(directory: "/nonexistent/x") }
    guard case .cannotOpen(path: "/nonexistent/x/state.db", _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  private static func execute(_ sql: String, _ folder: TemporaryFolder) throws {
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }
}

struct BreakGlassTests {
  @Test func `acts without the store enter the chain once, and their file is put aside`() throws {
    let folder = try TemporaryFolder()
    let file = BreakGlassFile(directory: folder.path)
    try file.append(.sample("rollback", command: "command-1"), deployment: .sample(revision: 3))
    try file.append(.sample("rollback", reason: "again"), deployment: nil)
    #expect(try folder.mode(BreakGlassFile.name) == 0o600)

    let store = try StateStore(directory: folder.path)
    try store.append(.sample("start"), deployment: .sample(revision: 2, champion: "9"))
    let imported = try store.importBreakGlass(now: .noon)
    #expect(imported.map(\.sequence) == [2, 3])
    #expect(imported.map(\.outcome) == [.breakGlass, .breakGlass])
    #expect(try store.deployments()["electricity"]?.revision == 3)
    let id = try #require(CommandID("command-1"))
    #expect(try store.outcome(of: id) == .done(sequence: 2, revision: 3, summary: "1 -> 2"))
    #expect(!folder.names.contains(BreakGlassFile.name))
    #expect(try store.importBreakGlass(now: .noon).isEmpty)
    #expect(try store.verify().isSound)
  }

  @Test func `a crash before the file was put aside does not import twice`() throws {
    let folder = try TemporaryFolder()
    let file = BreakGlassFile(directory: folder.path)
    try file.append(.sample("rollback"), deployment: .sample(revision: 3))
    let kept = try Data(contentsOf: URL(fileURLWithPath: file.path))
    let store = try StateStore(directory: folder.path)
    #expect(try store.importBreakGlass(now: .noon).count == 1)
    try kept.write(to: URL(fileURLWithPath: file.path))
    #expect(try store.importBreakGlass(now: .noon).isEmpty)
    #expect(store.head.sequence == 1)
  }

  @Test func `a state stored later is not undone by an older break-glass act`() throws {
    let folder = try TemporaryFolder()
    try BreakGlassFile(directory: folder.path).append(
      .sample("rollback"), deployment: .sample(revision: 3))
    let store = try StateStore(directory: folder.path)
    try store.append(.sample(), deployment: .sample(revision: 4, champion: "4"))
    _ = try store.importBreakGlass(now: .noon)
    #expect(try store.deployments()["electricity"]?.champion == "4")
  }

  @Test func `a line cut off by a power cut spoils neither those before nor those after`() throws {
    let folder = try TemporaryFolder()
    let file = BreakGlassFile(directory: folder.path)
    try file.append(.sample("rollback", reason: "one"), deployment: nil)
    try file.append(.sample("rollback", reason: "two"), deployment: nil)
    let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
    try whole.dropLast(20).write(to: URL(fileURLWithPath: file.path))
    try file.append(.sample("rollback", reason: "three"), deployment: nil)
    let store = try StateStore(directory: folder.path)
    #expect(try store.importBreakGlass(now: .noon).map(\.reason) == ["one", "three"])
  }
}

struct ClosedStateStoreTests {
  @Test func `a store that was closed says so and does not crash`() throws {
    let store = try StateStore.inMemory()
    store.close()
    store.close()
    #expect(throws: StorageError.closed(path: ":memory:")) { try store.deployments() }
    #expect(throws: StorageError.closed(path: ":memory:")) { try store.entries(AuditQuery()) }
  }
}
