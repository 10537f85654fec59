import Glibc
import Synchronization

/// The hashes of model files that were read before. A file is not read again while its inode, size and times are the
/// same; one that changed so lately that another change could leave them the same is.
package final class FileHashes: Sendable {
  private struct Stamp: Equatable {
    var device: UInt64
    var inode: UInt64
    var byteCount: Int64
    var modified: [Int]
    var changed: [Int]
  }

  private struct Known {
    var stamp: Stamp
    var sha256: String
  }

  private let known = Mutex<[String: Known]>([:])
  /// Seconds since 1970, by the clock that stamps files.
  private let now: @Sendable () -> Int
  private let read: @Sendable (_ path: String) -> (sha256: String, byteCount: Int64)?

  package convenience init() { self.init(now: { time(nil) }, read: { ModelFile.hash($0) }) }

  /// - Parameter read: reads a file whole, and hashes it; nil where that cannot be done.
  init(
    now: @escaping @Sendable () -> Int,
    read: @escaping @Sendable (_ path: String) -> (sha256: String, byteCount: Int64)?
  ) {
    self.now = now
    self.read = read
  }

  /// Hash and size of a file; nil when it cannot be read. Blocks on the disk.
  func hash(_ path: String) -> (sha256: String, byteCount: Int64)? {
    let before = Self.stamp(path)
    if let before, let known = known.withLock({ $0[path] }), known.stamp == before {
      return (known.sha256, before.byteCount)
    }
    let found = read(path)
    guard let found, let before, before == Self.stamp(path), now() - before.changed[0] >= 2 else {
      known.withLock { $0[path] = nil }
      return found
    }
    known.withLock { $0[path] = Known(stamp: before, sha256: found.sha256) }
    return found
  }

  private static func stamp(_ path: String) -> Stamp? {
    // The kernel fills the struct on our own stack, and keeps no pointer to it.
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Stamp(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
      modified: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec],
      changed: [status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
  }
}
