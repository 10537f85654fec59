import HTTPTypes
import NIOCore

/// The last infer head of a connection with what the checks made of it.
///
/// Clients that keep a connection send the same head again and again, but for the length of the body: equal bytes have
/// an equal meaning, so they are compared instead of read anew.
final class HeadMemo: Sendable {
  let head: PlainHead
  let admission: RequestChecks.Admission
  let inferHead: InferHead
  /// The client takes its reply in gzip.
  let takesGzip: Bool
  /// Up to the digits of `Content-Length`, and from there to the end of the blank line.
  private let start: ByteBuffer
  private let rest: ByteBuffer

  /// - Parameter bytes: all of the head, its blank line included.
  init(bytes: ByteBuffer, head: PlainHead, admission: RequestChecks.Admission) {
    self.head = head
    self.admission = admission
    inferHead = InferHead(head.request.headerFields)
    takesGzip = ContentCoding.takesGzip(head.request.headerFields)
    var bytes = bytes
    start = bytes.readSlice(length: head.lengthDigits.lowerBound) ?? ByteBuffer()
    bytes.moveReaderIndex(forwardBy: min(head.lengthDigits.count, bytes.readableBytes))
    rest = bytes
  }

  /// Whether what has come begins with this head.
  ///
  /// - Returns: the length of the head, and that of the body which it announces.
  func next(in waiting: ByteBuffer) -> (length: Int, contentLength: Int)? {
    let digits = waiting.readerIndex + start.readableBytes
    guard !head.lengthDigits.isEmpty,
      waiting.getSlice(at: waiting.readerIndex, length: start.readableBytes) == start
    else { return nil }
    var contentLength = 0
    var index = digits
    while index - digits < 15, let byte = waiting.getInteger(at: index, as: UInt8.self),
      byte &- UInt8(ascii: "0") < 10
    {
      contentLength = contentLength * 10 + Int(byte &- UInt8(ascii: "0"))
      index += 1
    }
    guard index > digits, waiting.getSlice(at: index, length: rest.readableBytes) == rest else {
      return nil
    }
    return (index + rest.readableBytes - waiting.readerIndex, contentLength)
  }
}
