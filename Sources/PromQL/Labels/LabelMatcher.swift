/// One condition of a selector: `name="value"`, `!=`, `=~`, `!~`.
package struct LabelMatcher: Sendable {
  package enum Kind: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case matchesNot = "!~"
  }

  package let name: String
  package let kind: Kind
  package let value: String
  private let pattern: Pattern?

  /// - Throws: what is wrong with the pattern of `=~` and `!~`.
  package init(name: String, kind: Kind, value: String) throws(RegexError) {
    self.name = name
    self.kind = kind
    self.value = value
    switch kind {
    case .equal, .notEqual: pattern = nil
    case .matches, .matchesNot:
      pattern = try Pattern(value)
      // Prometheus reads it once more by itself, so that `a)|(b` is no pattern although it is one in brackets.
      var parser = RegexParser(value)
      _ = try parser.parse()
    }
  }

  /// `name="value"`.
  package init(name: String, equals value: String) {
    self.name = name
    kind = .equal
    self.value = value
    pattern = nil
  }

  /// `value` is empty for a missing label.
  package func matches(_ value: String) -> Bool {
    switch kind {
    case .equal: value == self.value
    case .notEqual: value != self.value
    case .matches: pattern?.matches(value) == true
    case .matchesNot: pattern?.matches(value) == false
    }
  }

  package func matches(_ labels: LabelSet) -> Bool { matches(labels[name]) }
}

extension LabelMatcher: Hashable {
  package static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
    left.name == right.name && left.kind == right.kind && left.value == right.value
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(kind)
    hasher.combine(value)
  }
}

extension LabelMatcher: CustomStringConvertible {
  package var description: String { name + kind.rawValue + quoted(value) }
}
