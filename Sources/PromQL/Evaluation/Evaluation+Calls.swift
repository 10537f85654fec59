extension Evaluation {
  func call(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    switch call.function.body {
    case .window(let body, let keepsName):
      return try overWindows(call, keepsName: keepsName, at: time, body)
    case .member(let body):
      let arguments = try scalars(call, at: time)
      return try mapped(call, at: time) { body($0, arguments) }
    case .date(let part):
      if call.arguments.isEmpty {
        return dated([VectorSample(labels: LabelSet(), value: Double(time) / 1000)], part)
      }
      let members = try mapped(call, at: time) { $0 }
      return dated(members, part)
    case .special(let kind): return try special(kind, call, at: time)
    }
  }

  func scalarCall(_ call: Call, at time: Int64) throws(EvaluationError) -> Double {
    guard case .special(let kind) = call.function.body else {
      preconditionFailure("\(call.name) gives no scalar")
    }
    switch kind {
    case .pi: return .pi
    case .time: return Double(time) / 1000
    case .scalar:
      let members = try vector(call.arguments[0], at: time)
      return members.count == 1 ? members[0].value : .nan
    default: preconditionFailure("\(call.name) gives no scalar")
    }
  }

  /// The values of its scalar arguments, in order.
  private func scalars(_ call: Call, at time: Int64) throws(EvaluationError) -> [Double] {
    var values: [Double] = []
    for argument in call.arguments where argument.valueType == .scalar {
      values.append(try scalar(argument, at: time))
    }
    return values
  }

  private func overWindows(
    _ call: Call, keepsName: Bool, at time: Int64,
    _ body: (Window, [Double]) throws(EvaluationError) -> Double?
  ) throws(EvaluationError) -> [VectorSample] {
    guard let range = call.arguments.first(where: { $0.valueType == .matrix }) else {
      preconditionFailure("\(call.name) takes a range")
    }
    let arguments = try scalars(call, at: time)
    let windows = try windows(range, at: time)
    let isSafe = keepsName || NameCheck(windows.lazy.map(\.labels)).areSame && start == end
    var result: [VectorSample] = []
    result.reserveCapacity(windows.count)
    for window in windows {
      guard let value = try body(window, arguments) else { continue }
      let labels = keepsName ? window.labels : window.labels.withoutName
      if !isSafe { try trace(labels, to: window.labels, at: call.id) }
      result.append(VectorSample(labels: labels, value: value))
    }
    return result
  }

  /// The members of the vector argument with other values, and without their names.
  private func mapped(
    _ call: Call, at time: Int64, _ body: (Double) -> Double?
  ) throws(EvaluationError) -> [VectorSample] {
    guard let argument = call.arguments.first(where: { $0.valueType == .vector }) else {
      preconditionFailure("\(call.name) takes a vector")
    }
    let members = try vector(argument, at: time)
    var result: [VectorSample] = []
    result.reserveCapacity(members.count)
    for member in members {
      guard let value = body(member.value) else { continue }
      result.append(VectorSample(labels: member.labels.withoutName, value: value))
    }
    if !NameCheck(members.lazy.map(\.labels)).areSame { try requireUnique(result) }
    return result
  }

  private func dated(
    _ members: [VectorSample], _ part: (CivilTime) -> Int
  ) -> [VectorSample] {
    members.map { member in
      VectorSample(
        labels: member.labels, value: Double(part(CivilTime(seconds: member.value))))
    }
  }

  private func special(
    _ kind: Function.Special, _ call: Call, at time: Int64
  ) throws(EvaluationError) -> [VectorSample] {
    switch kind {
    case .absent: return try absent(call.arguments[0], at: time)
    case .absentOverTime: return try absentOverTime(call.arguments[0], at: time)
    case .histogramQuantile: return try histogramQuantile(call, at: time)
    case .labelJoin: return try labelJoin(call, at: time)
    case .labelReplace: return try labelReplace(call, at: time)
    case .sort(let isDescending):
      return PromQL.sorted(try vector(call.arguments[0], at: time), isDescending: isDescending)
    case .timestamp: return try timestamps(call, at: time)
    case .vector:
      let value = try scalar(call.arguments[0], at: time)
      return [VectorSample(labels: LabelSet(), value: value)]
    case .pi, .scalar, .time: preconditionFailure("\(call.name) gives no vector")
    }
  }

  /// The times of a selector's own samples; of anything computed, the time of evaluation.
  private func timestamps(_ call: Call, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    guard case .selector(let selector) = call.arguments[0].unwrapped else {
      return try mapped(call, at: time) { _ in Double(time) / 1000 }
    }
    let found = try samples(selector, at: time)
    let result = found.map { one in
      VectorSample(labels: one.member.labels.withoutName, value: Double(one.time) / 1000)
    }
    if !NameCheck(found.lazy.map(\.member.labels)).areSame { try requireUnique(result) }
    return result
  }
}
