import Domain
import HTTPTypes
import InferenceProtocol
import NIOHTTP1

/// The head of an HTTP/1.1 reply, as it is written line by line.
struct ReplyHead {
  private(set) var bytes: [UInt8] = []

  /// The status line, and the fields that every reply has.
  init(_ status: HTTPResponse.Status, length: Int, date: String, closes: Bool) {
    bytes.reserveCapacity(512)
    if status == .ok {
      bytes.append("HTTP/1.1 200 OK\r\ncontent-length: ")
    } else {
      let known = HTTPResponseStatus(statusCode: status.code)
      bytes.append(text: "HTTP/1.1 \(known.code) \(known.reasonPhrase)\r\ncontent-length: ")
    }
    bytes.append(decimal: length)
    bytes.append("\r\ndate: ")
    bytes.append(text: date)
    if closes { bytes.append("\r\nconnection: close") }
    bytes.append("\r\n")
  }

  /// - Precondition: `value` holds no line break: none of ours does, and an `HTTPField` cannot.
  mutating func append(_ name: HTTPField.Name, _ value: String) { append(name, .text(value)) }

  /// Likewise.
  mutating func append(_ name: HTTPField.Name, _ value: FieldValue) {
    bytes.append(text: name.rawName)
    bytes.append(": ")
    switch value {
    case .text(let text): bytes.append(text: text)
    case .number(let number): bytes.append(decimal: number)
    case .id(let id): id.append(to: &bytes)
    }
    bytes.append("\r\n")
  }

  mutating func end() { bytes.append("\r\n") }
}
