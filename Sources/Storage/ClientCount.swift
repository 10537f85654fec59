package import Domain

/// Requests of one client to one version in one minute.
package struct ClientCount: Sendable, Equatable {
  /// Stands for every client of a model past the bound.
  package static let overflow = "__overflow__"

  package var version: ModelVersion
  package var variant: Variant
  package var client: String
  package var outcome: Outcome
  /// Start of the minute, in seconds since 1970.
  package var minute: Int64
  package var count: Int64
  package var times: Times

  /// Of the requests that were timed (`Outcome.isTimed`), unless it says otherwise.
  package struct Times: Sendable, Equatable {
    package var timed: Int64 = 0
    /// Answered above the model's latency objective.
    package var slow: Int64 = 0
    /// Answered above the limit of the model's comparison (`Recorder.setSlowLimits`).
    package var above: Int64 = 0
    /// Total times in microseconds.
    package var sum: Double = 0
    /// Of these, the times in which requests waited and in which they were run, each with all that ran beside it.
    package var queue: Double = 0
    package var compute: Double = 0
    /// Of all that were let into the queue, whatever became of them.
    package var rows: Int64 = 0

    package init() {}

    package static func += (left: inout Times, right: Times) {
      left.timed += right.timed
      left.slow += right.slow
      left.above += right.above
      left.sum += right.sum
      left.queue += right.queue
      left.compute += right.compute
      left.rows += right.rows
    }
  }

  package init(
    version: ModelVersion, variant: Variant, client: String, outcome: Outcome, minute: Int64,
    count: Int64, times: Times = Times()
  ) {
    self.version = version
    self.variant = variant
    self.client = client
    self.outcome = outcome
    self.minute = minute
    self.count = count
    self.times = times
  }
}
