import Foundation
import Glibc

/// Small files that must survive a power cut, private to the user whatever the umask.
package enum DurableFile {
  /// Puts `bytes` in the place of the file at `path`: afterwards there is either the old file or the new one.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
    let temporary = path + ".new"
    let file = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    do {
      defer { _ = Glibc.close(file) }
      try write(bytes, to: file, path: temporary)
      guard fsync(file) == 0 else { throw failure(temporary) }
    }
    // Strings are passed as C paths for the time of the call only.
    guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
    try syncFolder(of: path)
  }

  /// Appends `line` and a line feed in one write. The sync is asked for on a thread of its own and not waited for:
  /// this file is written when the disk may be hanging.
  static func append(line: [UInt8], to path: String) throws(StorageError) {
    let file = try open(path, O_RDWR | O_CREAT | O_APPEND)
    let size = lseek(file, 0, SEEK_END)
    var bytes = line + [UInt8(ascii: "\n")]
    if size > 0, lastByte(of: file, size: size) != UInt8(ascii: "\n") {
      bytes.insert(UInt8(ascii: "\n"), at: 0)
    }
    do {
      try write(bytes, to: file, path: path)
    } catch {
      _ = Glibc.close(file)
      throw error
    }
    Thread.detachNewThread {
      _ = fsync(file)
      _ = Glibc.close(file)
    }
  }

  /// Makes the file when it is missing, and takes it from group and others when they could read it.
  static func makePrivate(_ path: String) throws(StorageError) {
    _ = Glibc.close(try open(path, O_RDWR | O_CREAT))
  }

  /// Takes a file that is there from group and others when they could read it. One that is not ours to change stays.
  ///
  /// It is not opened: with the closing of any descriptor of a file its process's locks on it end, and SQLite has some.
  static func keepPrivate(_ path: String) {
    var status = stat()
    // Strings are passed as C paths for the time of the call only.
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 != 0
    else { return }
    _ = unsafe chmod(path, 0o600)
  }

  /// Likewise a database's log and its index, of a run that ended by a kill.
  static func keepCompanionsPrivate(of path: String) {
    for suffix in ["-wal", "-shm"] { keepPrivate(path + suffix) }
  }

  /// What others wrote into the file is on the disk afterwards.
  static func sync(_ path: String) throws(StorageError) {
    let file = try open(path, O_RDWR)
    defer { _ = Glibc.close(file) }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  static func move(_ path: String, to destination: String) throws(StorageError) {
    guard unsafe rename(path, destination) == 0 else { throw failure(path) }
    try syncFolder(of: path)
  }

  /// Makes a file of so many bytes that are really the disk's; nothing stays when there is no room.
  static func allocate(_ path: String, bytes: Int64) throws(StorageError) {
    let file = try open(path, O_RDWR | O_CREAT)
    defer { _ = Glibc.close(file) }
    let code = posix_fallocate(file, 0, off_t(bytes))
    guard code == 0 else {
      _ = unsafe unlink(path)
      errno = code
      throw failure(path)
    }
  }

  /// Gives a file a second name.
  static func link(_ path: String, as other: String) throws(StorageError) {
    guard unsafe Glibc.link(path, other) == 0 else { throw failure(path) }
    try syncFolder(of: path)
  }

  /// Nil when there is no such file.
  static func read(_ path: String) throws(StorageError) -> [UInt8]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw .cannotOpen(path: path, reason: "\(error)")
    }
  }

  /// 0 when there is no such file.
  static func size(_ path: String) -> Int64 {
    var status = stat()
    // The path is read as a C string for the time of the call only.
    return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Durable in the folder's own list of names.
  package static func syncFolder(of path: String) throws(StorageError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let file = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw failure(folder) }
    defer { _ = Glibc.close(file) }
    guard fsync(file) == 0 else { throw failure(folder) }
  }

  private static func open(_ path: String, _ flags: Int32) throws(StorageError) -> Int32 {
    let file = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failure(path) }
    // The umask may have taken from the mode, an older file may have more.
    guard fchmod(file, 0o600) == 0 else {
      let failure = failure(path)
      _ = Glibc.close(file)
      throw failure
    }
    return file
  }

  private static func write(
    _ bytes: [UInt8], to file: Int32, path: String
  ) throws(StorageError) {
    var done = 0
    while done < bytes.count {
      // The pointer lives as long as the array's storage is borrowed.
      let written = unsafe bytes[done...].withUnsafeBytes { buffer in
        unsafe Glibc.write(file, buffer.baseAddress, buffer.count)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure(path) }
      done += written
    }
  }

  private static func lastByte(of file: Int32, size: off_t) -> UInt8? {
    var byte: UInt8 = 0
    return unsafe pread(file, &byte, 1, size - 1) == 1 ? byte : nil
  }

  private static func failure(_ path: String) -> StorageError {
    let code = errno
    if code == ENOSPC || code == EDQUOT { return .full(path: path) }
    let reason = unsafe String(cString: strerror(code))
    return code == EIO
      ? .inputOutput(path: path, detail: reason) : .cannotOpen(path: path, reason: reason)
  }
}
