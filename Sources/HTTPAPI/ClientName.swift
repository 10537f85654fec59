import Domain
import HTTPTypes

/// Who asks, as it is counted and shown.
enum ClientName {
  static let field = HTTPField.Name("X-Vigia-Client")!

  /// The name of its token, else the client's own word for itself, else the user at the other end of the control socket,
  /// else "anonymous": limits are by this name, so that nobody who has a token evades one with another word.
  static func of(_ fields: HTTPFields, principal: Principal?, from peer: Peer) -> String {
    if peer == .network, let principal { return bounded(principal.name) }
    if let value = fields[field], !value.isEmpty { return bounded(value) }
    return principal.map { bounded($0.name) } ?? PredictionRecord.anonymousClient
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
