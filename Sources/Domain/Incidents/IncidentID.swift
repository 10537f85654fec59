/// What an incident is called: `inc-12`. Counted up from 1, and never used again.
package struct IncidentID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }

  /// Nil for anything but `inc-` and a number from 1 on, of at most 18 digits, as `description` writes it.
  package init?(_ text: String) {
    guard text.hasPrefix("inc-"), let number = Int64(text.dropFirst(4)),
      (1..<1_000_000_000_000_000_000).contains(number), "inc-\(number)" == text
    else { return nil }
    self.number = number
  }

  package var description: String { "inc-\(number)" }

  package static func < (left: IncidentID, right: IncidentID) -> Bool { left.number < right.number }
}

extension IncidentID: TextCoded {
  package static let wireForm = "an incident as inc-12"
}
