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
    case .SQLITE_IOERR: self = .inputOutput(path: path, detail: detail)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      self = .cannotOpen(path: path, reason: detail)
    case .SQLITE_MISUSE: self = .closed(path: path)
    default:
      self = .unexpected(path: path, detail: error.sql.map { "\(detail) in \($0)" } ?? detail)
    }
  }

  /// Runs `body`, and gives whatever it throws as a `StorageError`.
  static func translating<T>(_ path: String, _ body: () throws -> T) throws(StorageError) -> T {
    do { return try body() } catch { throw StorageError(error, path: path) }
  }
}
