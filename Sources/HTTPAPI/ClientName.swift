import Domain
import HTTPTypes

/// Who asks, as it is counted and shown.
enum ClientName {
  static let field = HTTPField.Name("X-Vigia-Client")!

  /// The client's own word for itself, else its token's name, else "anonymous".
  static func of(_ fields: HTTPFields, principal: Principal?) -> String {
    if let value = fields[field], !value.isEmpty { return bounded(value) }
    return principal.map { bounded($0.name) } ?? "anonymous"
  }

  /// At most 64 characters, of which each is a letter, a digit or one of ` ._-@:/`.
  static func bounded(_ text: String) -> String {
    String(
      decoding: text.utf8.prefix(64).map { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: " "), UInt8(ascii: "."),
          UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: ":"),
          UInt8(ascii: "/"):
          byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }
}
