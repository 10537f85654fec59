/// The operators between two operands.
package enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case power = "^"
  case atan2
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case and
  case or
  case unless

  /// The higher binds the tighter. All are left-associative but `^`.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and, .unless: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .add, .subtract: 4
    case .multiply, .divide, .modulo, .atan2: 5
    case .power: 6
    }
  }

  package var isComparison: Bool { precedence == 3 }

  /// Whether its results still are what the metric name says. (Of `atan2` Prometheus 2.42 believes so.)
  var keepsMetricName: Bool { isComparison || self == .atan2 }

  package var isSetOperator: Bool { precedence <= 2 }
}

/// The operators that fold a vector.
package enum Aggregator: String, Sendable {
  case sum
  case avg
  case count
  case min
  case max
  case group
  case stddev
  case stdvar
  case topk
  case bottomk
  case quantile
  case countValues = "count_values"

  /// The type of the parameter before the vector, of those that have one.
  var parameterType: ValueType? {
    switch self {
    case .topk, .bottomk, .quantile: .scalar
    case .countValues: .string
    default: nil
    }
  }
}

/// The type of an expression; the raw value is its name in messages.
package enum ValueType: String, Sendable {
  case scalar
  case string
  case vector = "instant vector"
  case matrix = "range vector"
}
