import Foundation

/// A database whose host is dead, or a copy of one: how to read it so that nothing is written beside it.
///
/// Without a write-ahead log the file is the whole truth and is opened as immutable: SQLite then makes neither log nor
/// index. A log that a crash left holds the last seconds and is read along; then SQLite makes its index (`-shm`, 32 kB)
/// where there is none.
struct RecordedFile {
  let path: String

  init(_ path: String) { self.path = path }

  /// What SQLite is to open.
  var location: String {
    let log = DurableFile.size(path + "-wal")
    let isIndexed = FileManager.default.fileExists(atPath: path + "-shm")
    let isLogged = FileManager.default.fileExists(atPath: path + "-wal")
    // An empty log with an index may be one that a server begins to write just now.
    guard log > 0 || (isLogged && isIndexed) else { return "file:\(escaped)?immutable=1" }
    return path
  }

  /// What SQLite is to open where a server may begin to write at any moment: the file is immutable only where nobody can write
  /// beside it, as on a disk that is mounted read-only.
  var locationInUse: String {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return FileManager.default.isWritableFile(atPath: folder) ? path : location
  }

  /// As a URI needs it.
  ///
  /// Source: sqlite.org, "Uniform Resource Identifiers": `?`, `#` and `%` are escaped.
  private var escaped: String {
    path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
  }
}
