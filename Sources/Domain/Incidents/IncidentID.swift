/// What an incident is called: `inc-12`. Counted up from 1, and never used again.
package struct IncidentID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }

  /// Nil for anything but `inc-` and a number from 1 on, as `description` writes it.
  package init?(_ text: String) {
    guard text.hasPrefix("inc-"), let number = Int64(text.dropFirst(4)), number > 0,
      "inc-\(number)" == text
    else { return nil }
    self.number = number
  }

  package var description: String { "inc-\(number)" }

  package static func < (left: IncidentID, right: IncidentID) -> Bool { left.number < right.number }
}

extension IncidentID: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = IncidentID(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected an incident as inc-12")
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
