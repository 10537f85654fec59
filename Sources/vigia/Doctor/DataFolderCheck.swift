import Foundation

/// Whether the stores can live in the data folder.
package struct DataFolderCheck: Sendable {
  private static let leastFree: UInt64 = 64 << 20
  private static let amplyFree: UInt64 = 1 << 30

  package var path: String

  package init(path: String) { self.path = path }

  package func checks() -> [DoctorCheck] {
    let name = "data folder"
    var isDirectory = ObjCBool(false)
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if exists, !isDirectory.boolValue {
      return [
        DoctorCheck(
          name, .fail, "\(path) is a file", action: "name a folder with data_dir or VIGIA_DATA_DIR")
      ]
    }
    let existing = exists ? path : nearestParent()
    guard access(existing, W_OK | X_OK) == 0 else {
      let owner = exists ? path : "\(path), as \(existing) is"
      return [
        DoctorCheck(
          name, .fail, "\(owner) not writable for this user",
          action: "chown or chmod it, or name another with VIGIA_DATA_DIR")
      ]
    }
    var checks = [
      exists
        ? Self.mode(of: path) : DoctorCheck(name, .ok, "\(path) will be made at the first start")
    ]
    checks.append(Self.disk(of: existing))
    return checks
  }

  private func nearestParent() -> String {
    var folder = FilePath.folder(of: path)
    while folder != "/", !FileManager.default.fileExists(atPath: folder) {
      folder = FilePath.folder(of: folder)
    }
    return folder
  }

  private static func mode(of path: String) -> DoctorCheck {
    var information = stat()
    guard stat(path, &information) == 0 else {
      return DoctorCheck("data folder", .fail, "\(path) cannot be examined")
    }
    let mode = information.st_mode & 0o777
    let detail = "\(path), mode \(String(mode, radix: 8))"
    guard mode & 0o077 == 0 else {
      let others = mode & 0o022 != 0 ? "others may write" : "others may look into it"
      return DoctorCheck(
        "data folder", .warn, detail + ": \(others)", action: "chmod 700 \(path)")
    }
    return DoctorCheck("data folder", .ok, detail)
  }

  private static func disk(of path: String) -> DoctorCheck {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else {
      return DoctorCheck("disk", .warn, "\(path) cannot be examined")
    }
    let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    return disk(free: free, fileSystem: MountTable.fileSystem(of: resolved, in: mounts))
  }

  /// - Parameter fileSystem: its type's name, as `ext4`; nil when it is not known.
  package static func disk(free: UInt64, fileSystem: String?) -> DoctorCheck {
    let size = free >= 10 << 30 ? "\(free >> 30) GB" : "\(free >> 20) MB"
    let detail = "\(size) free, \(fileSystem ?? "file system not known")"
    if let fileSystem, MountTable.isRemote(fileSystem) {
      return DoctorCheck(
        "disk", .fail, detail + ": SQLite's locks do not hold there",
        action: "put data_dir on a local disk")
    }
    if free < leastFree {
      return DoctorCheck("disk", .fail, detail, action: "free at least 64 MB")
    }
    if fileSystem == "tmpfs" || fileSystem == "ramfs" {
      return DoctorCheck(
        "disk", .warn, detail + ": gone after a reboot", action: "put data_dir on a disk")
    }
    if free < amplyFree {
      return DoctorCheck("disk", .warn, detail, action: "keep 1 GB free for the telemetry")
    }
    return DoctorCheck("disk", .ok, detail)
  }
}
