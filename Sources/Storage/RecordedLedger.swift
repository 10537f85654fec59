package import Domain
import Foundation
import GRDB

/// The precious store of a host that does not answer any more, read alone: who served, and who changed what.
package final class RecordedLedger: Sendable {
  private let path: String
  private let queue: DatabaseQueue
  /// By model.
  package let deployments: [String: Deployment]
  /// The number of the newest row; 0 when there is none.
  package let head: Int64

  /// - Returns: nil when there is no such file.
  /// - Throws: `corrupt`, `foreign`, `newerSchema`, `cannotOpen`.
  package init?(at path: String) throws(StorageError) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    self.path = path
    (queue, deployments, head) = try StorageError.translating(path) {
      let queue = try DatabaseQueue(
        path: RecordedFile(path).location, configuration: StateStore.configuration(isReadOnly: true)
      )
      return try queue.read { db in
        try Schema.state.check(db, path: path)
        return (
          queue, try StateStore.deployments(db, path: path),
          try StateStore.lastRow(db)?.sequence ?? 0
        )
      }
    }
  }

  deinit { try? queue.close() }

  /// Newest first, at most 10,000.
  package func entries(_ query: AuditQuery) throws(StorageError) -> [AuditEntry] {
    try StorageError.translating(path) {
      try queue.read { db in try StateStore.entries(query, in: db, path: path) }
    }
  }

  /// In the order of their numbers; none where the ledger is older than incidents are.
  package func incidents() throws(StorageError) -> [Incident] {
    try StorageError.translating(path) {
      try queue.read { db in
        try db.tableExists("incident") ? try StateStore.incidents(in: db) : []
      }
    }
  }

  /// Oldest first, at most 10,000.
  package func entries(of incident: IncidentID) throws(StorageError) -> [IncidentEntry] {
    try StorageError.translating(path) {
      try queue.read { db in
        try db.tableExists("incident_entry") ? try StateStore.entries(of: incident, in: db) : []
      }
    }
  }
}
