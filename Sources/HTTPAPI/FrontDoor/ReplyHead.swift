import HTTPTypes
import NIOCore
import NIOHTTP1

/// Writes the head of an HTTP/1.1 reply.
enum ReplyHead {
  /// The status line, and the fields that every reply has.
  static func start(
    _ status: HTTPResponse.Status, length: Int, date: String, closes: Bool,
    allocator: ByteBufferAllocator
  ) -> ByteBuffer {
    var bytes = allocator.buffer(capacity: 512 + length)
    if status == .ok {
      bytes.writeStaticString("HTTP/1.1 200 OK\r\ncontent-length: ")
    } else {
      let known = HTTPResponseStatus(statusCode: status.code)
      bytes.writeString("HTTP/1.1 \(known.code) \(known.reasonPhrase)\r\ncontent-length: ")
    }
    bytes.writeString(String(length))
    bytes.writeStaticString("\r\ndate: ")
    bytes.writeString(date)
    if closes { bytes.writeStaticString("\r\nconnection: close") }
    bytes.writeStaticString("\r\n")
    return bytes
  }

  /// - Precondition: `value` holds no line break: none of ours does, and an `HTTPField` cannot.
  static func append(_ name: HTTPField.Name, _ value: String, to bytes: inout ByteBuffer) {
    bytes.writeString(name.rawName)
    bytes.writeStaticString(": ")
    bytes.writeString(value)
    bytes.writeStaticString("\r\n")
  }

  static func end(_ bytes: inout ByteBuffer) { bytes.writeStaticString("\r\n") }
}
