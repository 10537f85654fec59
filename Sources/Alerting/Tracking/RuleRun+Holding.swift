import PromQL

/// Alerts of before a start whose series are not there: what is measured may not be measured for long enough.
extension RuleRun {
  /// - Parameter labels: of an alert that was raised before the start, and was not seen since.
  func isUnknown(_ labels: LabelSet, of rule: AlertRule) -> Bool {
    isWarmingUp && !isShownFalse(labels, rule.query)
  }

  /// Whether what the rule measures is there, for as long as it is looked back on, and is within its bound.
  private func isShownFalse(_ alert: LabelSet, _ query: Query) -> Bool {
    guard answer == nil, let bounded = query.bounded, let measure = try? Query(query.measure),
      let within = try? evaluate(measure).samples, let beyond = try? evaluate(bounded).samples
    else { return false }
    return within.contains { $0.labels.fits(alert) } && !beyond.contains { $0.labels.fits(alert) }
      && measure.ranges.allSatisfy { isFilled($0, of: alert) }
  }

  /// Whether some series of the alert has samples over all but a tenth of the range.
  private func isFilled(_ range: Query, of alert: LabelSet) -> Bool {
    guard case .matrix(let series) = try? evaluator.instant(range, at: milliseconds).value else {
      return false
    }
    let start = milliseconds - range.reach + range.reach / 10
    return series.contains {
      $0.labels.fits(alert) && ($0.samples.first?.time ?? .max) <= start
    }
  }
}

extension LabelSet {
  /// Whether it may be of the alert: no label of both is another one there.
  fileprivate func fits(_ alert: LabelSet) -> Bool {
    dictionary.allSatisfy { name, value in
      name == "__name__" || alert[name].isEmpty || alert[name] == value
    }
  }
}
