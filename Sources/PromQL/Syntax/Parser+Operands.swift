extension Parser {
  /// An operand with its sign and what is written behind it.
  mutating func operand() throws(Diagnostic) -> Expression {
    if depth > Self.depthLimit { throw tooDeep }
    height = 1
    guard token.kind == .binary(.add) || token.kind == .binary(.subtract) else {
      return try postfix()
    }
    let sign = token
    let isNegative = sign.kind == .binary(.subtract)
    try advance()
    // A sign binds as `*` does: -2^2 is -(2^2).
    let operand = try expression(minimum: BinaryOperator.power.precedence)
    if case .number(let value, let span) = operand {
      return .number(
        isNegative ? -value : value, Span(start: sign.span.start, end: span.end))
    }
    try grow(from: height)
    return .unary(
      UnaryOperation(
        id: newID(), isNegative: isNegative, operand: operand, start: sign.span.start))
  }

  private mutating func postfix() throws(Diagnostic) -> Expression {
    var expression = try primary()
    while true {
      switch token.kind {
      case .leftBracket:
        expression = try bracketed(expression)
        try grow(from: height)
      case .keyword(.offset): expression = try withOffset(expression)
      case .at: expression = try withTime(expression)
      default: return expression
      }
    }
  }

  private mutating func primary() throws(Diagnostic) -> Expression {
    let first = token
    switch first.kind {
    case .number, .string: return try literal()
    case .leftParenthesis: return try parenthesized()
    case .leftBrace: return .selector(try selector(name: nil))
    case _ where first.isMetricName: break
    default: throw unexpected()
    }
    try advance()
    if case .aggregation(let aggregator) = first.kind,
      [.leftParenthesis, .keyword(.by), .keyword(.without)].contains(token.kind)
    {
      return try aggregation(aggregator, from: first)
    }
    if first.kind == .identifier, token.kind == .leftParenthesis { return try call(first) }
    return .selector(try selector(name: first))
  }

  private mutating func literal() throws(Diagnostic) -> Expression {
    let (text, span) = (token.text, token.span)
    let literal: Expression =
      token.kind == .number
      ? .number(try number(token), span) : .string(unquoted(text), span)
    try advance()
    return literal
  }

  private mutating func parenthesized() throws(Diagnostic) -> Expression {
    let start = token.span.start
    try advance()
    let inner = try expression()
    let end = token.span.end
    guard try accept(.rightParenthesis) else { throw unexpected() }
    try grow(from: height)
    return .parenthesized(inner, Span(start: start, end: end))
  }

  func number(_ token: Token) throws(Diagnostic) -> Double {
    do throws(NumberLiteral.Mistake) {
      return try NumberLiteral.value(of: token.text)
    } catch {
      throw failure(NumberLiteral.words(for: error, of: token.text), at: token.span)
    }
  }

  private mutating func call(_ name: Token) throws(Diagnostic) -> Expression {
    let arguments = try argumentList()
    guard let function = Function.named(name.text) else {
      throw failure("unknown function with name \(quoted(name.text))", at: name.span)
    }
    let span = Span(start: name.span.start, end: token.span.end)
    try advance()
    return .call(Call(id: newID(), function: function, arguments: arguments, span: span))
  }

  /// Up to the right parenthesis, which is left for the caller.
  private mutating func argumentList() throws(Diagnostic) -> [Expression] {
    guard try accept(.leftParenthesis) else { throw unexpected() }
    var arguments: [Expression] = []
    if token.kind == .rightParenthesis { return arguments }
    var highest = 0
    while true {
      arguments.append(try expression())
      highest = max(highest, height)
      if token.kind == .rightParenthesis {
        try grow(from: highest)
        return arguments
      }
      let comma = token
      guard try accept(.comma) else { throw unexpected() }
      if !token.startsOperand {
        throw failure("trailing commas not allowed in function call args", at: comma.span)
      }
    }
  }

  private mutating func aggregation(
    _ aggregator: Aggregator, from first: Token
  ) throws(Diagnostic) -> Expression {
    openAggregations += 1
    defer { openAggregations -= 1 }
    var grouping = try self.grouping()
    var arguments = try argumentList()
    if grouping == nil {
      try advance()
      grouping = try self.grouping()
      try checkCount(of: arguments, for: aggregator, at: first.span)
    } else {
      try checkCount(of: arguments, for: aggregator, at: first.span)
      try advance()
    }
    let body = arguments.removeLast()
    return .aggregation(
      Aggregation(
        aggregator: aggregator, parameter: arguments.first, body: body,
        labels: grouping?.labels ?? [], isWithout: grouping?.isWithout ?? false,
        span: Span(start: first.span.start, end: lastEnd)))
  }

  private func checkCount(
    of arguments: [Expression], for aggregator: Aggregator, at span: Span
  ) throws(Diagnostic) {
    let wanted = aggregator.parameterType == nil ? 1 : 2
    if arguments.isEmpty {
      throw failure("no arguments for aggregate expression provided", at: span)
    }
    if arguments.count != wanted {
      throw failure(
        "wrong number of arguments for aggregate expression provided, "
          + "expected \(wanted), got \(arguments.count)", at: span)
    }
  }

  private mutating func grouping() throws(Diagnostic) -> (labels: [String], isWithout: Bool)? {
    let isWithout = token.kind == .keyword(.without)
    guard isWithout || token.kind == .keyword(.by) else { return nil }
    try advance()
    let labels = try groupingLabels()
    return (labels, isWithout)
  }
}
