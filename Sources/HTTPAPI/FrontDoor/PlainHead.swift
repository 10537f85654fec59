package import HTTPTypes

/// The head of an HTTP/1.1 request of the plainest form, read from its bytes alone.
///
/// It takes less than HTTP allows, and never other than what the full decoder would make of the same bytes: one
/// spelling of each thing, no folding, no transfer coding, no second length. Whatever is not plain is left to that
/// decoder, so that the two can never disagree about where a request ends.
package struct PlainHead: Sendable, Equatable {
  /// As the router would see it: the host is its authority, not one of its fields.
  package var request: HTTPRequest
  /// Bytes of the body that follows; 0 without a `Content-Length`.
  package var contentLength: Int
  /// Where in the head the digits of `Content-Length` stand; empty without one.
  package var lengthDigits: Range<Int>
  /// The client sent `Connection: close`.
  package var closes: Bool
  /// The client waits for `100 Continue` before it sends the body.
  package var expectsContinue: Bool

  package enum Reading: Sendable, Equatable {
    /// The blank line has not come yet.
    case incomplete
    /// With the bytes that the head takes, the blank line included.
    case plain(PlainHead, length: Int)
    case notPlain
  }

  /// - Parameters:
  ///   - bytes: what has come of the connection since the last request ended.
  ///   - searched: bytes of it in which no blank line was found before.
  package static func read(_ bytes: Span<UInt8>, searched: Int = 0, limit: Int) -> Reading {
    // No method begins so, but the greeting of TLS does: no blank line is waited for.
    if bytes.count > 0, !HeadReader.isUppercase(bytes[0]) { return .notPlain }
    guard let length = length(of: bytes, from: max(0, searched - 3), limit: limit) else {
      return bytes.count >= limit ? .notPlain : .incomplete
    }
    var reader = HeadReader(end: length - 2)
    guard let head = reader.head(bytes) else { return .notPlain }
    return .plain(head, length: length)
  }

  /// The bytes up to and with the first blank line.
  private static func length(of bytes: Span<UInt8>, from start: Int, limit: Int) -> Int? {
    let end = min(bytes.count, limit)
    var index = start
    while index + 3 < end {
      // Four bytes on, at most one of these can be the line feed that ends the head.
      if bytes[index + 3] == .lineFeed {
        if bytes[index + 2] == .carriageReturn, bytes[index + 1] == .lineFeed,
          bytes[index] == .carriageReturn
        {
          return index + 4
        }
        index += 1
      } else if bytes[index + 3] == .carriageReturn {
        index += 1
      } else {
        index += 4
      }
    }
    return nil
  }
}

extension UInt8 {
  static var lineFeed: UInt8 { 0x0a }
  static var carriageReturn: UInt8 { 0x0d }
}

/// Steps over the lines of a head; nil from any of it means "not plain".
///
/// The bytes are an argument of each step, since a struct may not yet hold a `Span`.
private struct HeadReader {
  /// After the last field's line break.
  let end: Int
  private var position = 0

  init(end: Int) { self.end = end }

  mutating func head(_ bytes: Span<UInt8>) -> PlainHead? {
    guard let method = word(bytes, endedBy: UInt8(ascii: " "), upTo: 16, Self.isUppercase),
      let path = word(bytes, endedBy: UInt8(ascii: " "), upTo: 8_192, Self.isVisible),
      path.utf8.first == UInt8(ascii: "/"), literal(bytes, "HTTP/1.1\r\n"),
      let method = Self.methods[method]
    else { return nil }
    var head = PlainHead(
      request: HTTPRequest(method: method, scheme: "http", authority: nil, path: path),
      contentLength: 0, lengthDigits: 0..<0, closes: false, expectsContinue: false)
    var seen = Seen()
    var count = 0
    while position < end {
      count += 1
      guard count <= 64, let (name, value, range) = field(bytes),
        note(name, value, range, in: &head, &seen)
      else { return nil }
    }
    guard head.request.authority != nil else { return nil }
    return head
  }

  /// Those that routes have; the full decoder knows which others there are.
  private static let methods: [String: HTTPRequest.Method] = [
    "GET": .get, "HEAD": .head, "POST": .post, "PUT": .put, "DELETE": .delete, "PATCH": .patch,
    "OPTIONS": .options,
  ]

  private struct Seen {
    var length = false
    var connection = false
    var expect = false
  }

  /// Takes a field into the head; false where it makes the request other than plain.
  private func note(
    _ name: String, _ value: String, _ range: Range<Int>, in head: inout PlainHead,
    _ seen: inout Seen
  ) -> Bool {
    guard let field = HTTPField.Name(name) else { return false }
    switch field.canonicalName {
    case "host":
      guard head.request.authority == nil, !value.isEmpty else { return false }
      head.request.authority = value
      return true
    case "content-length":
      guard !seen.length, (1...15).contains(value.utf8.count),
        value.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), let length = Int(value)
      else { return false }
      seen.length = true
      head.contentLength = length
      head.lengthDigits = range
    case "connection":
      guard !seen.connection, let closes = Self.closes(value) else { return false }
      seen.connection = true
      head.closes = closes
    case "expect":
      guard !seen.expect, value.lowercased() == "100-continue" else { return false }
      seen.expect = true
      head.expectsContinue = true
    case "transfer-encoding", "upgrade", "trailer", "te", "http2-settings": return false
    default: break
    }
    head.request.headerFields.append(HTTPField(name: field, value: value))
    return true
  }

  private static func closes(_ value: String) -> Bool? {
    switch value.lowercased() {
    case "close": true
    case "keep-alive": false
    default: nil
    }
  }

  /// `name: value` and its line break, with where the value stands; blanks before the value are not part of it.
  private mutating func field(_ bytes: Span<UInt8>) -> (
    name: String, value: String, range: Range<Int>
  )? {
    guard let name = word(bytes, endedBy: UInt8(ascii: ":"), upTo: 256, Self.isTokenByte) else {
      return nil
    }
    while position < end, Self.isBlank(bytes[position]) { position += 1 }
    let start = position
    while position < end, Self.isVisible(bytes[position]) || Self.isBlank(bytes[position]) {
      position += 1
    }
    let last = position
    // Decoders differ on blanks after a value.
    guard last == start || !Self.isBlank(bytes[last - 1]) else { return nil }
    guard last - start <= 16_384, literal(bytes, "\r\n") else { return nil }
    return (name, text(bytes, start..<last), start..<last)
  }

  /// At least one byte of the kind, and the byte that ends it.
  private mutating func word(
    _ bytes: Span<UInt8>, endedBy terminator: UInt8, upTo limit: Int, _ isPart: (UInt8) -> Bool
  ) -> String? {
    let start = position
    while position < end, isPart(bytes[position]), bytes[position] != terminator { position += 1 }
    guard position > start, position - start <= limit, position < end,
      bytes[position] == terminator
    else { return nil }
    defer { position += 1 }
    return text(bytes, start..<position)
  }

  private mutating func literal(_ bytes: Span<UInt8>, _ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard end - position >= count else { return false }
    for offset in 0..<count {
      // `offset` is below the literal's own count.
      guard unsafe bytes[position + offset] == literal.utf8Start[offset] else { return false }
    }
    position += count
    return true
  }

  private func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      // Every byte was found to be ASCII before.
      return ""
    }
  }

  static func isUppercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
  private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) }
  /// A tab is a blank by HTTP, and not to every decoder: it is not plain.
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 }

  /// RFC 9110, section 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
