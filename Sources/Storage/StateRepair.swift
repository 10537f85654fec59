import Crypto
package import Domain
import Foundation
import GRDB

/// A new `state.db` made of what a damaged one still holds: told first, then put in its place.
///
/// The chain is kept as far as it is sound, and goes on with a row that says what was found and what was lost. The damaged
/// file stays beside it under another name. Only while no server runs: whoever repairs holds the data folder's lock.
package struct StateRepair: Sendable {
  package let report: Report
  private let directory: String
  private let head: AuditHead
  private let deployments: [String: Deployment]

  /// What was found, and what becomes of it. Stands in the ledger as the evidence of the repair's row.
  package struct Report: Codable, Sendable, Equatable {
    package var problem: AuditVerification.Problem
    /// The chain's rows up to the first that is not sound.
    package var rowsKept: Int64
    /// The newest row of which anything is known.
    package var rowsKnown: Int64
    /// What `audit.head` said.
    package var headFile: AuditHead?
    package var tables: [Table]
    /// Where the damaged file goes, and what it hashes to.
    package var damagedFile: String
    package var damagedSHA256: String
    /// Deployments that are not as they were stored, a phrase each; nil in rows of older versions.
    package var restored: [String]?

    package struct Table: Codable, Sendable, Equatable {
      package var name: String
      package var rowsKept: Int
      /// Whether it could be read from its first row to its last.
      package var isWhole: Bool
    }
  }

  /// Makes the new file beside the damaged one. Nothing that was there is touched.
  ///
  /// - Parameter principal: who repairs; with `reason` it stands in the chain.
  /// - Returns: nil when there is nothing to repair.
  /// - Throws: `cannotOpen` without a `state.db`; `foreign`, `newerSchema`: not ours to repair; `full`, `inputOutput`.
  package static func prepare(
    directory: String, by principal: Principal, reason: String, now: Timestamp
  ) throws(StorageError) -> StateRepair? {
    let path = "\(directory)/\(StateStore.fileName)"
    guard let problem = try problem(directory) else { return nil }
    let headFile = try? AuditHeadFile(directory: directory).read()
    let copy = StateStore.rescued(in: directory, fitting: headFile)
    var salvage = try StateSalvage(
      path: copy.map { "\(directory)/\($0)" } ?? path,
      isEmptied: copy == nil && StateStore.emptied(directory) != nil)
    let mirror = DeploymentMirror(directory: directory)
    var restored = salvage.restoreDeployments(mirror: mirror, problem)
    if let copy { restored.insert("all rows taken from \(copy), which audit.head fits", at: 0) }
    let name = "\(StateStore.fileName).damaged-\(now.microseconds)"
    let report = Report(
      problem: problem, rowsKept: Int64(salvage.chain.count),
      rowsKnown: max(salvage.newestRow, headFile?.sequence ?? 0, mirror?.sequence ?? 0),
      headFile: headFile,
      tables: salvage.tables.map { table in
        Report.Table(name: table.name, rowsKept: table.rows.count, isWhole: table.isWhole)
      }, damagedFile: name, damagedSHA256: try hash(path),
      restored: restored)
    let evidence = (try? JSONEncoder().encode(report)).map { String(decoding: $0, as: UTF8.self) }
    let entry = AuditEntry(
      time: now, principal: principal, origin: .cli, action: "repair", reason: reason,
      outcome: .done, summary: report.summary, evidence: evidence ?? "")
    let head = try write(salvage, entry, to: newFile(directory))
    return StateRepair(
      report: report, directory: directory, head: head, deployments: salvage.deployments)
  }

  /// Puts the new file in the place of the damaged one.
  package func install() throws(StorageError) {
    let path = "\(directory)/\(StateStore.fileName)"
    let aside = "\(directory)/\(report.damagedFile)"
    try DurableFile.link(path, as: aside)
    // The old log must be gone before the new file comes: SQLite would replay it into that.
    if FileManager.default.fileExists(atPath: path + "-wal") {
      try DurableFile.move(path + "-wal", to: aside + "-wal")
    }
    try? FileManager.default.removeItem(atPath: path + "-shm")
    try DurableFile.move(Self.newFile(directory), to: path)
    try AuditHeadFile(directory: directory).write(head)
    try DeploymentMirror(sequence: head.sequence, deployments: deployments).write(to: directory)
  }

  /// Leaves everything as it was.
  package func discard() { Self.remove(Self.newFile(directory)) }

  private static func newFile(_ directory: String) -> String {
    "\(directory)/\(StateStore.fileName).repaired"
  }

  private static func problem(
    _ directory: String
  ) throws(StorageError) -> AuditVerification.Problem? {
    // With its head there were rows: a file that is gone is made anew like one that is empty.
    if AuditHeadFile(directory: directory).exists {
      try DurableFile.makePrivate("\(directory)/\(StateStore.fileName)")
    }
    return try StateStore.verify(directory: directory).problem
  }

  private static func hash(_ path: String) throws(StorageError) -> String {
    Data(SHA256.hash(data: try DurableFile.read(path) ?? [])).hexadecimal
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  /// - Returns: the new chain's head.
  private static func write(
    _ salvage: StateSalvage, _ entry: AuditEntry, to path: String
  ) throws(StorageError) -> AuditHead {
    remove(path)
    try DurableFile.makePrivate(path)
    return try StorageError.translating(path) {
      let queue = try DatabaseQueue(
        path: path, configuration: StateStore.configuration(isReadOnly: false))
      defer { try? queue.close() }
      return try queue.writeWithoutTransaction { db in
        try Schema.state.migrate(db, path: path)
        var stored: AuditEntry?
        try db.inTransaction(.immediate) {
          try salvage.write(to: db)
          stored = try StateStore.insert(
            entry, deployments: salvage.deployments.values.sorted { $0.model < $1.model },
            into: db, path: path)
          return .commit
        }
        // One file, so that it can be moved as one.
        try db.execute(sql: "PRAGMA journal_mode = DELETE")
        return AuditHead(sequence: stored?.sequence ?? 0, hash: stored?.hash ?? "")
      }
    }
  }
}

extension StateRepair.Report {
  var rowsLost: Int64 { rowsKnown - rowsKept }

  /// One line for the ledger.
  var summary: String {
    "ledger repaired: \(rowsKept) rows kept"
      + (rowsLost > 0 ? ", rows \(rowsKept + 1) to \(rowsKnown) lost" : ", none lost")
      + (restored ?? []).map { "; \($0)" }.joined()
      + "; the damaged file is \(damagedFile)"
  }
}

extension StateRepair.Report: CustomStringConvertible {
  /// Several lines.
  package var description: String {
    let kept = tables.filter(\.isWhole).map { "\($0.rowsKept) of \($0.name)" }
    let torn = tables.filter { !$0.isWhole }
    var lines = ["found: \(problem)"]
    lines.append("kept: \(rowsKept) audit rows, \(kept.joined(separator: ", "))")
    if rowsLost > 0 { lines.append("lost: audit rows \(rowsKept + 1) to \(rowsKnown)") }
    lines += restored ?? []
    for table in torn {
      lines.append("damaged: \(table.name), of which \(table.rowsKept) rows could be read")
      if table.name == "deployment" {
        lines.append(
          "  a model without its row begins as the configuration says: look at its champion first")
      }
    }
    lines.append("the damaged file stays as \(damagedFile)")
    return lines.joined(separator: "\n")
  }
}
