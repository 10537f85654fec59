import Crypto
import Domain
import Foundation

extension ModelFile {
  /// Reads the file whole and hashes what was read, so that the hash is that of the bytes that will run. Blocks.
  ///
  /// - Parameter limit: bytes; a larger file is refused unread.
  /// - Throws: `load` with the reason, also when the bytes are not those that the repository's scan found.
  package func contents(limit: Int64) throws(InferenceError) -> [UInt8] {
    let (bytes, found) = try Self.read(path, of: version, limit: limit)
    guard sha256.isEmpty || found == sha256 else {
      throw .load(version, path: path, .changed(expected: sha256, found: found))
    }
    return bytes
  }

  /// The file's hash as it is now, in hexadecimal; nil when it cannot be read. Blocks.
  func currentSHA256() -> String? { isRemote ? sha256 : Self.hash(path)?.sha256 }

  /// Hash and size of a file, read piece by piece.
  static func hash(_ path: String) -> (sha256: String, byteCount: Int64)? {
    guard isRegular(path), let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    var hasher = SHA256()
    var count: Int64 = 0
    while true {
      guard let piece = try? file.read(upToCount: 1 << 20) ?? Data() else { return nil }
      if piece.isEmpty { break }
      hasher.update(data: piece)
      count += Int64(piece.count)
    }
    return (hexadecimal(hasher.finalize()), count)
  }

  private static func read(
    _ path: String, of version: ModelVersion, limit: Int64
  ) throws(InferenceError) -> ([UInt8], sha256: String) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .load(version, path: path, .missing)
    }
    guard isRegular(path) else {
      throw .load(version, path: path, .unreadable(reason: "it is no regular file"))
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .load(version, path: path, .unreadable(reason: "it cannot be opened"))
    }
    defer { try? file.close() }
    do {
      let data = try file.read(upToCount: Int(clamping: limit) + 1) ?? Data()
      guard data.count <= limit else {
        throw InferenceError.load(
          version, path: path, .tooLarge(bytes: Int64(data.count), limit: limit))
      }
      return (Array(data), hexadecimal(SHA256.hash(data: data)))
    } catch let error as InferenceError {
      throw error
    } catch {
      throw .load(version, path: path, .unreadable(reason: error.localizedDescription))
    }
  }

  /// Whether it is a file, or a link to one: a pipe would never be read to its end.
  static func isRegular(_ path: String) -> Bool {
    let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
    return type as? FileAttributeType == .typeRegular
  }

  static func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
