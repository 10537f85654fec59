import HTTPAPI
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// The promise that keeps requests from being smuggled: where `PlainHead` reads a request, NIO's decoder reads the same
/// one, to the byte at which it ends.
struct HeadProperty: Sendable {
  /// What is put to the test; another shows that a fault is found.
  var read: @Sendable (_ bytes: [UInt8]) -> PlainHead.Reading = {
    PlainHead.read($0.span, limit: 65_536)
  }

  /// A reader that knows lengths of two digits.
  static let planted = HeadProperty { bytes in
    guard case .plain(var head, let length) = PlainHead.read(bytes.span, limit: 65_536) else {
      return .notPlain
    }
    head.contentLength %= 100
    return .plain(head, length: length)
  }

  /// - Returns: what the two disagree on; nil when they agree, or the head is left to the decoder.
  func fault(_ bytes: [UInt8]) -> String? {
    guard case .plain(let head, let length) = read(bytes) else { return nil }
    guard head.contentLength <= Self.bodyMax else { return nil }
    // The very bytes that the front door takes for this request, and the first of the next one.
    let body = bytes.dropFirst(length).prefix(head.contentLength)
    let missing = [UInt8](repeating: 0x61, count: head.contentLength - body.count)
    let parts = Self.decoded(bytes.prefix(length) + body + missing + Array("G".utf8))
    guard case .head(let found)? = parts.first else { return "the decoder reads no request" }
    let request = head.request
    guard found.method.rawValue == request.method.rawValue, found.uri == request.path,
      found.version == .http1_1
    else { return "the request line: \(found) and \(request)" }
    let fields = found.headers.filter { $0.name.lowercased() != "host" }
    guard found.headers["Host"] == [request.authority ?? ""],
      fields.elementsEqual(
        request.headerFields, by: { $0.name == $1.name.rawName && $0.value == $1.value })
    else { return "the fields: \(found.headers) and \(request.headerFields)" }
    guard found.isKeepAlive == !head.closes else { return "whether the connection goes on" }
    guard let bodyLength = Self.bodyLength(parts), bodyLength == head.contentLength else {
      return "the body's length: \(parts) and \(head.contentLength)"
    }
    return nil
  }

  private static let bodyMax = 1 << 16

  /// Nil when the request has no end, or something follows it.
  private static func bodyLength(_ parts: [HTTPServerRequestPart]) -> Int? {
    var length = 0
    for (index, part) in parts.enumerated().dropFirst() {
      switch part {
      case .body(let bytes): length += bytes.readableBytes
      case .end: return index == parts.count - 1 ? length : nil
      case .head: return nil
      }
    }
    return nil
  }

  private static func decoded(_ bytes: some Sequence<UInt8>) -> [HTTPServerRequestPart] {
    let channel = EmbeddedChannel(
      handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    var parts: [HTTPServerRequestPart] = []
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) { parts.append(part) }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return parts
  }
}
