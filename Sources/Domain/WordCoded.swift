/// Words of the wire: what is none of them is told with those there are. The standard library would name the type alone.
extension RawRepresentable where Self: Decodable & CaseIterable, RawValue == String {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let value = Self(rawValue: word) else {
      let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected one of \(words), found \"\(word.prefix(64))\"")
    }
    self = value
  }
}
