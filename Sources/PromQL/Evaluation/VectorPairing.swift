/// Finds which members of two vectors belong together, and combines them.
struct VectorPairing {
  private let sign: BinaryOperator
  private let returnsBool: Bool
  private let matching: VectorMatching

  init(_ operation: BinaryOperation) {
    sign = operation.binaryOperator
    returnsBool = operation.returnsBool
    matching = operation.matching
  }

  // MARK: Sets

  func and(_ left: [VectorSample], _ right: [VectorSample]) -> [VectorSample] {
    if left.isEmpty || right.isEmpty { return [] }
    let groups = Set(right.lazy.map { group(of: $0.labels) })
    return left.filter { groups.contains(group(of: $0.labels)) }
  }

  func or(_ left: [VectorSample], _ right: [VectorSample]) -> [VectorSample] {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    let groups = Set(left.lazy.map { group(of: $0.labels) })
    return left + right.filter { !groups.contains(group(of: $0.labels)) }
  }

  func unless(_ left: [VectorSample], _ right: [VectorSample]) -> [VectorSample] {
    if left.isEmpty || right.isEmpty { return left }
    let groups = Set(right.lazy.map { group(of: $0.labels) })
    return left.filter { !groups.contains(group(of: $0.labels)) }
  }

  // MARK: Arithmetic and comparison

  /// The side called "one" has at most one member to a group; the result takes the labels of the other side.
  func combine(
    _ left: [VectorSample], _ right: [VectorSample]
  ) throws(EvaluationError) -> [VectorSample] {
    if left.isEmpty || right.isEmpty { return [] }
    let isSwapped = matching.cardinality == .oneToMany
    let (many, one) = isSwapped ? (right, left) : (left, right)
    let partners = try groups(of: one, side: isSwapped ? "left" : "right")
    var result: [VectorSample] = []
    result.reserveCapacity(many.count)
    var used: [LabelSet: Set<LabelSet>] = [:]
    for member in many {
      let group = group(of: member.labels)
      guard let partner = partners[group] else { continue }
      let (first, second) =
        isSwapped ? (partner.value, member.value) : (member.value, partner.value)
      guard let value = value(first, second) else { continue }
      let labels = resultLabels(member.labels, partner.labels)
      try claim(labels, in: group, &used)
      result.append(VectorSample(labels: labels, value: value))
    }
    return result
  }

  private func groups(
    of one: [VectorSample], side: String
  ) throws(EvaluationError) -> [LabelSet: VectorSample] {
    var groups = [LabelSet: VectorSample](minimumCapacity: one.count)
    for member in one {
      let group = group(of: member.labels)
      if let known = groups.updateValue(member, forKey: group) {
        throw .duplicateMatch(
          group: group, side: side, one: member.labels, other: known.labels)
      }
    }
    return groups
  }

  private func claim(
    _ labels: LabelSet, in group: LabelSet, _ used: inout [LabelSet: Set<LabelSet>]
  ) throws(EvaluationError) {
    if matching.cardinality == .oneToOne {
      if used.updateValue([], forKey: group) != nil { throw .manyToOneNotExplicit }
    } else if !used[group, default: []].insert(labels).inserted {
      throw .groupingNotUnique
    }
  }

  /// Nil where a comparison filters the pair out.
  private func value(_ left: Double, _ right: Double) -> Double? {
    guard sign.isComparison else { return sign.compute(left, right) }
    let holds = sign.holds(left, right)
    if returnsBool { return holds ? 1 : 0 }
    return holds ? left : nil
  }

  /// The labels by which members belong together.
  private func group(of labels: LabelSet) -> LabelSet {
    matching.isOn ? labels.keeping(matching.labels) : labels.droppingNameAnd(matching.labels)
  }

  private func resultLabels(_ many: LabelSet, _ one: LabelSet) -> LabelSet {
    let dropsName = !sign.keepsMetricName || returnsBool
    var labels = many
    if matching.cardinality == .oneToOne {
      if matching.isOn {
        labels = many.keeping(matching.labels)
      } else {
        for name in matching.labels { labels = labels.removing(name) }
      }
    }
    if dropsName { labels = labels.withoutName }
    for name in matching.included { labels = labels.setting(name, to: one[name]) }
    return returnsBool ? labels.withoutName : labels
  }
}
