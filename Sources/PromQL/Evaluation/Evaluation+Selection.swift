extension Evaluation {
  /// What an instant selector finds.
  struct Found {
    var member: VectorSample
    /// The sample's own, which `timestamp()` tells.
    var time: Int64
  }

  /// The last sample of each series in the lookback window, unless that is a stale marker.
  func samples(_ selector: VectorSelector, at time: Int64) throws(EvaluationError) -> [Found] {
    let series = try series(of: selector, length: settings.lookback, keepingStaleMarkers: true)
    let reference = referenceTime(selector.shift, at: time)
    var found: [Found] = []
    found.reserveCapacity(series.count)
    for one in series {
      let index = one.samples.count(before: reference + 1) - 1
      guard index >= 0 else { continue }
      let sample = one.samples[index]
      guard sample.time >= reference - settings.lookback, !sample.isStale else { continue }
      found.append(
        Found(member: VectorSample(labels: one.labels, value: sample.value), time: sample.time))
    }
    try budget.touch(found.count)
    return found
  }

  /// The samples of each series of a range or subquery in its window; series without any are left out.
  func windows(_ expression: Expression, at time: Int64) throws(EvaluationError) -> [Window] {
    let (series, length, shift) = try rangeParts(expression.unwrapped)
    let end = referenceTime(shift, at: time)
    let start = end - length
    var windows: [Window] = []
    windows.reserveCapacity(series.count)
    var count = 0
    for one in series {
      let samples = one.samples.window(from: start, to: end)
      guard !samples.isEmpty else { continue }
      count += samples.count
      windows.append(
        Window(
          labels: one.labels, samples: samples, start: start, end: end, evaluationTime: time))
    }
    try budget.touch(count)
    return windows
  }

  private func rangeParts(
    _ expression: Expression
  ) throws(EvaluationError) -> (series: [Series], length: Int64, shift: TimeShift) {
    switch expression {
    case .range(let range):
      let series = try series(
        of: range.selector, length: range.length, keepingStaleMarkers: false)
      return (series, range.length, range.selector.shift)
    case .subquery(let subquery):
      return (try series(of: subquery), subquery.length, subquery.shift)
    default: preconditionFailure("the type checker lets only ranges through")
    }
  }

  /// All that the selector needs between the first step and the last.
  private func series(
    of selector: VectorSelector, length: Int64, keepingStaleMarkers: Bool
  ) throws(EvaluationError) -> [Series] {
    if let known = selected[selector.id] { return known }
    let request = SeriesRequest(
      matchers: selector.matchers, from: referenceTime(selector.shift, at: start) - length,
      to: referenceTime(selector.shift, at: end), sampleLimit: budget.remaining)
    var found: [Series] = []
    for var series in try select(request) {
      let window = series.samples.window(from: request.from, to: request.to)
      if window.isEmpty { continue }
      try budget.hold(window.count)
      budget.seriesMatched += 1
      // Copied only where there is something to leave out.
      if !keepingStaleMarkers, window.contains(where: \.isStale) {
        series.samples = window.filter { !$0.isStale }
      }
      found.append(series)
    }
    selected[selector.id] = found
    return found
  }

  private func select(_ request: SeriesRequest) throws(EvaluationError) -> [Series] {
    do {
      return try settings.source.select(request)
    } catch {
      throw .source(error)
    }
  }

  /// The values of a subquery between the first step and the last; its own steps are multiples of its resolution.
  private func series(of subquery: Subquery) throws(EvaluationError) -> [Series] {
    if let known = subqueries[subquery.id] { return known }
    let resolution = subquery.step ?? settings.subqueryStep
    let earliest = referenceTime(subquery.shift, at: start) - subquery.length
    let last = referenceTime(subquery.shift, at: end)
    var first = resolution * (earliest / resolution)
    if first < earliest { first += resolution }
    let inner = Evaluation(settings, from: first, to: last, step: resolution, budget: budget)
    inner.queryStart = queryStart
    inner.queryEnd = queryEnd
    let series = try inner.steps(of: subquery.body)
    subqueries[subquery.id] = series
    return series
  }

  /// When a selector or subquery looks, at a step.
  private func referenceTime(_ shift: TimeShift, at time: Int64) -> Int64 {
    let base =
      switch shift.at {
      case .time(let fixed): fixed
      case .start: queryStart
      case .end: queryEnd
      case nil: time
      }
    return base - (shift.offset ?? 0)
  }
}
