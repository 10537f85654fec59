/// One query (or one of its subqueries) being evaluated: the series it has selected so far.
///
/// Expressions are evaluated step by step; what a selector or subquery needs for all steps is fetched once, at the
/// first.
final class Evaluation {
  let settings: Evaluator
  let start: Int64
  let end: Int64
  let step: Int64
  let budget: Budget
  /// What `start()` and `end()` mean, in subqueries too.
  var queryStart: Int64
  var queryEnd: Int64
  /// By the selector's number.
  var selected: [Int: [Series]] = [:]
  /// By the subquery's number.
  var subqueries: [Int: [Series]] = [:]
  /// By the number of a call or sign: from which labels each result's labels were made, over all steps.
  private var origins: [Int: [LabelSet: LabelSet]] = [:]

  init(_ settings: Evaluator, from start: Int64, to end: Int64, step: Int64, budget: Budget) {
    self.settings = settings
    self.start = start
    self.end = end
    queryStart = start
    queryEnd = end
    self.step = step
    self.budget = budget
  }

  /// The values of all steps, put together by labels.
  ///
  /// - Precondition: the expression is a scalar or a vector.
  func steps(of expression: Expression) throws(EvaluationError) -> [Series] {
    var series: [Series] = []
    var places: [LabelSet: Int] = [:]
    let isScalar = expression.valueType == .scalar
    var time = start
    while time <= end {
      try budget.touch(1)
      let members =
        isScalar
        ? [VectorSample(labels: LabelSet(), value: try scalar(expression, at: time))]
        : try vector(expression, at: time)
      try budget.hold(members.count)
      for (position, member) in members.enumerated() {
        let sample = Sample(time: time, value: member.value)
        // The order seldom changes between steps, so the place of the last step is tried first.
        if position < series.count, series[position].labels == member.labels {
          series[position].samples.append(sample)
        } else if let place = places[member.labels] {
          series[place].samples.append(sample)
        } else {
          places[member.labels] = series.count
          series.append(Series(labels: member.labels, samples: [sample]))
        }
      }
      time += step
    }
    return series
  }

  func vector(_ expression: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    switch expression {
    case .selector(let selector): return try samples(selector, at: time).map(\.member)
    case .parenthesized(let inner, _): return try vector(inner, at: time)
    case .unary(let operation): return try unary(operation, at: time)
    case .binary(let operation): return try binary(operation, at: time)
    case .aggregation(let aggregation): return try aggregate(aggregation, at: time)
    case .call(let call): return try self.call(call, at: time)
    case .number, .string, .range, .subquery:
      preconditionFailure("the type checker lets only vectors through")
    }
  }

  func scalar(_ expression: Expression, at time: Int64) throws(EvaluationError) -> Double {
    switch expression {
    case .number(let value, _): return value
    case .parenthesized(let inner, _): return try scalar(inner, at: time)
    case .unary(let operation):
      let value = try scalar(operation.operand, at: time)
      return operation.isNegative ? -value : value
    case .binary(let operation):
      let left = try scalar(operation.left, at: time)
      let right = try scalar(operation.right, at: time)
      return operation.binaryOperator.scalar(left, right)
    case .call(let call): return try scalarCall(call, at: time)
    case .string, .selector, .range, .subquery, .aggregation:
      preconditionFailure("the type checker lets only scalars through")
    }
  }

  func string(_ expression: Expression) throws(EvaluationError) -> String {
    guard case .string(let text, _) = expression.unwrapped else {
      preconditionFailure("the type checker lets only strings through")
    }
    return text
  }

  private func unary(
    _ operation: UnaryOperation, at time: Int64
  ) throws(EvaluationError) -> [VectorSample] {
    var members = try vector(operation.operand, at: time)
    guard operation.isNegative else { return members }
    let names = NameCheck(members.lazy.map(\.labels))
    for index in members.indices {
      let origin = members[index].labels
      members[index].value.negate()
      members[index].labels = origin.withoutName
      if !names.areSame { try trace(members[index].labels, to: origin, at: operation.id) }
    }
    return members
  }

  /// A node made these labels of those, at this step or another one.
  ///
  /// - Throws: when it has made them of others before.
  func trace(_ labels: LabelSet, to origin: LabelSet, at node: Int) throws(EvaluationError) {
    let known = origins[node, default: [:]].updateValue(origin, forKey: labels)
    if let known, known != origin { throw .duplicateLabels }
  }
}

/// Whether labels that differ will still differ without their metric names: they do when all names are the same.
struct NameCheck {
  let areSame: Bool

  init(_ labels: some Sequence<LabelSet>) {
    var first: String?
    for label in labels {
      if let first, first != label.metricName {
        areSame = false
        return
      }
      first = label.metricName
    }
    areSame = true
  }
}

/// - Throws: when two members have the same labels.
func requireUnique(_ members: [VectorSample]) throws(EvaluationError) {
  var seen = Set<LabelSet>(minimumCapacity: members.count)
  for member in members where !seen.insert(member.labels).inserted { throw .duplicateLabels }
}
