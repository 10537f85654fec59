import GRDB

extension StorageError {
  /// What SQLite's error means for the file at `path`.
  init(_ error: any Error, path: String) {
    if let error = error as? StorageError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .unexpected(path: path, detail: "\(error)")
      return
    }
    let detail = "\(error.extendedResultCode): \(error.message ?? "no message")"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full(path: path)
    // The log's index could not be lengthened.
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
      self = .full(path: path)
    case .SQLITE_IOERR: self = .inputOutput(path: path, detail: detail)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      self = .corrupt(path: path, detail: detail)
    case .SQLITE_ERROR where Self.isOfBrokenSchema(error):
      self = .corrupt(path: path, detail: detail)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      self = .cannotOpen(path: path, reason: detail)
    case .SQLITE_MISUSE: self = .closed(path: path)
    default:
      self = .unexpected(path: path, detail: error.sql.map { "\(detail) in \($0)" } ?? detail)
    }
  }

  /// Whether the file's version and its tables contradict each other: statements never change.
  private static func isOfBrokenSchema(_ error: DatabaseError) -> Bool {
    guard error.resultCode == .SQLITE_ERROR, let message = error.message else { return false }
    return [
      "no such ", "has no column", "values for", "already exists", "duplicate column name",
      "unsupported file format",
    ].contains { message.contains($0) }
  }

  /// Of the damage, without the sentence around it.
  var detail: String {
    if case .corrupt(_, let detail) = self { detail } else { description }
  }

  /// Runs `body`, and gives whatever it throws as a `StorageError`.
  static func translating<T>(_ path: String, _ body: () throws -> T) throws(StorageError) -> T {
    do { return try body() } catch { throw StorageError(error, path: path) }
  }
}
