/// What is written behind an operand: ranges, `offset` and `@`.
extension Parser {
  mutating func bracketed(_ expression: Expression) throws(Diagnostic) -> Expression {
    let bracket = token.span
    try advance()
    guard token.kind == .duration else {
      throw unexpected(in: "subquery selector", expected: "duration")
    }
    let length = try duration()
    try advance()
    if token.kind == .rightBracket {
      let range = try range(over: expression, length: length, bracket: bracket)
      try advance()
      return .range(range)
    }
    guard try accept(.colon) else {
      throw unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
    }
    var step: Int64?
    if token.kind == .duration {
      step = try duration()
      try advance()
      if token.kind != .rightBracket {
        throw unexpected(in: "subquery selector", expected: "\"]\"")
      }
    }
    guard try accept(.rightBracket) else {
      throw unexpected(in: "subquery selector", expected: "duration or \"]\"")
    }
    return .subquery(
      Subquery(id: newID(), body: expression, length: length, step: step, end: lastEnd))
  }

  private func range(
    over expression: Expression, length: Int64, bracket: Span
  ) throws(Diagnostic) -> RangeSelector {
    guard case .selector(let selector) = expression else {
      throw failure("ranges only allowed for vector selectors", at: bracket)
    }
    if selector.shift.offset != nil {
      throw failure("no offset modifiers allowed before range", at: bracket)
    }
    if selector.shift.at != nil {
      throw failure("no @ modifiers allowed before range", at: bracket)
    }
    return RangeSelector(selector: selector, length: length, end: token.span.end)
  }

  /// What the token says, which is not taken yet: a mistake in it comes before one in the next.
  private func duration() throws(Diagnostic) -> Int64 {
    do throws(PrometheusDuration.Malformed) {
      let milliseconds = try PrometheusDuration.parse(token.text)
      if milliseconds == 0 { throw .init(description: "duration must be greater than 0") }
      return milliseconds
    } catch {
      throw failure(error.description, at: token.span)
    }
  }

  mutating func withOffset(_ expression: Expression) throws(Diagnostic) -> Expression {
    try advance()
    let isNegative = try accept(.binary(.subtract))
    guard token.kind == .duration else { throw unexpected(in: "offset", expected: "duration") }
    let offset = try duration()
    let result = try shifted(expression, name: "offset modifier") { shift in
      if shift.offset != nil { return "offset may not be set multiple times" }
      shift.offset = isNegative ? -offset : offset
      return nil
    }
    try advance()
    return result
  }

  mutating func withTime(_ expression: Expression) throws(Diagnostic) -> Expression {
    try advance()
    let at = try atModifier(start: expression.span)
    let result = try shifted(expression, name: "@ modifier") { shift in
      if shift.at != nil { return "@ <timestamp> may not be set multiple times" }
      shift.at = at
      return nil
    }
    try advance()
    return result
  }

  /// Up to its last token, which is left for the caller.
  private mutating func atModifier(start: Span) throws(Diagnostic) -> AtModifier {
    if token.kind == .start || token.kind == .end {
      let at: AtModifier = token.kind == .start ? .start : .end
      try advance()
      guard try accept(.leftParenthesis), token.kind == .rightParenthesis else {
        throw unexpected(in: "@", expected: "timestamp")
      }
      return at
    }
    let isNegative = token.kind == .binary(.subtract)
    if isNegative || token.kind == .binary(.add) { try advance() }
    guard token.kind == .number else { throw unexpected(in: "@", expected: "timestamp") }
    let seconds = try number(token) * (isNegative ? -1 : 1)
    guard abs(seconds) < 9e15 else {
      throw failure("timestamp out of bounds for @ modifier: \(goFixed(seconds))", at: start)
    }
    return .time(Int64((seconds * 1000).rounded()))
  }

  /// `change` gives the reason where the modifier is there already.
  private mutating func shifted(
    _ expression: Expression, name: String, _ change: (inout TimeShift) -> String?
  ) throws(Diagnostic) -> Expression {
    var reason: String?
    var result = expression
    switch expression {
    case .selector(var selector):
      reason = change(&selector.shift)
      selector.span.end = token.span.end
      result = .selector(selector)
    case .range(var range):
      reason = change(&range.selector.shift)
      range.end = token.span.end
      result = .range(range)
    case .subquery(var subquery):
      reason = change(&subquery.shift)
      subquery.end = token.span.end
      result = .subquery(subquery)
    default:
      reason =
        "\(name) must be preceded by an instant vector selector or range vector selector or a subquery"
    }
    if let reason { throw failure(reason, at: expression.span) }
    return result
  }
}
