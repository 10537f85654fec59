import GRDB

/// What is added to one row of a counter table.
struct CounterRow: Equatable {
  var requests = RequestCounters()
  var labels = LabelCounts()

  /// In the order of `CounterColumn`.
  var arguments: [(any DatabaseValueConvertible)?] {
    CounterColumn.allCases.map { column in
      switch column {
      case .ok: requests.ok
      case .invalid: requests.invalid
      case .failed: requests.failed
      case .shed: requests.shed
      case .timedOut: requests.timedOut
      case .cancelled: requests.cancelled
      case .rows: requests.rows
      case .timed: requests.timed
      case .slow: requests.slow
      case .queueSum: requests.queueSum
      case .computeSum: requests.computeSum
      case .totalSum: requests.totalSum
      case .totalMax: requests.totalMax
      case .labelsCorrect: labels.correct
      case .labelsWrong: labels.wrong
      case .absoluteErrorSum: labels.absoluteErrorSum
      case .absoluteErrorCount: labels.distances
      case .scoreSum: labels.scoreSum
      case .scoreCount: labels.scores
      case .limited: requests.limited
      case .predicted: requests.predicted
      }
    }
  }
}
