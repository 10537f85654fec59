import Foundation

/// The files of pages: other people's, so bounded, and never a pipe that nobody writes to.
enum PageFile {
  struct Failure: Error, Equatable {
    var reason: String
  }

  /// What tells that a file is another than before.
  struct Stamp: Equatable {
    var inode: UInt64 = 0
    var size: Int64 = 0
    var seconds = 0
    var nanoseconds = 0
  }

  /// Names that end in `.md`, sorted; hidden ones, `README.md` and what site generators name `_index.md` are not pages.
  static func names(in folder: String) throws(Failure) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { name in
          name.hasSuffix(".md") && name != "README.md" && name.first != "." && name.first != "_"
        }.sorted()
    } catch {
      throw Failure(reason: "the folder of runbooks cannot be read: \(lastError())")
    }
  }

  /// Nil when there is none.
  static func stamp(of path: String) -> Stamp? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return Stamp(
      inode: UInt64(info.st_ino), size: Int64(info.st_size), seconds: info.st_mtim.tv_sec,
      nanoseconds: info.st_mtim.tv_nsec)
  }

  /// The text, and whether all its bytes were UTF-8.
  static func text(of path: String, limit: Int) throws(Failure) -> (String, Bool) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(reason: "cannot be read: \(lastError())") }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw Failure(reason: "cannot be read: it is no file")
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= limit {
      let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw Failure(reason: "cannot be read: \(lastError())") }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    guard bytes.count <= limit else {
      throw Failure(reason: "larger than \(limit >> 10) KB; a page is for reading in a hurry")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return (text, String(validating: bytes, as: UTF8.self) != nil)
  }

  private static func lastError() -> String { String(cString: strerror(errno)) }
}
