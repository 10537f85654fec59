/// Alerts that nobody is to be paged for, for a while.
package struct Silence: Codable, Sendable, Equatable, Identifiable {
  /// Drawn by whoever made it, as a command's.
  package var id: String
  /// All must match.
  package var matchers: [AlertMatcher]
  package var startsAt: Timestamp
  package var endsAt: Timestamp
  package var createdBy: String
  package var comment: String

  package init(
    id: String, matchers: [AlertMatcher], startsAt: Timestamp, endsAt: Timestamp,
    createdBy: String, comment: String
  ) {
    self.id = id
    self.matchers = matchers
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.createdBy = createdBy
    self.comment = comment
  }

  package func isActive(at now: Timestamp) -> Bool { startsAt <= now && now < endsAt }
}

/// A condition on one label, as Alertmanager has it; a label that is missing is empty.
package struct AlertMatcher: Codable, Sendable, Hashable {
  package var name: String
  package var value: String
  /// The value is a regular expression (RE2, anchored at both ends).
  package var isRegex: Bool
  /// False turns it round.
  package var isEqual: Bool

  package init(name: String, value: String, isRegex: Bool = false, isEqual: Bool = true) {
    self.name = name
    self.value = value
    self.isRegex = isRegex
    self.isEqual = isEqual
  }

  /// As `description` writes it, the value in quotes or without; nil for anything else.
  package init?(_ text: String) {
    guard let first = text.firstIndex(where: { $0 == "=" || $0 == "!" }), first > text.startIndex
    else { return nil }
    let operators = [
      ("=~", true, true), ("!~", true, false), ("!=", false, false), ("=", false, true),
    ]
    let rest = text[first...]
    guard let (sign, isRegex, isEqual) = operators.first(where: { rest.hasPrefix($0.0) }) else {
      return nil
    }
    let value = rest.dropFirst(sign.count)
    self.init(
      name: String(text[..<first]),
      value: String(Self.isQuoted(value) ? value.dropFirst().dropLast() : value),
      isRegex: isRegex, isEqual: isEqual)
  }

  /// As queries and amtool write values.
  private static func isQuoted(_ value: some StringProtocol) -> Bool {
    value.count >= 2 && value.first == "\"" && value.last == "\""
  }

  /// `model=electricity`, `severity!~info|warning`.
  package var description: String {
    name + (isEqual ? isRegex ? "=~" : "=" : isRegex ? "!~" : "!=")
      + (Self.isQuoted(value) ? "\"\(value)\"" : value)
  }
}
