import Glibc
import Synchronization

/// The first bytes of a SQLite file, read past SQLite: what it keeps in memory hides what became of the file, and a version
/// of the future makes it take the file for one that cannot be written.
///
/// Source: SQLite, "Database File Format", section 1.3.
enum DatabaseHeader {
  private static let magic = Array("SQLite format 3\0".utf8)

  /// Why the file cannot be a database; nil when its header is sound, and for a file that is empty or not there.
  static func damage(_ path: String) -> String? {
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { _ = Glibc.close(file) }
    return damage(file)
  }

  /// Likewise of a file that SQLite may have open in this process. Closing any descriptor of a file drops all POSIX locks
  /// that the process has on it: another program that opens the database then takes itself for the last one, and removes
  /// the log when it leaves. So the descriptor stays open.
  ///
  /// Source: SQLite, "How To Corrupt An SQLite Database File", section 2.2.
  static func damage(ofOpen path: String) -> String? {
    opened.withLock { opened in
      guard let identity = FileIdentity(path) else { return nil }
      if let known = opened.first(where: { $0.path == path && $0.identity == identity }) {
        return damage(known.file)
      }
      let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      // What stood in its place before is open for nobody any more; beyond that a server has two files.
      let gone = opened.filter { $0.path == path } + opened.dropLast(openedMax)
      opened.removeAll { one in gone.contains { $0.file == one.file } }
      for one in gone { _ = Glibc.close(one.file) }
      opened.append((path, identity, file))
      return damage(file)
    }
  }

  private static let openedMax = 16
  private static let opened = Mutex<[(path: String, identity: FileIdentity, file: Int32)]>([])

  private static func damage(_ file: Int32) -> String? {
    var header = [UInt8](repeating: 0, count: 20)
    // The array's storage is its own for the time of the call.
    let count = unsafe header.withUnsafeMutableBytes { buffer in
      unsafe pread(file, buffer.baseAddress, buffer.count, 0)
    }
    guard count > 0 else { return nil }
    header.removeSubrange(count...)
    guard header.starts(with: magic.prefix(header.count)) else {
      return "the file does not begin like a database"
    }
    guard header.count == 20 else { return "the file ends within its header" }
    let version = header[18]
    return (1...2).contains(version) ? nil : "the header has write version \(version)"
  }
}
