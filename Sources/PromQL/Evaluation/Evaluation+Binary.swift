extension Evaluation {
  func binary(
    _ operation: BinaryOperation, at time: Int64
  ) throws(EvaluationError) -> [VectorSample] {
    switch (operation.left.valueType, operation.right.valueType) {
    case (.vector, .vector):
      let left = try vector(operation.left, at: time)
      let right = try vector(operation.right, at: time)
      return try match(operation, left, right)
    case (.vector, _):
      let left = try vector(operation.left, at: time)
      let right = try scalar(operation.right, at: time)
      return try combine(operation, left) { ($0, right) }
    default:
      let left = try scalar(operation.left, at: time)
      let right = try vector(operation.right, at: time)
      return try combine(operation, right) { (left, $0) }
    }
  }

  /// Each member with one scalar. A comparison without `bool` keeps the member, whichever side it stands on.
  private func combine(
    _ operation: BinaryOperation, _ members: [VectorSample], _ pair: (Double) -> (Double, Double)
  ) throws(EvaluationError) -> [VectorSample] {
    let sign = operation.binaryOperator
    let dropsName = !sign.keepsMetricName || operation.returnsBool
    var result: [VectorSample] = []
    result.reserveCapacity(members.count)
    for var member in members {
      let (left, right) = pair(member.value)
      if sign.isComparison {
        let holds = sign.holds(left, right)
        if operation.returnsBool {
          member.value = holds ? 1 : 0
        } else if !holds {
          continue
        }
      } else {
        member.value = sign.compute(left, right)
      }
      if dropsName { member.labels = member.labels.withoutName }
      result.append(member)
    }
    if dropsName, !NameCheck(members.lazy.map(\.labels)).areSame { try requireUnique(result) }
    return result
  }

  private func match(
    _ operation: BinaryOperation, _ left: [VectorSample], _ right: [VectorSample]
  ) throws(EvaluationError) -> [VectorSample] {
    let pairing = VectorPairing(operation)
    switch operation.binaryOperator {
    case .and: return pairing.and(left, right)
    case .or:
      let result = pairing.or(left, right)
      try requireUnique(result)
      return result
    case .unless: return pairing.unless(left, right)
    default:
      let result = try pairing.combine(left, right)
      try requireUnique(result)
      return result
    }
  }
}
