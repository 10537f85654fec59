import Glibc

/// Which file a path stands for: another one in its place, or none, is not the file that was opened.
struct FileIdentity: Equatable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// Nil when there is no such file.
  init?(_ path: String) {
    guard let found = status(of: path) else { return nil }
    self.init(found)
  }

  fileprivate init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// What tells a file that was written from one that was not: whoever writes, or puts another file in its place, leaves another
/// one.
package struct FileStamp: Equatable, Sendable {
  private let identity: FileIdentity
  private let size: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil when there is no such file.
  package init?(_ path: String) {
    guard let found = status(of: path) else { return nil }
    identity = FileIdentity(found)
    size = Int64(found.st_size)
    seconds = found.st_mtim.tv_sec
    nanoseconds = found.st_mtim.tv_nsec
  }

  /// Of the paths that are files.
  package static func all(of paths: [String]) -> [String: FileStamp] {
    paths.reduce(into: [:]) { stamps, path in stamps[path] = FileStamp(path) }
  }
}

/// Nil when there is no such file.
private func status(of path: String) -> stat? {
  var status = stat()
  // The path is read as a C string for the time of the call only.
  return unsafe stat(path, &status) == 0 ? status : nil
}
