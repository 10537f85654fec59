/// A value that is one string on the wire, the one that it describes itself by.
package protocol TextCoded: Codable, CustomStringConvertible {
  /// Nil for a text that is none.
  init?(_ text: String)
  /// For whoever sent another: `an incident as inc-12`.
  static var wireForm: String { get }
}

extension TextCoded {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected \(Self.wireForm), found \"\(text.prefix(64))\"")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
