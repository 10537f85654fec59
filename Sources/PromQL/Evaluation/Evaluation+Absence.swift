extension Evaluation {
  /// 1 where nothing is found, with the labels that the selector demands.
  func absent(_ argument: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
    guard try vector(argument, at: time).isEmpty else { return [] }
    return [VectorSample(labels: demandedLabels(argument), value: 1)]
  }

  func absentOverTime(
    _ argument: Expression, at time: Int64
  ) throws(EvaluationError) -> [VectorSample] {
    guard try windows(argument, at: time).isEmpty else { return [] }
    return [VectorSample(labels: demandedLabels(argument), value: 1)]
  }

  /// The labels with exactly one `=` matcher and no other.
  private func demandedLabels(_ argument: Expression) -> LabelSet {
    let selector: VectorSelector
    switch argument.unwrapped {
    case .selector(let found): selector = found
    case .range(let range): selector = range.selector
    default: return LabelSet()
    }
    var labels = LabelSet()
    var seen: Set<String> = []
    for matcher in selector.matchers where matcher.name != LabelSet.nameLabel {
      if matcher.kind == .equal, seen.insert(matcher.name).inserted {
        labels = labels.setting(matcher.name, to: matcher.value)
      } else {
        labels = labels.removing(matcher.name)
      }
    }
    return labels
  }
}
