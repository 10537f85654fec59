package import Domain
package import Statistics

/// The requests of one version in one part that were answered within one second.
package struct SecondRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Of the answer: arrival plus total time.
  package var second: Int64
  package var counters: RequestCounters
  /// Total time in microseconds of the requests that were timed (`Outcome.isTimed`).
  package var latency: DDSketch
  /// By the deployment's revision under which the request was admitted: what a proof of recovery needs.
  package var byRevision: [Int64: RevisionCounts]

  package init(
    version: ModelVersion, variant: Variant, second: Int64,
    counters: RequestCounters = RequestCounters(), latency: DDSketch = DDSketch(),
    byRevision: [Int64: RevisionCounts] = [:]
  ) {
    self.version = version
    self.variant = variant
    self.second = second
    self.counters = counters
    self.latency = latency
    self.byRevision = byRevision
  }
}

extension SecondRollup {
  /// Of `counters.shed`: the share that an operator sheds.
  package var shedByOperator: Int64 {
    max(0, byRevision.values.reduce(0) { $0 + $1.limited } - counters.limited)
  }
}

/// Counts and sums over requests; adding two gives the counts of both.
package struct RequestCounters: Sendable, Equatable {
  package var ok: Int64 = 0
  package var invalid: Int64 = 0
  package var failed: Int64 = 0
  package var shed: Int64 = 0
  package var limited: Int64 = 0
  package var timedOut: Int64 = 0
  package var cancelled: Int64 = 0
  package var rows: Int64 = 0
  /// Rows that were answered in a form that a label can be compared with.
  package var predicted: Int64 = 0
  /// Requests whose times are in the sums below and in the sketch (`Outcome.isTimed`).
  package var timed: Int64 = 0
  /// Of those, the ones that were answered above the model's latency objective, counted exactly.
  package var slow: Int64 = 0
  /// Microseconds.
  package var queueSum: Double = 0
  package var computeSum: Double = 0
  package var totalSum: Double = 0
  package var totalMax: Double = 0

  package init() {}

  package var requests: Int64 {
    ok + invalid + failed + shed + limited + timedOut + cancelled
  }
  package var serverErrors: Int64 { failed + shed + timedOut }

  package subscript(outcome: Outcome) -> Int64 {
    get {
      switch outcome {
      case .ok: ok
      case .invalid: invalid
      case .failed: failed
      case .shed: shed
      case .limited: limited
      case .timedOut: timedOut
      case .cancelled: cancelled
      }
    }
    set {
      switch outcome {
      case .ok: ok = newValue
      case .invalid: invalid = newValue
      case .failed: failed = newValue
      case .shed: shed = newValue
      case .limited: limited = newValue
      case .timedOut: timedOut = newValue
      case .cancelled: cancelled = newValue
      }
    }
  }

  package static func += (left: inout RequestCounters, right: RequestCounters) {
    left.ok += right.ok
    left.invalid += right.invalid
    left.failed += right.failed
    left.shed += right.shed
    left.limited += right.limited
    left.timedOut += right.timedOut
    left.cancelled += right.cancelled
    left.rows += right.rows
    left.predicted += right.predicted
    left.timed += right.timed
    left.slow += right.slow
    left.queueSum += right.queueSum
    left.computeSum += right.computeSum
    left.totalSum += right.totalSum
    left.totalMax = max(left.totalMax, right.totalMax)
  }
}
