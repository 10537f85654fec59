import Domain
import GRDB

/// Seconds that nobody served: a demo scores the hour before its start. They are measured like any other, and stand in
/// every panel and window; who judges live traffic leaves them out by what is marked here.
extension MetricStore {
  /// Writes what was folded of `seconds`, and their mark, in one transaction.
  ///
  /// - Parameter seconds: nothing is recorded of them yet; they count as seconds in which the recorder was at work.
  package func backfill(_ batch: PendingBatch, seconds: Range<Int64>) throws(StorageError) {
    try leaveRoom()
    try transact(
      batch, seconds: seconds, now: Timestamp(seconds: seconds.upperBound), isBackfill: true)
  }

  /// In seconds since 1970, ascending; no two touch.
  package func backfilled() throws(StorageError) -> [Range<Int64>] {
    try reading { db in try BackfillMark.all(db) }
  }
}

/// The stretches of `metrics.db` that were not served, in its table `meta`.
enum BackfillMark {
  private static let prefix = "backfill:"

  /// Marks `seconds`; what follows a stretch lengthens it.
  static func add(_ seconds: Range<Int64>, in db: Database) throws {
    let before = try all(db).last { $0.upperBound == seconds.lowerBound }
    let start = before?.lowerBound ?? seconds.lowerBound
    try MetricWriter.setMeta("\(prefix)\(start)", seconds.upperBound, in: db)
  }

  static func all(_ db: Database) throws -> [Range<Int64>] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT key, value FROM meta WHERE key >= ? AND key < ?",
      arguments: [prefix, "backfill;"])
    return try rows.compactMap { row -> Range<Int64>? in
      let key: String = try row.checked(0)
      let end = try row.count(1)
      guard let start = Int64(key.dropFirst(prefix.count)), start < end else { return nil }
      return start..<end
    }.sorted { $0.lowerBound < $1.lowerBound }
  }
}

extension [Range<Int64>] {
  /// Whether any of `seconds` lies in one of these stretches.
  package func touch(_ seconds: Range<Int64>) -> Bool { contains { $0.overlaps(seconds) } }
}
