import Crypto
import Foundation
import Glibc
import Synchronization

/// The text of a CSV file, piece by piece: plain, gzip (by its name's end), or standard input (`-`).
///
/// @unchecked Sendable: one thread reads; others ask for `fraction` alone, which is atomic.
package final class InputSource: @unchecked Sendable {
  /// What makes it the same input at another time.
  package struct Identity: Sendable, Equatable, Codable {
    package var bytes: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    /// SHA-256 of the first 64 KiB, hexadecimal.
    package var head: String

    package init(bytes: Int64, modified: Int64, head: String) {
      self.bytes = bytes
      self.modified = modified
      self.head = head
    }
  }

  package let path: String
  /// Nil for what is no regular file: it cannot be read twice.
  package let identity: Identity?
  /// The first 256 KiB of text, or all of it.
  package private(set) var head: [UInt8] = []
  /// Whether `head` is all there is.
  package private(set) var isWholeInHead = false
  private let descriptor: Int32
  private let gunzip: GunzipStream?
  private var headIsDue = true
  private var isAtEnd = false
  private var raw: [UInt8]
  /// Bytes to leave out first.
  private var skipped = 0

  /// Opens it and reads its begin. Blocks.
  package init(_ path: String) throws(ScoreError) {
    self.path = path == "-" ? "standard input" : path
    descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .file(
        path: path, reason: errno == ENOENT ? "no such file" : "cannot be read: \(errnoText())")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .file(path: path, reason: "expected a CSV file, found a folder")
    }
    let isGzip = path.hasSuffix(".gz")
    // What is compressed may grow a thousandfold.
    raw = [UInt8](repeating: 0, count: isGzip ? 64 << 10 : 1 << 20)
    do throws(Gunzip.Failure) {
      gunzip = isGzip ? try GunzipStream() : nil
    } catch {
      close(descriptor)
      throw .file(path: path, reason: "\(error)")
    }
    identity =
      path != "-" && status.st_mode & S_IFMT == S_IFREG ? Self.identity(descriptor, status) : nil
    size = identity?.bytes
    while head.count < Self.headSize, let piece = try next() { head += piece }
    isWholeInHead = isAtEnd
  }

  deinit { close(descriptor) }

  private static let headSize = 256 << 10

  /// Bytes of the file, as it lies on the disk; nil where nobody knows.
  package let size: Int64?

  /// How far the file has been read, of `size`.
  package var fraction: Double? {
    guard let size, size > 0 else { return nil }
    return min(1, Double(offsetOnDisk.load(ordering: .relaxed)) / Double(size))
  }
  private let offsetOnDisk = Atomic<Int64>(0)

  /// Leaves out so many bytes of text. To be called before the first `read`.
  package func skip(to offset: Int) throws(ScoreError) {
    skipped = offset
    guard gunzip == nil, offset > head.count else { return }
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw unreadable() }
    offsetOnDisk.store(Int64(offset), ordering: .relaxed)
    headIsDue = false
    isAtEnd = false
    skipped = 0
  }

  /// The next piece of text; nil at the end.
  package func read() throws(ScoreError) -> ArraySlice<UInt8>? {
    while let piece = try headIsDue ? takeHead() : next() {
      guard skipped > 0 else { return piece }
      let left = piece.dropFirst(skipped)
      skipped -= piece.count - left.count
      if !left.isEmpty { return left }
    }
    return nil
  }

  private func takeHead() -> ArraySlice<UInt8> {
    headIsDue = false
    return head[...]
  }

  private func next() throws(ScoreError) -> ArraySlice<UInt8>? {
    while !isAtEnd {
      let count = raw.withUnsafeMutableBytes { buffer in
        var count: Int
        repeat {
          count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        } while count < 0 && errno == EINTR
        return count
      }
      guard count >= 0 else { throw unreadable() }
      offsetOnDisk.add(Int64(count), ordering: .relaxed)
      do throws(Gunzip.Failure) {
        guard count > 0 else {
          isAtEnd = true
          try gunzip?.finish()
          return nil
        }
        guard let gunzip else { return raw[0..<count] }
        var text: [UInt8] = []
        try gunzip.inflate(raw[0..<count]) { piece in
          text += piece
          return true
        }
        if !text.isEmpty { return text[...] }
      } catch {
        throw compression(error)
      }
    }
    return nil
  }

  private func unreadable() -> ScoreError {
    .file(path: path, reason: "cannot be read: \(errnoText())")
  }

  private func compression(_ failure: Gunzip.Failure) -> ScoreError {
    let text = StreamError(path, .compression(failure)).description
    return .file(path: path, reason: String(text.dropFirst(path.count + 2)))
  }

  private static func identity(_ descriptor: Int32, _ status: stat) -> Identity {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    let digest = SHA256.hash(data: bytes.prefix(max(0, count)))
    return Identity(
      bytes: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      head: digest.map { String(format: "%02x", $0) }.joined())
  }
}
