import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct AuditChainTests {
  /// The format is final: this vector must never change.
  @Test func `canonical bytes and hash are those of the published vector`() {
    let row = AuditRow(.sample(command: "command-1"), sequence: 1)
    #expect(
      AuditChain.canonical(row).hexadecimal
        == "01" + "00000008" + "0000000000000001" + "00000008" + "00064752550dd240"
        + text("ada") + text("operate") + text("socket uid 1000") + text("console")
        + text("command-1") + text("promote") + text("electricity") + text("1") + text("ab")
        + text("2") + "ffffffff" + text("better") + text("done") + text("1 -> 2") + "00000000")
    #expect(
      AuditChain.hash(of: row, after: AuditChain.origin).hexadecimal
        == "4c4c5423ee032d40ed521a6ee0e296dab718522ae20a7aa0e50fc9c98aeffdac")
  }

  private func text(_ text: String) -> String {
    let length = String(text.utf8.count, radix: 16)
    return String(repeating: "0", count: 8 - length.count) + length
      + Data(text.utf8).hexadecimal
  }

  @Test func `nil and empty give different hashes`() {
    var entry = AuditEntry.sample()
    entry.toSHA256 = nil
    let without = AuditChain.canonical(AuditRow(entry, sequence: 1))
    entry.toSHA256 = ""
    #expect(AuditChain.canonical(AuditRow(entry, sequence: 1)) != without)
  }

  @Test func `text moved from one field to the next gives another hash`() {
    var left = AuditEntry.sample(reason: "ab")
    left.summary = "c"
    var right = AuditEntry.sample(reason: "a")
    right.summary = "bc"
    #expect(
      AuditChain.canonical(AuditRow(left, sequence: 1))
        != AuditChain.canonical(AuditRow(right, sequence: 1)))
  }

  @Test func `a row with any text comes back as it went in, and verifies`() throws {
    let store = try StateStore.inMemory()
    for reason in ["", "ü\u{301}\u{200d}🤖", "line\nbreak\r\t\u{1b}[2J", "'; DROP TABLE audit --"] {
      let stored = try store.append(.sample(reason: reason))
      #expect(stored.reason == reason)
      #expect(try store.entry(stored.sequence) == stored)
    }
    let stored = try store.append(.sample(reason: "cut\0off"))
    #expect(stored.reason == "cut\u{fffd}off")
    #expect(try store.entry(stored.sequence) == stored)
    #expect(try store.verify().isSound)
  }
}

struct AuditTamperTests {
  @Test func `a sound chain verifies with its count and head`() throws {
    let (folder, store) = try Self.chain(of: 5)
    let verification = try StateStore.verify(directory: folder.path)
    #expect(verification == AuditVerification(count: 5, head: store.head))
    #expect(verification.description == "ok: 5 rows, head \(store.head.hash)")
  }

  @Test func `an edited row is named`() throws {
    let problem = try Self.problem("UPDATE audit SET reason = 'nothing' WHERE sequence = 3")
    guard case .changed(sequence: 3, _, _) = problem else {
      Issue.record("found \(String(describing: problem))")
      return
    }
  }

  @Test func `a row edited long ago is found while the server runs, and changes are refused then`()
    throws
  {
    let (folder, store) = try Self.chain(of: 9)
    store.close()
    try Self.change(folder, "UPDATE audit SET summary = 'nothing' WHERE sequence = 3")
    // The start looks at the last rows alone.
    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem == nil)
    try reopened.append(.sample())
    let found = try reopened.verifyAgain().problem
    guard case .changed(sequence: 3, _, _)? = found else {
      Issue.record("found \(String(describing: found))")
      return
    }
    #expect(reopened.problem == found)
    #expect(throws: StorageError.self) { try reopened.append(.sample()) }
  }

  @Test func `a row deleted in the middle is named`() throws {
    #expect(
      try Self.problem("DELETE FROM audit WHERE sequence = 3")
        == .misplaced(expected: 3, found: 4))
  }

  @Test func `rows that changed places are noticed`() throws {
    let problem = try Self.problem(
      """
      UPDATE audit SET sequence = 99 WHERE sequence = 2; UPDATE audit SET sequence = 2 WHERE sequence = 3;
      UPDATE audit SET sequence = 3 WHERE sequence = 99
      """)
    guard case .changed(sequence: 2, _, _) = problem else {
      Issue.record("found \(String(describing: problem))")
      return
    }
  }

  @Test func `a tail cut off is noticed by the head, and nothing is appended`() throws {
    let (folder, store) = try Self.chain(of: 5)
    store.close()
    try Self.change(folder, "DELETE FROM audit WHERE sequence >= 4")
    let problem = AuditVerification.Problem.tailMissing(stored: 3, head: 5)
    #expect(try StateStore.verify(directory: folder.path).problem == problem)
    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem == problem)
    #expect(throws: StorageError.chainBroken(path: folder.file("state.db"), problem)) {
      try reopened.append(.sample())
    }
    #expect(try reopened.entries(AuditQuery()).count == 3)
  }

  @Test(arguments: [nil, "nonsense"])
  func `a tail cut off with its head is noticed by the mirror, and can be repaired`(
    head: String?
  ) throws {
    let (folder, store) = try Self.chain(of: 5)
    store.close()
    try DeploymentMirror(sequence: 5, deployments: [:]).write(to: folder.path)
    try Self.change(folder, "DELETE FROM audit WHERE sequence >= 4")
    try FileManager.default.removeItem(atPath: folder.file("audit.head"))
    try head.map { try Data($0.utf8).write(to: URL(fileURLWithPath: folder.file("audit.head"))) }
    let problem = AuditVerification.Problem.mirrorAhead(stored: 3, mirror: 5)
    #expect(try StateStore.verify(directory: folder.path).problem == problem)
    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem == problem)
    #expect(throws: StorageError.self) { try reopened.append(.sample()) }
    reopened.close()
    let repair = try #require(
      try StateRepair.prepare(
        directory: folder.path, by: Principal(name: "ada", role: .admin, proof: "uid 1"),
        reason: "", now: .noon))
    #expect(repair.report.rowsKept == 3 && repair.report.rowsKnown == 5)
    try repair.install()
    #expect(try StateStore.verify(directory: folder.path).isSound)
  }

  @Test func `a chain rewritten with right hashes is noticed by the head`() throws {
    let (folder, store) = try Self.chain(of: 3)
    store.close()
    let (other, forged) = try Self.chain(of: 3, reason: "forged")
    forged.close()
    try FileManager.default.removeItem(atPath: folder.file("state.db"))
    try FileManager.default.copyItem(
      atPath: other.file("state.db"), toPath: folder.file("state.db"))
    let problem = try StateStore.verify(directory: folder.path).problem
    guard case .rewritten(sequence: 3, _, _) = problem else {
      Issue.record("found \(String(describing: problem))")
      return
    }
    #expect(try StateStore(directory: folder.path).problem == problem)
  }

  @Test func `a head one row behind is a crash, two are a warning that does not stop a rescue`()
    throws
  {
    let (folder, store) = try Self.chain(of: 1)
    let head = try Data(contentsOf: URL(fileURLWithPath: folder.file("audit.head")))
    try store.append(.sample())
    store.close()
    try head.write(to: URL(fileURLWithPath: folder.file("audit.head")))
    #expect(try StateStore.verify(directory: folder.path).isSound)

    let reopened = try StateStore(directory: folder.path)
    #expect(reopened.problem == nil)
    try reopened.append(.sample())
    reopened.close()
    #expect(try StateStore.verify(directory: folder.path).isSound)

    try head.write(to: URL(fileURLWithPath: folder.file("audit.head")))
    let behind = AuditVerification.Problem.headBehind(stored: 3, head: 1)
    #expect(try StateStore.verify(directory: folder.path).problem == behind)
    let again = try StateStore(directory: folder.path)
    #expect(again.problem == behind)
    try again.append(.sample())
    #expect(try again.verify().isSound)
  }

  @Test func `a missing or garbled head is told`() throws {
    let (folder, store) = try Self.chain(of: 2)
    store.close()
    try Data("hello".utf8).write(to: URL(fileURLWithPath: folder.file("audit.head")))
    guard case .headUnreadable = try StateStore.verify(directory: folder.path).problem else {
      Issue.record("a garbled head passed")
      return
    }
    try FileManager.default.removeItem(atPath: folder.file("audit.head"))
    #expect(
      try StateStore.verify(directory: folder.path).problem == .headMissing(stored: 2))
  }

  @Test func `verifying a folder without a store says so`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StorageError.self) { try StateStore.verify(directory: folder.path) }
    #expect(folder.names.isEmpty)
  }

  static func chain(
    of count: Int, reason: String = "better"
  ) throws -> (TemporaryFolder, StateStore) {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    for _ in 0..<count { try store.append(.sample(reason: reason)) }
    return (folder, store)
  }

  private static func problem(_ sql: String) throws -> AuditVerification.Problem? {
    let (folder, store) = try chain(of: 5)
    store.close()
    try change(folder, sql)
    return try StateStore.verify(directory: folder.path).problem
  }

  private static func change(_ folder: TemporaryFolder, _ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.write { db in try db.execute(sql: sql) }
    try queue.close()
  }
}
