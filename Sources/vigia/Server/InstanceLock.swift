import Foundation
import Glibc

/// The lock on a data folder: one server at a time. It ends with the process, however that ends.
final class InstanceLock: Sendable {
  static let fileName = "vigia.lock"

  private let descriptor: Int32

  /// Takes the lock and writes this process's id into the file.
  init(directory: String) throws(StartError) {
    let path = "\(directory)/\(Self.fileName)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .dataDirectory(path: directory, reason: errnoText()) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .alreadyRunning(directory: directory, pid: Self.holder(of: directory))
    }
    // The umask may have taken from the mode, an older file may have more.
    fchmod(descriptor, 0o600)
    let text = "\(getpid())\n"
    ftruncate(descriptor, 0)
    _ = text.utf8CString.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, text.utf8.count, 0) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The process that holds the lock, as the file says; nil when nobody does.
  static func holder(of directory: String) -> Int32? {
    let path = "\(directory)/\(fileName)"
    let probe = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard probe >= 0 else { return nil }
    defer { close(probe) }
    if flock(probe, LOCK_SH | LOCK_NB) == 0 { return nil }
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }
}

/// The system's words for what the last call met.
func errnoText() -> String { String(cString: strerror(errno)) }
