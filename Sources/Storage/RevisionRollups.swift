package import Domain

/// What a proof counts of the requests admitted under one revision.
package struct RevisionCounts: Sendable, Equatable {
  package var requests: Int64 = 0
  /// Without what an operator sheds.
  package var serverErrors: Int64 = 0
  /// Requests that were refused by somebody's word: by a limit (429), or with a share that an operator sheds (503).
  package var limited: Int64 = 0
  /// Requests with a latency, and of those the ones above the objective.
  package var timed: Int64 = 0
  package var slow: Int64 = 0
  /// Answered above the limit of the model's comparison (`Recorder.setSlowLimits`).
  package var above: Int64 = 0
  /// Requests that the split gave to the version: answered, failed or shed there; and of those the ones that failed.
  package var routed: Int64 = 0
  package var routedErrors: Int64 = 0
  /// Requests that the split drew the version for, whatever became of them: those whose client went away, and those whose
  /// reply could not be sent, too.
  package var drawn: Int64 = 0
  /// Of these, the ones that came in an earlier second than their answer (`DrawRollup`).
  package var drawnEarlier: Int64 = 0
  /// Requests that no comparison counts (`PredictionRecord.isOutsideSplit`); they are none of the routed ones.
  package var outside: Int64 = 0
  /// Of those that the split gave, the ones without a routing key: each is routed by its own id.
  package var keyless: Int64 = 0

  package init() {}

  package static func += (left: inout RevisionCounts, right: RevisionCounts) {
    left.requests += right.requests
    left.serverErrors += right.serverErrors
    left.limited += right.limited
    left.timed += right.timed
    left.slow += right.slow
    left.above += right.above
    left.routed += right.routed
    left.routedErrors += right.routedErrors
    left.drawn += right.drawn
    left.drawnEarlier += right.drawnEarlier
    left.outside += right.outside
    left.keyless += right.keyless
  }
}

/// Requests of one version in one part under one revision by the second in which they came, where counts by the second of
/// the answer do not say it.
package struct DrawRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  package var revision: Int64
  /// In which they came, since 1970.
  package var second: Int64
  package var counts: DrawCounts

  package init(
    version: ModelVersion, variant: Variant, revision: Int64, second: Int64, counts: DrawCounts
  ) {
    self.version = version
    self.variant = variant
    self.revision = revision
    self.second = second
    self.counts = counts
  }
}

package struct DrawCounts: Sendable, Equatable {
  /// Requests that the split gave to the version and that were answered in a later second.
  package var earlier: Int64
  /// Requests that no comparison counts (`PredictionRecord.isOutsideSplit`).
  package var outside: Int64

  package init(earlier: Int64 = 0, outside: Int64 = 0) {
    self.earlier = earlier
    self.outside = outside
  }
}

/// The labels that came for predictions made under one revision of a model's deployment.
package struct RevisionLabels: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  package var revision: Int64
  package var counts: LabelCounts
  /// Those of clients that are known.
  package var clients: [String: LabelCounts]

  package init(
    version: ModelVersion, variant: Variant, revision: Int64, counts: LabelCounts,
    clients: [String: LabelCounts] = [:]
  ) {
    self.version = version
    self.variant = variant
    self.revision = revision
    self.counts = counts
    self.clients = clients
  }
}

/// Requests and labels of one version in one part under one revision, each with its routing key.
package struct KeyedRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  package var revision: Int64
  package var events: KeyedEvents
}

package struct KeyedEvents: Sendable, Equatable {
  /// More than a second brings; further ones are not looked at.
  static let limit = 50_000

  package struct Request: Sendable, Equatable {
    package var key: UInt64
    /// In which it came, since 1970.
    package var second: Int64 = 0
    /// Whether a guardrail counts it; without that it tells only for which arm the split drew.
    package var isCounted = true
    package var isError: Bool
    /// An error for want of room or of time in the queue.
    package var isRefused = false
    /// By the limit of the model's comparison, else by its latency objective.
    package var isSlow: Bool
    /// Under the name by which it is counted; nil: nobody gave one.
    package var client: String?
  }

  package struct Label: Sendable, Equatable {
    package var key: UInt64
    package var isWrong: Bool
    package var client: String?
  }

  package var requests: [Request] = []
  package var labels: [Label] = []
}

extension Outcome {
  /// Whether it failed for want of room or of time in the queue.
  package var isRefusal: Bool { isServerError && self != .failed }
}
