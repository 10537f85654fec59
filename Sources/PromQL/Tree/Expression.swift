/// A query as a tree.
package indirect enum Expression: Sendable {
  case number(Double, Span)
  case string(String, Span)
  case selector(VectorSelector)
  case range(RangeSelector)
  case subquery(Subquery)
  case call(Call)
  case aggregation(Aggregation)
  case binary(BinaryOperation)
  case unary(UnaryOperation)
  case parenthesized(Expression, Span)

  package var span: Span {
    switch self {
    case .number(_, let span), .string(_, let span), .parenthesized(_, let span): span
    case .selector(let selector): selector.span
    case .range(let range): Span(start: range.selector.span.start, end: range.end)
    case .subquery(let subquery): Span(start: subquery.body.span.start, end: subquery.end)
    case .call(let call): call.span
    case .aggregation(let aggregation): aggregation.span
    case .binary(let operation):
      Span(start: operation.left.span.start, end: operation.right.span.end)
    case .unary(let operation): Span(start: operation.start, end: operation.operand.span.end)
    }
  }

  package var valueType: ValueType {
    switch self {
    case .number: .scalar
    case .string: .string
    case .selector, .aggregation: .vector
    case .range, .subquery: .matrix
    case .call(let call): call.function.result
    case .binary(let operation):
      operation.left.valueType == .scalar && operation.right.valueType == .scalar
        ? .scalar : .vector
    case .unary(let operation): operation.operand.valueType
    case .parenthesized(let inner, _): inner.valueType
    }
  }

  /// Without the parentheses around it.
  var unwrapped: Expression {
    guard case .parenthesized(let inner, _) = self else { return self }
    return inner.unwrapped
  }

  /// The expressions directly below, in reading order.
  package var children: [Expression] {
    switch self {
    case .number, .string, .selector: []
    case .range(let range): [.selector(range.selector)]
    case .subquery(let subquery): [subquery.body]
    case .call(let call): call.arguments
    case .aggregation(let aggregation):
      [aggregation.parameter, aggregation.body].compactMap { $0 }
    case .binary(let operation): [operation.left, operation.right]
    case .unary(let operation): [operation.operand]
    case .parenthesized(let inner, _): [inner]
    }
  }

  /// Every selector in it, those of ranges too, in reading order.
  package var selectors: [VectorSelector] {
    if case .selector(let selector) = self { return [selector] }
    return children.flatMap(\.selectors)
  }
}

/// When a selector looks, if not at the time of evaluation.
package enum AtModifier: Hashable, Sendable {
  /// Milliseconds since 1970.
  case time(Int64)
  /// `start()` and `end()` of the query.
  case start
  case end
}

/// Offset and `@`, which selectors and subqueries may carry.
package struct TimeShift: Hashable, Sendable {
  /// Milliseconds back; negative looks ahead.
  package var offset: Int64?
  package var at: AtModifier?
}

/// `name{label="value"} offset 5m`.
package struct VectorSelector: Sendable {
  /// Its number in the query, from 0: what an evaluation keeps its series by.
  let id: Int
  /// Empty where it is not written before the braces.
  package var name: String
  /// Also that of the name, as `__name__`, last.
  package var matchers: [LabelMatcher]
  package var shift = TimeShift()
  package var span: Span
}

/// `name[5m]`.
package struct RangeSelector: Sendable {
  package var selector: VectorSelector
  /// Milliseconds.
  package var length: Int64
  var end: Int
}

/// `expression[1h:1m]`.
package struct Subquery: Sendable {
  let id: Int
  package var body: Expression
  /// Milliseconds.
  package var length: Int64
  /// Milliseconds; nil is the evaluator's default.
  package var step: Int64?
  package var shift = TimeShift()
  var end: Int
}

package struct Call: Sendable {
  let id: Int
  let function: Function
  package var arguments: [Expression]
  package var span: Span

  package var name: String { function.name }
}

/// `sum by (label) (body)`.
package struct Aggregation: Sendable {
  package var aggregator: Aggregator
  package var parameter: Expression?
  package var body: Expression
  package var labels: [String]
  package var isWithout: Bool
  package var span: Span
}

package struct BinaryOperation: Sendable {
  package var binaryOperator: BinaryOperator
  package var left: Expression
  package var right: Expression
  /// `bool`: a comparison gives 0 or 1, and drops nothing.
  package var returnsBool: Bool
  package var matching: VectorMatching
}

/// Which samples of two vectors belong together.
package struct VectorMatching: Hashable, Sendable {
  package enum Cardinality: Sendable {
    case oneToOne
    /// `group_left`.
    case manyToOne
    /// `group_right`.
    case oneToMany
    case manyToMany
  }

  package var cardinality: Cardinality = .oneToOne
  /// `on(labels)`, else all labels but those.
  package var isOn = false
  package var labels: [String] = []
  /// Labels that the result takes from the "one" side.
  package var included: [String] = []
}

package struct UnaryOperation: Sendable {
  let id: Int
  package var isNegative: Bool
  package var operand: Expression
  var start: Int
}
