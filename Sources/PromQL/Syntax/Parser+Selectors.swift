extension Parser {
  /// `name{matchers}`; the name has been taken, if there is one.
  mutating func selector(name: Token?) throws(Diagnostic) -> VectorSelector {
    let start = name?.span.start ?? token.span.start
    var matchers: [LabelMatcher] = []
    if token.kind == .leftBrace { matchers = try self.matchers() }
    let end = lastEnd
    if let name { matchers.append(LabelMatcher(name: LabelSet.nameLabel, equals: name.text)) }
    return VectorSelector(
      id: newID(), name: name?.text ?? "", matchers: matchers, span: Span(start: start, end: end))
  }

  private mutating func matchers() throws(Diagnostic) -> [LabelMatcher] {
    try advance()
    var matchers: [LabelMatcher] = []
    while token.kind != .rightBrace {
      matchers.append(try matcher())
      if token.kind == .rightBrace { break }
      guard try accept(.comma) else {
        throw unexpected(in: "label matching", expected: "\",\" or \"}\"")
      }
    }
    try advance()
    return matchers
  }

  private mutating func matcher() throws(Diagnostic) -> LabelMatcher {
    let name = token
    guard try accept(.identifier) else {
      throw unexpected(in: "label matching", expected: "identifier or \"}\"")
    }
    let kind: LabelMatcher.Kind
    switch token.kind {
    case .equal: kind = .equal
    case .binary(.notEqual): kind = .notEqual
    case .matches: kind = .matches
    case .matchesNot: kind = .matchesNot
    default: throw unexpected(in: "label matching", expected: "label matching operator")
    }
    try advance()
    guard token.kind == .string else {
      throw unexpected(in: "label matching", expected: "string")
    }
    let matcher: LabelMatcher
    do throws(RegexError) {
      matcher = try LabelMatcher(name: name.text, kind: kind, value: unquoted(token.text))
    } catch {
      throw failure(error.description, at: name.span)
    }
    try advance()
    return matcher
  }

  /// `(a, b)`; a comma may stand behind the last.
  mutating func groupingLabels() throws(Diagnostic) -> [String] {
    guard try accept(.leftParenthesis) else {
      throw unexpected(in: "grouping opts", expected: "\"(\"")
    }
    var labels: [String] = []
    while token.kind != .rightParenthesis {
      guard isLabel(token) else { throw unexpected(in: "grouping opts", expected: "label") }
      labels.append(token.text)
      try advance()
      if token.kind == .rightParenthesis { break }
      guard try accept(.comma) else {
        throw unexpected(in: "grouping opts", expected: "\",\" or \")\"")
      }
    }
    try advance()
    return labels
  }

  /// Every word may name a label, keywords too.
  private func isLabel(_ token: Token) -> Bool {
    switch token.kind {
    case .identifier, .aggregation, .keyword, .start, .end, .binary(.and), .binary(.or),
      .binary(.unless), .binary(.atan2):
      true
    default: false
    }
  }
}
