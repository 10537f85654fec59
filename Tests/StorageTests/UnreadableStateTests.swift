import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// A `state.db` of which nothing can be read: it is told, what was in force is served, and the file stays as it is.
struct UnreadableStateTests {
  private static let ada = Principal(name: "ada", role: .admin, proof: "uid 1")

  private struct Template: @unchecked Sendable {
    // @unchecked Sendable: nobody changes the folder.
    let folder: TemporaryFolder
  }

  private static let template = Result { Template(folder: try folder()) }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(.sample("seed"), deployment: .sample(revision: 1, champion: "1"))
    try store.append(.sample(), deployment: .sample(revision: 2, champion: "2"))
    try store.append(.sample("note"))
    store.close()
    return folder
  }

  private static func content(_ folder: TemporaryFolder, _ name: String = "state.db") throws -> Data
  {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
  }

  @Test(arguments: 0..<100)
  func `a byte of the header flipped: served is what was in force, and nothing is overwritten`(
    offset: Int
  ) throws {
    for mask in [0x01, 0x40, 0xff] as [UInt8] {
      let folder = try Self.template.get().folder.copy()
      var bytes = try Self.content(folder)
      bytes[offset] ^= mask
      try bytes.write(to: URL(fileURLWithPath: folder.file("state.db")))
      let store: StateStore
      do throws(StorageError) { store = try StateStore(directory: folder.path) } catch {
        // What may as well be a later Vigia's file is left alone.
        guard case .newerSchema = error, (60..<64).contains(offset) else {
          Issue.record("byte \(offset) ^ \(mask): \(error)")
          continue
        }
        continue
      }
      let context = "byte \(offset) ^ \(mask): \(String(describing: store.problem))"
      #expect(try store.deployments()["electricity"]?.champion == "2", "\(context)")
      if store.problem?.blocksChanges == true {
        #expect(throws: StorageError.self, "\(context)") { try store.append(.sample()) }
        store.close()
        #expect(try Self.content(folder) == bytes, "\(context)")
        #expect(try !StateStore.verify(directory: folder.path).isSound, "\(context)")
      } else {
        try store.append(.sample())
        store.close()
      }
      let repair = try StateRepair.prepare(
        directory: folder.path, by: Self.ada, reason: "", now: .noon)
      try repair?.install()
      let repaired = try StateStore(directory: folder.path)
      #expect(repaired.problem == nil, "\(context)")
      #expect(try repaired.deployments()["electricity"]?.revision == 2, "\(context)")
      if let repair {
        #expect(try Self.content(folder, repair.report.damagedFile) == bytes, "\(context)")
      }
    }
  }

  @Test func `an empty file beside the head of a chain is damage, and its log is kept`() throws {
    let folder = try Self.folder()
    try Data().write(to: URL(fileURLWithPath: folder.file("state.db")))
    try Data("what is left of the log".utf8).write(
      to: URL(fileURLWithPath: folder.file("state.db-wal")))
    let store = try StateStore(directory: folder.path)
    #expect(
      store.problem == .damaged(detail: "the file is empty, audit.head knows 3 rows"))
    #expect(store.head.sequence == 3)
    #expect(try store.deployments()["electricity"]?.champion == "2")
    #expect(
      store.standing?.description
        == "Served is what deployment.mirror held at audit row 2: electricity champion 2; changes are "
        + "refused until `vigia audit repair`, except a break-glass rollback")
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    let found = try store.verifyAgain()
    #expect(found.problem == store.problem)
    store.close()
    #expect(try Self.content(folder).isEmpty)
    #expect(try Self.content(folder, "state.db-wal").count == 23)
    #expect(throws: StorageError.self) { try StateStore.readDeployments(in: folder.path) }

    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "r", now: .noon))
    #expect(repair.report.rowsKnown == 3)
    #expect(
      repair.report.description.contains(
        "the deployment of electricity restored from deployment.mirror of audit row 2"))
    try repair.install()
    #expect(try Self.content(folder, repair.report.damagedFile + "-wal").count == 23)
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil && repaired.head.sequence == 1)
    #expect(try repaired.deployments()["electricity"]?.champion == "2")
    #expect(try repaired.verify().isSound)
  }

  @Test func `a file that is gone beside the head of a chain is damage too`() throws {
    let folder = try Self.folder()
    try FileManager.default.removeItem(atPath: folder.file("state.db"))
    #expect(throws: StorageError.self) { try StateStore.verify(directory: folder.path) }
    let store = try StateStore(directory: folder.path)
    #expect(store.problem?.blocksChanges == true)
    #expect(try store.deployments()["electricity"]?.champion == "2")
    store.close()
    try FileManager.default.removeItem(atPath: folder.file("state.db"))
    let repair = try StateRepair.prepare(
      directory: folder.path, by: Self.ada, reason: "r", now: .noon)
    try #require(repair).install()
    #expect(try StateStore(directory: folder.path).problem == nil)
  }

  @Test(arguments: [nil, "2 0\n[]\n", "not a mirror"])
  func `without a mirror that can be believed it is said that nothing is known`(
    mirror: String?
  ) throws {
    let folder = try Self.folder()
    try FileManager.default.removeItem(atPath: folder.file(DeploymentMirror.fileName))
    if let mirror {
      try Data(mirror.utf8).write(to: URL(fileURLWithPath: folder.file(DeploymentMirror.fileName)))
    }
    try Data("no database".utf8).write(to: URL(fileURLWithPath: folder.file("state.db")))
    let store = try StateStore(directory: folder.path)
    #expect(store.problem?.blocksChanges == true)
    #expect(try store.deployments().isEmpty)
    #expect(store.standing?.description.contains("as the configuration says") == true)
  }

  @Test func `the mirror follows each change, and one that fell behind is written anew`() throws {
    let folder = try Self.folder()
    #expect(DeploymentMirror(directory: folder.path)?.sequence == 2)
    #expect(
      DeploymentMirror(directory: folder.path)?.deployments["electricity"]?.champion == "2")
    #expect(try folder.mode(DeploymentMirror.fileName) == 0o600)
    // As a crash between a commit and its mirror leaves it.
    try DeploymentMirror(sequence: 1, deployments: ["electricity": .sample()])
      .write(to: folder.path)
    try StateStore(directory: folder.path).close()
    #expect(
      DeploymentMirror(directory: folder.path)?.deployments["electricity"]?.champion == "2")
    #expect(DeploymentMirror(directory: folder.path)?.sequence == 3)
  }

  @Test func `a tail cut off with its change: the mirror knows more than the chain`() throws {
    let folder = try Self.folder()
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "DELETE FROM audit WHERE sequence > 1")
      try StateStore.store(.sample(revision: 1, champion: "1"), in: db)
    }
    try queue.close()
    let store = try StateStore(directory: folder.path)
    #expect(store.problem == .tailMissing(stored: 1, head: 3))
    #expect(try store.deployments()["electricity"]?.champion == "2")
    store.close()
    let repair = try StateRepair.prepare(
      directory: folder.path, by: Self.ada, reason: "r", now: .noon)
    try #require(repair).install()
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil)
    #expect(try repaired.deployments()["electricity"]?.champion == "2")
  }
}
