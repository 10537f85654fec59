import Domain
import Foundation
import GRDB

/// The store of a host that does not answer any more.
extension MetricStore {
  /// Opens the file at `path` for reading alone; see `RecordedFile`. Whatever writes, fails.
  ///
  /// - Throws: `cannotOpen` without a file, for one of an older schema, and where a log is left in a folder that cannot
  ///   be written; `corrupt`, `foreign`, `newerSchema`.
  package static func recorded(at path: String) throws(StorageError) -> MetricStore {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .cannotOpen(path: path, reason: "there is no such file")
    }
    do throws(StorageError) {
      return try readOnly(path, location: RecordedFile(path).location)
    } catch {
      guard case .cannotOpen = error, DurableFile.size(path + "-wal") > 0,
        !FileManager.default.isWritableFile(
          atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path)
      else { throw error }
      throw .cannotOpen(
        path: path,
        reason: "its log \(path)-wal can be read only in a folder that can be written; copy both")
    }
  }

  /// Of the file and its log.
  package var recordedBytes: Int64 { DurableFile.size(path) + DurableFile.size(path + "-wal") }

  /// The end of the newest second in which a recorder was at work, in seconds since 1970; nil when there was none.
  package func lastRecorded() throws(StorageError) -> Int64? {
    try reading { db in
      for tier in Tier.all {
        let newest = try Int64.fetchOne(
          db, sql: "SELECT max(t) FROM \(tier.counters) WHERE series = ?",
          arguments: [MetricWriter.heartbeat])
        if let newest { return newest + tier.step }
      }
      return nil
    }
  }

  /// Who has ever answered, and as what.
  package func recordedSeries() throws(StorageError) -> [SeriesKey] {
    try reading { db in try Self.keys(db, model: nil, version: nil).map(\.key) }
  }

  /// Models of which something was ever counted, those that are gone among them.
  package func recordedModels() throws(StorageError) -> Set<String> {
    try reading { db in try Self.models(db) }
  }

  static func models(_ db: Database) throws -> Set<String> {
    try Set(
      Row.fetchAll(
        db, sql: "SELECT DISTINCT model FROM series WHERE id <> ?",
        arguments: [MetricWriter.heartbeat]
      ).map { try $0.checked(0) })
  }
}
