import CZlib

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
    var stream = z_stream()
    // 16: expect a gzip header. 15: the largest window.
    let code = inflateInit2_(
      &stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .corrupt(reason: "zlib cannot start (\(code))") }
    defer { inflateEnd(&stream) }
    let result = compressed.withUnsafeBufferPointer { input in
      inflateAll(&stream, input, limit: limit)
    }
    return try result.get()
  }

  private static func inflateAll(
    _ stream: inout z_stream, _ input: UnsafeBufferPointer<UInt8>, limit: Int
  ) -> Result<[UInt8], Failure> {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = UInt32(input.count)
    while true {
      let (code, written) = chunk.withUnsafeMutableBufferPointer { buffer in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        let code = inflate(&stream, Z_NO_FLUSH)
        return (code, buffer.count - Int(stream.avail_out))
      }
      guard output.count + written <= limit else { return .failure(.tooLarge(limit: limit)) }
      output.append(contentsOf: chunk[0..<written])
      switch code {
      case Z_STREAM_END:
        if stream.avail_in == 0 { return .success(output) }
        guard inflateReset(&stream) == Z_OK else {
          return .failure(.corrupt(reason: "a second part cannot be read"))
        }
      case Z_OK: break
      case Z_BUF_ERROR: return .failure(.truncated)
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(code)"
        return .failure(.corrupt(reason: reason))
      }
    }
  }
}
