import CZlib

/// Decompresses gzip data (RFC 1952) that come in pieces; a file's members follow each other without a seam.
package final class GunzipStream {
  // On the heap: zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var chunk = [UInt8](repeating: 0, count: 256 << 10)
  /// A member has begun and not ended.
  private var isInside = false
  private var hasBegun = false

  package init() throws(Gunzip.Failure) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16: expect a gzip header. 15: the largest window.
    let code = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .corrupt(reason: "zlib cannot start (\(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Hands on what `compressed` holds, piece by piece, until `take` returns false.
  package func inflate(
    _ compressed: ArraySlice<UInt8>, into take: (ArraySlice<UInt8>) -> Bool
  ) throws(Gunzip.Failure) {
    let result = compressed.withUnsafeBufferPointer { input in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = UInt32(input.count)
      return Result { () throws(Gunzip.Failure) in try inflateAll(take) }
    }
    try result.get()
  }

  /// To be called when there are no more data: they must end with a member.
  package func finish() throws(Gunzip.Failure) {
    guard !isInside else { throw .truncated }
    guard hasBegun else { throw .notGzip }
  }

  private func inflateAll(_ take: (ArraySlice<UInt8>) -> Bool) throws(Gunzip.Failure) {
    while stream.pointee.avail_in > 0 || (isInside && stream.pointee.avail_out == 0) {
      let size = chunk.count
      let code = chunk.withUnsafeMutableBufferPointer { buffer in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(size)
        return CZlib.inflate(stream, Z_NO_FLUSH)
      }
      let written = size - Int(stream.pointee.avail_out)
      switch code {
      case Z_STREAM_END:
        isInside = false
        hasBegun = true
        guard inflateReset(stream) == Z_OK else {
          throw .corrupt(reason: "a second part cannot be read")
        }
      case Z_OK: isInside = true
      // It wants more, and there is no more in this piece.
      case Z_BUF_ERROR: isInside = true
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(code)"
        let isOther = !hasBegun && !isInside && reason == "incorrect header check"
        throw isOther ? .notGzip : .corrupt(reason: reason)
      }
      if written > 0, !take(chunk[0..<written]) { return }
      if code == Z_BUF_ERROR { return }
    }
  }
}
