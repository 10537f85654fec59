import Glibc

/// What there is of a disk, in bytes.
package struct DiskSpace: Sendable, Equatable {
  package var total: Int64
  /// What this user may still write.
  package var free: Int64

  package init(total: Int64, free: Int64) {
    self.total = total
    self.free = free
  }

  /// Of the disk under `path`; nil when it does not say.
  init?(at path: String) {
    var figures = statvfs()
    // The struct lives over the call.
    guard unsafe statvfs(path, &figures) == 0 else { return nil }
    let block = Int64(clamping: figures.f_frsize)
    total = Int64(clamping: figures.f_blocks) * block
    free = Int64(clamping: figures.f_bavail) * block
  }
}
