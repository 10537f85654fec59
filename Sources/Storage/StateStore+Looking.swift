import GRDB

extension StateStore {
  /// Reads one state of a `state.db` on a connection of its own, read-only.
  ///
  /// Ended by a rollback: after a page that could not be read SQLite refuses the commit of what only reads as well, and all
  /// that could be read would be lost with it.
  static func looking<Value>(at path: String, _ body: (Database) throws -> Value) throws -> Value {
    let queue = try DatabaseQueue(
      path: RecordedFile(path).locationInUse, configuration: configuration(isReadOnly: true))
    defer { try? queue.close() }
    return try queue.unsafeRead { db in
      try db.beginTransaction(.deferred)
      defer { try? db.rollback() }
      return try body(db)
    }
  }
}
