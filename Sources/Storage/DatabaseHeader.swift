import Glibc

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
