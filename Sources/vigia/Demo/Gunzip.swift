/// Decompresses gzip files (RFC 1952), whole, up to a bound.
package enum Gunzip {
  package enum Failure: Error, Equatable, Sendable {
    case notGzip
    case corrupt(reason: String)
    case truncated
    case tooLarge(limit: Int)
  }

  /// All members of a gzip file, one after the other.
  ///
  /// - Parameter limit: most bytes that may come out: a small file can hold a thousand times its size.
  package static func bytes(of compressed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    guard compressed.count >= 2, compressed[0] == 0x1F, compressed[1] == 0x8B else {
      throw .notGzip
    }
    guard compressed.count <= Int(UInt32.max) else { throw .tooLarge(limit: limit) }
    let stream = try GunzipStream()
    var output: [UInt8] = []
    var isTooLarge = false
    try stream.inflate(compressed[...]) { piece in
      isTooLarge = output.count + piece.count > limit
      if !isTooLarge { output.append(contentsOf: piece) }
      return !isTooLarge
    }
    guard !isTooLarge else { throw .tooLarge(limit: limit) }
    try stream.finish()
    return output
  }
}
