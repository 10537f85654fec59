/// What the grammar cannot say: the types of operands and arguments, and what may be matched with what.
struct TypeChecker {
  let text: [UInt8]

  func check(_ expression: Expression) throws(Diagnostic) {
    switch expression {
    case .number, .string: return
    case .selector(let selector): try check(selector)
    case .range(let range): try check(range.selector)
    case .subquery(let subquery): try check(subquery, at: expression.span)
    case .call(let call): try check(call)
    case .aggregation(let aggregation): try check(aggregation)
    case .binary(let operation): try check(operation)
    case .unary(let operation):
      try check(operation.operand)
      let type = operation.operand.valueType
      guard type == .scalar || type == .vector else {
        throw failure(
          "unary expression only allowed on expressions of type scalar or instant vector, "
            + "got \(quoted(type.rawValue))", at: expression.span)
      }
    case .parenthesized(let inner, _): try check(inner)
    }
  }

  private func check(_ selector: VectorSelector) throws(Diagnostic) {
    if !selector.name.isEmpty {
      let names = selector.matchers.filter { $0.name == LabelSet.nameLabel }
      if names.count > 1 {
        throw failure(
          "metric name must not be set twice: "
            + "\(quoted(selector.name)) or \(quoted(names[0].value))", at: selector.span)
      }
    } else if selector.matchers.allSatisfy({ $0.matches("") }) {
      throw failure(
        "vector selector must contain at least one non-empty matcher", at: selector.span)
    }
  }

  private func check(_ subquery: Subquery, at span: Span) throws(Diagnostic) {
    try check(subquery.body)
    guard subquery.body.valueType == .vector else {
      let name = subquery.body.valueType == .matrix ? "matrix" : subquery.body.valueType.rawValue
      throw failure("subquery is only allowed on instant vector, got \(name) instead", at: span)
    }
  }

  private func check(_ call: Call) throws(Diagnostic) {
    let (function, count) = (call.function, call.arguments.count)
    let least = function.parameters.count - function.optionalCount
    if function.isVariadic || function.optionalCount > 0 {
      if count < least { throw wrongCount(call, "at least \(least)") }
      if !function.isVariadic, count > function.parameters.count {
        throw wrongCount(call, "at most \(function.parameters.count)")
      }
    } else if count != least {
      throw wrongCount(call, "\(least)")
    }
    for (position, argument) in call.arguments.enumerated() {
      let wanted = function.parameters[min(position, function.parameters.count - 1)]
      try expect(wanted, argument, in: "call to function \(quoted(function.name))")
    }
  }

  private func wrongCount(_ call: Call, _ wanted: String) -> Diagnostic {
    failure(
      "expected \(wanted) argument(s) in call to \(quoted(call.name)), "
        + "got \(call.arguments.count)", at: call.span)
  }

  private func check(_ aggregation: Aggregation) throws(Diagnostic) {
    try expect(.vector, aggregation.body, in: "aggregation expression")
    if let type = aggregation.aggregator.parameterType, let parameter = aggregation.parameter {
      try expect(type, parameter, in: "aggregation parameter")
    }
  }

  private func expect(
    _ wanted: ValueType, _ expression: Expression, in context: String
  ) throws(Diagnostic) {
    try check(expression)
    guard expression.valueType == wanted else {
      throw failure(
        "expected type \(wanted.rawValue) in \(context), got \(expression.valueType.rawValue)",
        at: expression.span)
    }
  }

  private func check(_ operation: BinaryOperation) throws(Diagnostic) {
    try check(operation.left)
    try check(operation.right)
    let (left, right) = (operation.left.valueType, operation.right.valueType)
    let matching = operation.matching
    let sign = operation.binaryOperator
    let span = Span(start: operation.left.span.start, end: operation.right.span.end)
    if operation.returnsBool, !sign.isComparison {
      throw failure(
        "bool modifier can only be used on comparison operators", at: signSpan(operation))
    }
    if sign.isComparison, !operation.returnsBool, left == .scalar, right == .scalar {
      throw failure("comparisons between scalars must use BOOL modifier", at: signSpan(operation))
    }
    if matching.isOn, let label = matching.labels.first(where: matching.included.contains) {
      throw failure(
        "label \(quoted(label)) must not occur in ON and GROUP clause at once",
        at: signSpan(operation))
    }
    for (operand, type) in [(operation.left, left), (operation.right, right)] {
      guard type == .scalar || type == .vector else {
        throw failure(
          "binary expression must contain only scalar and instant vector types", at: operand.span)
      }
    }
    guard left == .vector, right == .vector else {
      if !matching.labels.isEmpty {
        throw failure("vector matching only allowed between instant vectors", at: span)
      }
      if sign.isSetOperator {
        throw failure(
          "set operator \(quoted(sign.rawValue)) not allowed in binary scalar expression",
          at: span)
      }
      return
    }
    if sign.isSetOperator, matching.cardinality != .manyToMany {
      throw failure("no grouping allowed for \(quoted(sign.rawValue)) operation", at: span)
    }
  }

  /// Where the operator stands: after the left operand and the blanks behind it.
  private func signSpan(_ operation: BinaryOperation) -> Span {
    var start = operation.left.span.end
    while start < text.count, text[start] <= UInt8(ascii: " ") { start += 1 }
    return Span(start: start, end: operation.right.span.start)
  }

  private func failure(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(message, at: span.start, in: text)
  }
}
