/// Which file system a path is on. Source: proc(5), `/proc/pid/mountinfo`.
package enum MountTable {
  /// The type of the mount that holds the path, as `ext4`; the last one mounted where several do.
  ///
  /// - Parameter path: absolute, without symbolic links.
  package static func fileSystem(of path: String, in mountinfo: String) -> String? {
    var best: (length: Int, type: String)?
    for line in mountinfo.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 6, let dash = fields.dropFirst(6).firstIndex(of: "-"),
        fields.indices.contains(dash + 1)
      else { continue }
      let point = unescaped(fields[4])
      let isHolder = point == "/" || path == point || path.hasPrefix(point + "/")
      if isHolder, point.utf8.count >= best?.length ?? 0 {
        best = (point.utf8.count, String(fields[dash + 1]))
      }
    }
    return best?.type
  }

  /// Whether SQLite's locks and shared memory cannot be trusted on it.
  package static func isRemote(_ fileSystem: String) -> Bool {
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "fuse.sshfs"]
      .contains(fileSystem)
  }

  /// Blanks are written as `\\040`.
  private static func unescaped(_ field: Substring) -> String {
    String(field).replacing("\\040", with: " ").replacing("\\011", with: "\t")
      .replacing("\\012", with: "\n").replacing("\\134", with: "\\")
  }
}
