import GRDB

/// A database's marks and the steps that bring an older one up to date.
struct Schema {
  /// SQLite's application_id: whose file it is.
  let applicationID: Int
  /// `steps[n]` brings user_version n to n + 1. A released step never changes.
  let steps: [@Sendable (Database) throws -> Void]

  /// Checks whose file it is and that it is not from the future; then takes the missing steps, each in one transaction.
  func migrate(_ db: Database, path: String) throws {
    let found = try check(db, path: path)
    for version in found..<steps.count {
      try db.inTransaction(.immediate) {
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try steps[version](db)
        try db.execute(sql: "PRAGMA user_version = \(version + 1)")
        return .commit
      }
    }
  }

  /// - Returns: the file's version; 0 for an empty one.
  @discardableResult
  func check(_ db: Database, path: String) throws -> Int {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    let isEmpty = application == 0 && version == 0 && tables == 0
    guard isEmpty || application == applicationID else {
      throw StorageError.foreign(path: path, applicationID: application)
    }
    guard version <= steps.count else {
      throw StorageError.newerSchema(path: path, found: version, supported: steps.count)
    }
    return version
  }
}
