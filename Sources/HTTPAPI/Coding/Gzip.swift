import CZlib
import NIOCore
import NIOPosix

/// The compressed forms of a body, whole: gzip (RFC 1952) and, of what comes in, deflate (RFC 1950).
///
/// Raw memory: zlib reads and writes through pointers. Each of them is of a buffer that lives longer than the one call
/// it is given to, and goes with that buffer's own length.
enum Gzip {
  enum Failure: Error, Equatable {
    case corrupt(reason: String)
    case truncated
    /// More than the limit would come out.
    case tooLarge
    /// What others are unpacking leaves no room.
    case noRoom
  }

  enum Form: Int32 {
    /// The largest window, and 16 for the gzip header.
    case gzip = 31
    case deflate = 15
  }

  /// - Returns: nil where it would not get smaller.
  /// - Precondition: not on an event loop, where others would wait for it; looked at in debug builds.
  static func compressed(_ body: ByteBuffer) -> ByteBuffer? {
    assert(MultiThreadedEventLoopGroup.currentEventLoop == nil, "packing on an event loop")
    let length = body.readableBytes
    guard length <= Int(UInt32.max) / 2 else { return nil }
    var stream = unsafe z_stream()
    // Replies are made while somebody waits: the fastest level.
    guard
      unsafe deflateInit2_(
        &stream, Z_BEST_SPEED, Z_DEFLATED, Form.gzip.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { unsafe deflateEnd(&stream) }
    var output = ByteBuffer()
    var code = Z_OK
    unsafe body.withUnsafeReadableBytes { input in
      unsafe stream.next_in = UnsafeMutablePointer(
        mutating: input.bindMemory(to: UInt8.self).baseAddress)
      unsafe stream.avail_in = UInt32(length)
      // Room for one byte less than there are: else it would not pay.
      unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
        let room = unsafe room.bindMemory(to: UInt8.self)
        unsafe stream.next_out = room.baseAddress
        unsafe stream.avail_out = UInt32(length - 1)
        code = unsafe deflate(&stream, Z_FINISH)
        return unsafe length - 1 - Int(stream.avail_out)
      }
    }
    return code == Z_STREAM_END ? output : nil
  }

  /// All members of the body, one after the other.
  ///
  /// - Parameters:
  ///   - limit: bytes that may come out: a small body can hold a thousand times its size.
  ///   - budget: what all that is being unpacked may hold together. The bytes of the result are taken from it, and are
  ///     the caller's to give back.
  static func unpacked(
    _ body: ByteBuffer, _ form: Form, limit: Int, budget: ByteBudget
  ) throws(Failure) -> ByteBuffer {
    var stream = unsafe z_stream()
    let code = unsafe inflateInit2_(
      &stream, form.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .corrupt(reason: "zlib cannot start (\(code))") }
    defer { unsafe inflateEnd(&stream) }
    var output = ByteBuffer()
    let result = unsafe body.withUnsafeReadableBytes { input -> Result<Void, Failure> in
      unsafe stream.next_in = UnsafeMutablePointer(
        mutating: input.bindMemory(to: UInt8.self).baseAddress)
      unsafe stream.avail_in = UInt32(clamping: input.count)
      return unsafe inflateAll(&stream, to: &output, limit: limit, budget: budget)
    }
    guard case .failure(let failure) = result else { return output }
    budget.give(back: output.readableBytes)
    throw failure
  }

  private static func inflateAll(
    _ stream: inout z_stream, to output: inout ByteBuffer, limit: Int, budget: ByteBudget
  ) -> Result<Void, Failure> {
    while true {
      var code = Z_OK
      let written = unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: chunk) { room in
        let room = unsafe room.bindMemory(to: UInt8.self)
        unsafe stream.next_out = room.baseAddress
        unsafe stream.avail_out = UInt32(chunk)
        code = unsafe inflate(&stream, Z_NO_FLUSH)
        return unsafe chunk - Int(stream.avail_out)
      }
      guard budget.take(written) else {
        // They are not counted, so that they are not given back.
        output.moveWriterIndex(to: output.writerIndex - written)
        return .failure(.noRoom)
      }
      guard output.readableBytes <= limit else { return .failure(.tooLarge) }
      switch code {
      case Z_STREAM_END:
        if unsafe stream.avail_in == 0 { return .success(()) }
        guard unsafe inflateReset(&stream) == Z_OK else {
          return .failure(.corrupt(reason: "a second part cannot be read"))
        }
      case Z_OK: break
      case Z_BUF_ERROR: return .failure(.truncated)
      default:
        let reason = unsafe stream.msg.map { unsafe String(cString: $0) }
        return .failure(.corrupt(reason: reason ?? "zlib error \(code)"))
      }
    }
  }

  private static let chunk = 65_536
}
