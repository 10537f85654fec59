/// Evaluates queries over a source, as Prometheus 2.42 does.
///
/// Ranges are closed at both ends; a stale marker ends a series.
package struct Evaluator: Sendable {
  package var source: SeriesSource
  /// How far back an instant selector looks for its sample, in milliseconds.
  package var lookback: Int64
  /// A query that loads or makes more samples fails.
  package var sampleLimit: Int
  /// The step of subqueries without one (`[1h:]`), in milliseconds.
  package var subqueryStep: Int64
  /// Asked now and then while a query is evaluated: whether its time has passed. Nil: it may take what it takes.
  package var isOver: (@Sendable () -> Bool)?

  package init(
    source: SeriesSource, lookback: Int64 = 300_000, sampleLimit: Int = 5_000_000,
    subqueryStep: Int64 = 60_000, isOver: (@Sendable () -> Bool)? = nil
  ) {
    precondition(lookback >= 0 && sampleLimit >= 0 && subqueryStep > 0)
    self.source = source
    self.lookback = lookback
    self.sampleLimit = sampleLimit
    self.subqueryStep = subqueryStep
    self.isOver = isOver
  }

  /// The value at one time, in milliseconds since 1970.
  package func instant(_ query: Query, at time: Int64) throws(EvaluationError) -> Answer {
    try checkTimes(time, time)
    let budget = Budget(limit: sampleLimit, isOver: isOver)
    let evaluation = Evaluation(self, from: time, to: time, step: 1, budget: budget)
    let value: Value
    switch query.valueType {
    case .scalar: value = .scalar(try evaluation.scalar(query.expression, at: time))
    case .string: value = .string(try evaluation.string(query.expression))
    case .vector: value = .vector(try evaluation.vector(query.expression, at: time))
    case .matrix:
      let windows = try evaluation.windows(query.expression, at: time)
      let series = windows.map { Series(labels: $0.labels, samples: Array($0.samples)) }
      value = .matrix(series.sorted { $0.labels < $1.labels })
    }
    return answer(value, budget)
  }

  /// The values at `from`, `from + step`, ... up to `to`, in milliseconds; a scalar becomes a series without labels.
  package func range(
    _ query: Query, from: Int64, to: Int64, step: Int64
  ) throws(EvaluationError) -> Answer {
    try checkTimes(from, to, step)
    if step <= 0 {
      throw .invalidRange(
        "zero or negative query resolution step widths are not accepted. "
          + "Try a positive integer")
    }
    if to < from { throw .invalidRange("end timestamp must not be before start time") }
    guard query.valueType == .scalar || query.valueType == .vector else {
      throw .notForRangeQuery(query.valueType)
    }
    let budget = Budget(limit: sampleLimit, isOver: isOver)
    let evaluation = Evaluation(self, from: from, to: to, step: step, budget: budget)
    let series = try evaluation.steps(of: query.expression)
    return answer(.matrix(series.sorted { $0.labels < $1.labels }), budget)
  }

  private func answer(_ value: Value, _ budget: Budget) -> Answer {
    Answer(value: value, seriesMatched: budget.seriesMatched, samplesTouched: budget.touched)
  }

  /// So far from the ends of Int64 that no offset overflows.
  private func checkTimes(_ times: Int64...) throws(EvaluationError) {
    if times.contains(where: { $0.magnitude > 1 << 61 }) {
      throw .invalidRange("time out of range")
    }
  }
}
