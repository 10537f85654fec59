package import PromQL

extension Query {
  /// How far back it reads, in milliseconds: ranges, subqueries and offsets together.
  package var reach: Int64 { Self.reach(expression) }

  private static func reach(_ expression: Expression) -> Int64 {
    func back(_ shift: TimeShift) -> Int64 { max(0, shift.offset ?? 0) }
    switch expression {
    case .selector(let selector): return back(selector.shift)
    case .range(let range): return range.length + back(range.selector.shift)
    case .subquery(let subquery):
      return subquery.length + back(subquery.shift) + reach(subquery.body)
    default: return expression.children.map(reach).max() ?? 0
    }
  }

  /// What its value is held against, where that is one number: `> 0.95`. Of conditions that are joined by `and` or `unless`
  /// the first one's, which is the one whose value an alert shows.
  package var bound: String? {
    guard let comparison = Self.comparison(expression), comparison.right.valueType == .scalar else {
      return nil
    }
    return "\(comparison.binaryOperator.rawValue) \(comparison.right.description)"
  }

  /// Likewise where it is held against a series: how, and the series, to be evaluated beside it.
  package var boundSeries: (sign: String, query: Query)? {
    guard let comparison = Self.comparison(expression), comparison.left.valueType == .vector,
      comparison.right.valueType == .vector,
      let query = try? Query(comparison.right.description)
    else { return nil }
    return (comparison.binaryOperator.rawValue, query)
  }

  /// What is held against that, or against other series; else the whole: what there is to draw of it while it does not hold,
  /// too.
  package var measure: String {
    guard let comparison = Self.comparison(expression) else { return text }
    let isTurned = comparison.left.valueType == .scalar
    return (isTurned ? comparison.right : comparison.left).description
  }

  /// The comparison with that number alone; nil where `bound` is.
  package var bounded: Query? {
    guard bound != nil, let comparison = Self.comparison(expression) else { return nil }
    return try? Query(Expression.binary(comparison).description)
  }

  /// The ranges of series that it reads, each as a query of its own.
  package var ranges: [Query] { Self.ranges(expression).compactMap { try? Query($0) } }

  private static func ranges(_ expression: Expression) -> [String] {
    switch expression {
    case .range: [expression.description]
    default: expression.children.flatMap(ranges)
    }
  }

  private static func comparison(_ expression: Expression) -> BinaryOperation? {
    switch expression {
    case .parenthesized(let inner, _): return comparison(inner)
    case .binary(let operation):
      if operation.binaryOperator == .and || operation.binaryOperator == .unless {
        return comparison(operation.left)
      }
      guard operation.binaryOperator.isComparison, !operation.returnsBool else { return nil }
      return operation
    default: return nil
    }
  }
}

extension VectorSelector {
  /// Empty where no single name is asked for.
  package var metricName: String {
    matchers.first { $0.name == "__name__" && $0.kind == .equal }?.value ?? ""
  }
}
