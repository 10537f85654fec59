import Domain
import Foundation
import Glibc
import Storage
import Testing

/// `vigia audit verify` and `vigia audit repair` on a ledger from which rows were cut.
@Suite struct AuditRepairTests {
  private static func damaged() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    for number in 1...4 {
      try store.append(
        AuditEntry(
          time: Timestamp(seconds: 1), principal: Principal(name: "a", role: .operate, proof: ""),
          origin: .cli, action: "x", reason: "", outcome: .event, summary: "row \(number)"))
    }
    store.close()
    let hash = String(repeating: "ab", count: 32)
    try folder.write("9 \(hash)\n", to: "audit.head")
    return folder
  }

  private static func audit(
    _ words: String..., in folder: TemporaryFolder
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(["audit"] + words + ["--data-dir", folder.path])
  }

  @Test func `the break is named, told before anything is done, and recorded`() throws {
    let folder = try Self.damaged()
    let found = try Self.audit("verify", in: folder)
    #expect(found.status == 1 && found.output.contains("audit rows 5 to 9 are missing"))

    // No terminal to ask at, and no --yes.
    let asked = try Self.audit("repair", "--reason", "a bad disk", in: folder)
    #expect(asked.status == 1 && asked.output.contains("lost: audit rows 5 to 9"))
    #expect(asked.errors.contains("nothing was changed"))
    #expect(try Self.audit("verify", in: folder).status == 1)

    let done = try Self.audit("repair", "--reason", "a bad disk", "--yes", in: folder)
    #expect(done.status == 0 && done.output.hasSuffix("repaired\n"), "\(done.errors)")
    #expect(try Self.audit("verify", in: folder).output.hasPrefix("ok: 5 rows"))
    let store = try StateStore(directory: folder.path)
    let row = try #require(try store.entry(5))
    #expect(row.reason == "a bad disk" && row.principal.proof == "uid \(getuid())")
    #expect(row.summary.hasPrefix("ledger repaired: 4 rows kept, rows 5 to 9 lost"))
    store.close()
    let again = try Self.audit("repair", "--reason", "again", "--yes", in: folder)
    #expect(again.status == 0 && again.output.contains("nothing to repair"))
  }

  @Test func `a champion that is stored otherwise than the ledger holds it is found and restored`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(
      AuditEntry(
        time: Timestamp(seconds: 1), principal: Principal(name: "a", role: .operate, proof: ""),
        origin: .cli, action: "promote", reason: "", outcome: .done, summary: "1 -> 2"),
      deployment: Deployment(
        model: "m", revision: 2, champion: "2", championSince: Timestamp(seconds: 1)))
    store.close()
    // The table's row alone: its text comes right after the revision, the ledger's after a bracket.
    let path = URL(filePath: "\(folder.path)/state.db")
    var bytes = try Data(contentsOf: path)
    let row = try #require(bytes.range(of: Data("\u{02}{\"champion\":\"2\"".utf8)))
    bytes[row.upperBound - 2] = UInt8(ascii: "1")
    try bytes.write(to: path)

    let found = try Self.audit("verify", in: folder)
    #expect(found.status == 1)
    #expect(
      found.output.contains(
        "the deployment of m is not what audit row 1 says: expected champion 2, found champion 1"),
      "\(found.output)")
    let done = try Self.audit("repair", "--reason", "a bad disk", "--yes", in: folder)
    #expect(
      done.status == 0 && done.output.contains("the deployment of m restored from audit row 1"))
    #expect(try Self.audit("verify", in: folder).status == 0)
    #expect(try StateStore.readDeployments(in: folder.path)?["m"]?.champion == "2")
  }

  @Test func `nothing is repaired under a running server, and nothing where nothing is`() throws {
    let folder = try Self.damaged()
    let lock = open("\(folder.path)/vigia.lock", O_RDWR | O_CREAT, 0o600)
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let busy = try Self.audit("repair", "--reason", "r", "--yes", in: folder)
    #expect(busy.status == 3 && busy.errors.contains("in use"))
    close(lock)
    let empty = try TemporaryFolder()
    let nothing = try Self.audit("repair", "--reason", "r", "--yes", in: empty)
    #expect(nothing.status == 3 && nothing.errors.contains("no such file"))
  }
}
