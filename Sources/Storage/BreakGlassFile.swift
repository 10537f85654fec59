package import Domain
import Foundation

/// Where a rollback is written down while `state.db` cannot be: `break-glass.jsonl`, one line each, mode 0600.
package struct BreakGlassFile: Sendable {
  package static let name = "break-glass.jsonl"

  package let path: String

  package init(directory: String) { path = "\(directory)/\(Self.name)" }

  /// Appends one line. It does not wait for the disk to sync: a hung disk must not hold up a rescue.
  package func append(_ entry: AuditEntry, deployment: Deployment?) throws(StorageError) {
    let json: Data
    do { json = try JSONEncoder().encode(Line(entry: entry, deployment: deployment)) } catch {
      throw .unexpected(path: path, detail: "\(error)")
    }
    try DurableFile.append(line: [UInt8](json), to: path)
  }

  struct Line: Codable {
    var entry: AuditEntry
    var deployment: Deployment?
  }

  /// The lines as they stand; empty when there is no file.
  func lines() throws(StorageError) -> [Data] {
    (try DurableFile.read(path) ?? []).split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }

  /// Puts the file aside: its lines are in the chain now.
  func retire(at now: Timestamp) throws(StorageError) {
    try DurableFile.move(path, to: "\(path).imported-\(now.microseconds)")
  }
}
