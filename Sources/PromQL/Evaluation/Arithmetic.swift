import Glibc

extension BinaryOperator {
  /// Of two scalars; comparisons give 0 or 1.
  func scalar(_ left: Double, _ right: Double) -> Double {
    isComparison ? (holds(left, right) ? 1 : 0) : compute(left, right)
  }

  /// - Precondition: a comparison.
  func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    default: preconditionFailure("\(rawValue) compares nothing")
    }
  }

  /// - Precondition: an arithmetic operator.
  func compute(_ left: Double, _ right: Double) -> Double {
    switch self {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    case .modulo: fmod(left, right)
    case .power: pow(left, right)
    // The nearest number; Prometheus' is its neighbour for a quarter of all arguments, like its sine, power and others.
    case .atan2: Glibc.atan2(left, right)
    default: preconditionFailure("\(rawValue) computes nothing")
    }
  }
}
