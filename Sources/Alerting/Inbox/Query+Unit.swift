package import Domain
package import PromQL

extension Query {
  /// Of what its value is held against something, as the names of the series in it have it; nil where they do not say.
  package var unit: Alert.Unit? {
    guard let measured = try? Query(measure) else { return nil }
    switch Self.dimension(measured.expression, sharesOfCounts: isHeldAgainstShare) {
    case .unit(let unit): return unit
    case .count, nil: return nil
    }
  }

  private var boundNumber: Double? {
    bound?.split(separator: " ").last.flatMap { Double($0) }
  }

  /// Against a number that a share can be, or a series of shares.
  private var isHeldAgainstShare: Bool {
    if let boundNumber { return (0...1).contains(boundNumber) }
    guard let series = boundSeries?.query else { return false }
    return Self.isShare(series.expression)
  }

  /// Whether it is a share, or so many times one: `20 * (1 - ratio)`.
  private static func isShare(_ expression: Expression) -> Bool {
    switch expression {
    case .parenthesized(let inner, _): return isShare(inner)
    case .call(let call): return call.arguments.first.map(isShare) ?? false
    case .binary(let operation):
      let sides = [operation.left, operation.right]
      switch operation.binaryOperator {
      case .add, .subtract, .multiply:
        return sides.contains { $0.valueType == .scalar }
          && sides.contains { $0.valueType == .vector && isShare($0) }
      default: return dimension(expression, sharesOfCounts: false) == .unit(.ratio)
      }
    default: return dimension(expression, sharesOfCounts: false) == .unit(.ratio)
    }
  }

  private enum Dimension: Equatable {
    case count
    case unit(Alert.Unit)
  }

  /// - Parameter sharesOfCounts: whether a count by another is a share: requests by requests, not rows by runs.
  private static func dimension(
    _ expression: Expression, sharesOfCounts: Bool
  ) -> Dimension? {
    func inner(_ expression: Expression) -> Dimension? {
      dimension(expression, sharesOfCounts: sharesOfCounts)
    }
    switch expression {
    case .number, .string: return nil
    case .selector(let selector): return dimension(ofSeries: selector.metricName)
    case .range, .subquery, .parenthesized, .unary: return expression.children.first.flatMap(inner)
    case .call(let call):
      return dimension(of: call.name, call.arguments.lazy.compactMap(inner).first)
    case .aggregation(let aggregation):
      switch aggregation.aggregator {
      case .sum, .avg, .min, .max, .stddev, .topk, .bottomk, .quantile:
        return inner(aggregation.body)
      case .count, .group, .countValues: return .count
      case .stdvar: return nil
      }
    case .binary(let operation):
      let (left, right) = (inner(operation.left), inner(operation.right))
      return dimension(of: operation, left, right, sharesOfCounts: sharesOfCounts)
    }
  }

  private static func dimension(
    of operation: BinaryOperation, _ left: Dimension?, _ right: Dimension?, sharesOfCounts: Bool
  ) -> Dimension? {
    switch operation.binaryOperator {
    case .and, .unless: return left
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return operation.returnsBool ? .count : left
    case .add, .subtract, .or: return left == right ? left : nil
    case .divide:
      guard let left, left == right else { return nil }
      return left != .count || sharesOfCounts ? .unit(.ratio) : nil
    case .multiply, .modulo, .power, .atan2: return nil
    }
  }

  /// - Parameter argument: what the first of its arguments that has one is measured in.
  private static func dimension(of function: String, _ argument: Dimension?) -> Dimension? {
    switch function {
    case "rate", "irate": argument == .count ? .unit(.perSecond) : nil
    case "abs", "ceil", "floor", "round", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc",
      "label_replace", "label_join", "increase", "delta", "idelta", "predict_linear",
      "holt_winters", "avg_over_time", "sum_over_time", "last_over_time", "min_over_time",
      "max_over_time", "stddev_over_time", "quantile_over_time", "scalar":
      argument
    case "changes", "resets", "count_over_time", "present_over_time": .count
    default: nil
    }
  }

  /// By the way in which Prometheus' series, and those of rules that record, are named.
  private static func dimension(ofSeries name: String) -> Dimension? {
    guard !name.isEmpty else { return nil }
    let whole = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
    for (unit, word) in [(Alert.Unit.ratio, "_ratio"), (.seconds, "_seconds"), (.bytes, "_bytes")]
    where whole.hasSuffix(word) { return .unit(unit) }
    return .count
  }
}
