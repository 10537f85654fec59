extension Evaluation {
  func aggregate(
    _ aggregation: Aggregation, at time: Int64
  ) throws(EvaluationError) -> [VectorSample] {
    var parameter = 0.0
    var label = ""
    if let expression = aggregation.parameter {
      if aggregation.aggregator == .countValues {
        label = try string(expression)
        guard isLabelName(label) else { throw .invalidLabelName(label) }
      } else {
        parameter = try scalar(expression, at: time)
      }
    }
    let members = try vector(aggregation.body, at: time)
    switch aggregation.aggregator {
    case .topk, .bottomk:
      return try ranked(aggregation, members, parameter)
    case .countValues:
      return countValues(aggregation, members, label)
    default:
      return groups(aggregation, members).map { group in
        let value = fold(aggregation.aggregator, group.members, parameter)
        return VectorSample(labels: group.labels, value: value)
      }
    }
  }

  private struct Group {
    var labels: LabelSet
    var members: [VectorSample]
  }

  /// In the order in which they first appear.
  private func groups(_ aggregation: Aggregation, _ members: [VectorSample]) -> [Group] {
    if aggregation.labels.isEmpty, !aggregation.isWithout {
      return members.isEmpty ? [] : [Group(labels: LabelSet(), members: members)]
    }
    var groups: [Group] = []
    var places: [LabelSet: Int] = [:]
    for member in members {
      let labels = key(aggregation, member.labels)
      if let place = places[labels] {
        groups[place].members.append(member)
      } else {
        places[labels] = groups.count
        groups.append(Group(labels: labels, members: [member]))
      }
    }
    return groups
  }

  private func key(_ aggregation: Aggregation, _ labels: LabelSet) -> LabelSet {
    aggregation.isWithout
      ? labels.droppingNameAnd(aggregation.labels) : labels.keeping(aggregation.labels)
  }

  /// The largest or smallest members of each group, best first, with all their labels.
  private func ranked(
    _ aggregation: Aggregation, _ members: [VectorSample], _ parameter: Double
  ) throws(EvaluationError) -> [VectorSample] {
    guard let wanted = Int64(exactly: parameter.rounded(.towardZero)) else {
      throw .scalarOverflow(parameter)
    }
    let count = Int(min(wanted, Int64(members.count)))
    guard count >= 1 else { return [] }
    return groups(aggregation, members).flatMap { group in
      var best = BestSamples(count: count, largest: aggregation.aggregator == .topk)
      for member in group.members { best.offer(member) }
      return best.sorted
    }
  }

  private func countValues(
    _ aggregation: Aggregation, _ members: [VectorSample], _ label: String
  ) -> [VectorSample] {
    var counts: [VectorSample] = []
    var places: [LabelSet: Int] = [:]
    for member in members {
      let labels = key(aggregation, member.labels)
        .setting(label, to: decimalText(member.value))
      if let place = places[labels] {
        counts[place].value += 1
      } else {
        places[labels] = counts.count
        counts.append(VectorSample(labels: labels, value: 1))
      }
    }
    return counts
  }
}

/// Letters, digits and underscores, no digit first.
package func isLabelName(_ text: String) -> Bool {
  guard let first = text.unicodeScalars.first, Lexer.isLetter(first) else { return false }
  return text.unicodeScalars.allSatisfy(Lexer.isWordCharacter)
}
