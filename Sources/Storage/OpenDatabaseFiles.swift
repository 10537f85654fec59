import Foundation

/// A database that is open, and its write-ahead log.
struct OpenDatabaseFiles {
  enum Displacement {
    case removed
    case replaced
    /// The file is in its place, its log is not: what is committed is in a file without a name until the next checkpoint.
    case logLost
  }

  private let path: String
  private let file: FileIdentity?
  private let log: FileIdentity?

  /// To be made after SQLite opened it: that makes the log.
  init(_ path: String) {
    self.path = path
    file = FileIdentity(path)
    log = FileIdentity(path + "-wal")
  }

  /// What became of the file since; nil while it is in its place.
  var displacement: Displacement? {
    let found = FileIdentity(path)
    guard found == file else { return found == nil ? .removed : .replaced }
    return log != nil && FileIdentity(path + "-wal") != log ? .logLost : nil
  }

  /// When the file and its log were written last, by whomever.
  var stamps: [FileStamp?] { [FileStamp(path), FileStamp(path + "-wal")] }

  /// Takes away the log of a file that is not in its place, after it was closed: SQLite leaves it there then, and would
  /// replay it into whatever stands in that place. A log that is another file stays.
  func dropLog() {
    guard displacement != nil, let log, FileIdentity(path + "-wal") == log else { return }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }
}
