import GRDB

/// A database's marks and the steps that bring an older one up to date.
struct Schema {
  /// SQLite's application_id: whose file it is.
  let applicationID: Int
  /// `steps[n]` brings user_version n to n + 1. A released step never changes.
  let steps: [@Sendable (Database) throws -> Void]

  /// Checks whose file it is and that it is not from the future; then takes the missing steps, all in one transaction:
  /// after a failure or a kill the file is the old one, which the old Vigia still reads.
  func migrate(_ db: Database, path: String) throws {
    let found = try check(db, path: path)
    guard found < steps.count else { return }
    try db.inTransaction(.immediate) {
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      for step in steps[found...] { try step(db) }
      try db.execute(sql: "PRAGMA user_version = \(steps.count)")
      return .commit
    }
  }

  /// No later Vigia has more steps: a version past it is damage.
  private static let versionsToCome = 1_000

  /// - Returns: the file's version; 0 for an empty one.
  @discardableResult
  func check(_ db: Database, path: String) throws -> Int {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    let isEmpty = application == 0 && version == 0 && tables == 0
    guard isEmpty || application == applicationID else {
      // One byte off is damage, not another program.
      guard ((application ^ applicationID) & 0xffff_ffff).isWithinOneByte else {
        throw StorageError.foreign(path: path, applicationID: application)
      }
      throw StorageError.corrupt(path: path, detail: "application id \(application)")
    }
    guard (0...Self.versionsToCome).contains(version) else {
      throw StorageError.corrupt(path: path, detail: "schema \(version)")
    }
    guard version <= steps.count else {
      throw StorageError.newerSchema(path: path, found: version, supported: steps.count)
    }
    return version
  }
}

extension Database {
  /// Whether there is such a table with such a column: older schemas have fewer.
  func has(_ column: String, in table: String) throws -> Bool {
    try Bool.fetchOne(
      self, sql: "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?) WHERE name = ?)",
      arguments: [table, column]) ?? false
  }
}

extension Int {
  fileprivate var isWithinOneByte: Bool {
    stride(from: 0, to: 32, by: 8).contains { self & ~(0xff << $0) == 0 }
  }
}
