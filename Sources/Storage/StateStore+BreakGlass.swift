import Crypto
package import Domain
import Foundation
import GRDB

extension StateStore {
  /// Brings the acts that were performed without the store into the chain, once, and puts their file aside.
  ///
  /// All lines go in one transaction. A deployment counts only when its revision is newer than the stored one. A line that
  /// cannot be read (cut off by a power cut) stays in the file put aside and is left out.
  ///
  /// - Returns: the rows as stored, outcome `breakGlass`; empty when there was nothing.
  package func importBreakGlass(now: Timestamp) throws(StorageError) -> [AuditEntry] {
    guard let directory else { return [] }
    let file = BreakGlassFile(directory: directory)
    let lines = try file.lines()
    guard !lines.isEmpty else { return [] }
    let added = try commit { db in
      var added: [AuditEntry] = []
      for json in lines {
        let digest = Data(SHA256.hash(data: json))
        guard try !Self.wasImported(digest, in: db),
          let line = try? JSONDecoder().decode(BreakGlassFile.Line.self, from: json)
        else { continue }
        let stored = try Self.store(line, digest: digest, in: db, path: self.path)
        added.append(stored)
      }
      return added
    }
    try file.retire(at: now)
    return added
  }

  /// The newest state of each model that acts without the store have made and the chain does not have yet.
  package func breakGlassDeployments() throws(StorageError) -> [String: Deployment] {
    guard let directory else { return [:] }
    var newest: [String: Deployment] = [:]
    for json in try BreakGlassFile(directory: directory).lines() {
      guard
        let deployment = try? JSONDecoder().decode(BreakGlassFile.Line.self, from: json).deployment,
        deployment.revision > newest[deployment.model]?.revision ?? .min
      else { continue }
      newest[deployment.model] = deployment
    }
    return newest
  }

  private static func store(
    _ line: BreakGlassFile.Line, digest: Data, in db: Database, path: String
  ) throws -> AuditEntry {
    var entry = line.entry
    entry.outcome = .breakGlass
    let deployment = try line.deployment.flatMap { deployment in
      let present = try Int64.fetchOne(
        db, sql: "SELECT revision FROM deployment WHERE model = ?", arguments: [deployment.model])
      return deployment.revision > present ?? .min ? deployment : nil
    }
    // A row holds the state of the model that it names.
    if let deployment { entry.model = deployment.model }
    let stored = try insert(
      entry, deployments: deployment.map { [$0] } ?? [], into: db, path: path)
    if let deployment { try store(deployment, in: db) }
    try db.execute(
      sql: "INSERT INTO imported(digest, sequence, checksum) VALUES (?1, ?2, seal(?1, ?2))",
      arguments: [digest, stored.sequence])
    if let command = entry.commandID, try !hasOutcome(command, in: db) {
      let outcome = CommandOutcome.done(
        sequence: stored.sequence, revision: line.deployment?.revision, summary: entry.summary)
      try store(outcome, of: command, sequence: stored.sequence, in: db)
    }
    return stored
  }

  private static func wasImported(_ digest: Data, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM imported WHERE digest = ?)", arguments: [digest])
      ?? false
  }
}
