package import Domain
package import Statistics

/// What one flush of the recorder wrote: mostly one second, several after a stall.
package struct SecondBatch: Sendable {
  /// When the flush began.
  package var time: Timestamp
  /// Whole seconds in which the recorder was at work since the last batch: [from, to). A second in here without a
  /// rollup had no request; one that is in no batch is a gap.
  package var from: Int64
  package var to: Int64
  /// One a (version, variant, second), in no order. A second may come in two batches, with what each of them saw: add
  /// them up.
  package var rollups: [SecondRollup]
  /// Labels that came, at the second of their prediction.
  package var labels: [LabelRollup]
  package var clients: [ClientCount]
  /// Rows by the bins of their version's reference, at the minute of the answer: what is new since the last batch.
  package var features: [FeatureRollup] = []
  /// Rows of versions without a reference.
  package var samples: [FeatureSample] = []
  /// Labels that came, by the minute of their prediction: what is new since the last batch.
  package var quality: [QualityRollup] = []
  /// The same labels, one a request, by the deployment's revision under which the prediction was made.
  package var revisionLabels: [RevisionLabels] = []
  /// What became of the labels that came, by model.
  package var receipts: [String: LabelReceipt] = [:]
  /// Where routing sticks to a key: what each request and each label was.
  package var keyed: [KeyedRollup] = []
  /// Above which all its answers were counted as slow in a comparison (`RevisionCounts.above`), in microseconds, by model;
  /// none for a model whose limit was set in the middle of it.
  package var slowLimits: [String: Double] = [:]
  /// Seconds by which the wall clock was set since the last batch, positive when ahead; nil when it went as it should.
  package var clockJump: Double?
  /// Measurements dropped since the last batch: the ring was full, or the store could not be written.
  package var dropped: Int64
  /// The store as it is after this batch was written, or refused.
  package var status: StoreStatus

  package init(
    time: Timestamp, from: Int64, to: Int64, rollups: [SecondRollup] = [],
    labels: [LabelRollup] = [], clients: [ClientCount] = [], dropped: Int64 = 0,
    status: StoreStatus = StoreStatus()
  ) {
    self.time = time
    self.from = from
    self.to = to
    self.rollups = rollups
    self.labels = labels
    self.clients = clients
    self.dropped = dropped
    self.status = status
  }
}

extension SecondBatch {
  init(
    _ pending: PendingBatch, seconds: Range<Int64>, time: Timestamp, dropped: Int64,
    status: StoreStatus
  ) {
    self.init(
      time: time, from: seconds.lowerBound, to: seconds.upperBound,
      rollups: Array(pending.rollups.values),
      labels: pending.labels.map { key, counts in
        LabelRollup(
          version: key.series.version, variant: key.series.variant, second: key.second,
          counts: counts)
      },
      clients: pending.clients.map { key, tally in
        ClientCount(
          version: key.version, variant: key.variant, client: key.client, outcome: key.outcome,
          minute: key.minute, count: tally.count, times: tally.times)
      }, dropped: dropped, status: status)
    features = pending.features.map { key, counts in
      FeatureRollup(
        version: key.series.version, variant: key.series.variant, minute: key.second,
        counts: counts)
    }
    samples = pending.samples
    quality = pending.quality.map { key, row in
      QualityRollup(
        version: key.series.version, variant: key.series.variant, minute: key.second, row: row)
    }
    revisionLabels = pending.revisionLabels.map { key, counts in
      RevisionLabels(
        version: key.series.version, variant: key.series.variant, revision: key.revision,
        counts: counts.counts, clients: counts.clients)
    }
    receipts = pending.receipts
    keyed = pending.keyed.map { key, events in
      KeyedRollup(
        version: key.series.version, variant: key.series.variant, revision: key.revision,
        events: events)
    }
    slowLimits = pending.slowLimits
  }
}

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
  mutating func add(
    _ counters: RequestCounters, _ revision: RevisionCounts, of number: Int64, latency: Double?
  ) {
    self.counters += counters
    byRevision[number, default: RevisionCounts()] += revision
    if let latency { self.latency.add(latency) }
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

/// What a proof counts of the requests admitted under one revision.
package struct RevisionCounts: Sendable, Equatable {
  package var requests: Int64 = 0
  package var serverErrors: Int64 = 0
  /// Requests that a limit refused (429).
  package var limited: Int64 = 0
  /// Requests with a latency, and of those the ones above the objective.
  package var timed: Int64 = 0
  package var slow: Int64 = 0
  /// Answered above the limit of the model's comparison (`Recorder.setSlowLimits`).
  package var above: Int64 = 0
  /// Requests that the split gave to the version: answered, failed or shed there; and of those the ones that failed.
  package var routed: Int64 = 0
  package var routedErrors: Int64 = 0

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
  }
}

/// The labels that came for the predictions of one version in one part in one second.
package struct LabelRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Of the prediction, not of the label.
  package var second: Int64
  package var counts: LabelCounts

  package init(version: ModelVersion, variant: Variant, second: Int64, counts: LabelCounts) {
    self.version = version
    self.variant = variant
    self.second = second
    self.counts = counts
  }
}

/// The rows of one version in one part by the bins of its reference.
package struct FeatureRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Start of the minute, in seconds since 1970.
  package var minute: Int64
  package var counts: FeatureCounts
}

/// The labels that came for the predictions of one version in one part in one minute.
package struct QualityRollup: Sendable, Equatable {
  package var version: ModelVersion
  package var variant: Variant
  /// Of the predictions; its start, in seconds since 1970.
  package var minute: Int64
  package var row: QualityRow
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
    package var isError: Bool
    /// By the limit of the model's comparison, else by its latency objective.
    package var isSlow: Bool
  }

  package struct Label: Sendable, Equatable {
    package var key: UInt64
    package var isWrong: Bool
  }

  package var requests: [Request] = []
  package var labels: [Label] = []
}

/// How right the labelled rows were predicted.
package struct LabelCounts: Sendable, Equatable, Codable {
  /// Classes.
  package var correct: Int64 = 0
  package var wrong: Int64 = 0
  /// Regressions: rows, and the sum of their absolute errors.
  package var distances: Int64 = 0
  package var absoluteErrorSum: Double = 0
  /// Users' scores.
  package var scores: Int64 = 0
  package var scoreSum: Double = 0

  package init() {}

  package var rows: Int64 { correct + wrong + distances }

  package mutating func add(_ result: LabelResult) {
    switch result {
    case .correct: correct += 1
    case .wrong: wrong += 1
    case .distance(let distance):
      // Of a prediction that is no number, or none that means anything, no mean can be taken.
      guard distance <= LabelBatch.largest else { return }
      distances += 1
      absoluteErrorSum += distance
    }
  }

  package static func += (left: inout LabelCounts, right: LabelCounts) {
    left.correct += right.correct
    left.wrong += right.wrong
    left.distances += right.distances
    left.absoluteErrorSum += right.absoluteErrorSum
    left.scores += right.scores
    left.scoreSum += right.scoreSum
  }
}

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

  /// Of the requests that were timed (`Outcome.isTimed`).
  package struct Times: Sendable, Equatable {
    package var timed: Int64 = 0
    /// Answered above the model's latency objective.
    package var slow: Int64 = 0
    /// Answered above the limit of the model's comparison (`Recorder.setSlowLimits`).
    package var above: Int64 = 0
    /// Total times in microseconds.
    package var sum: Double = 0

    package init() {}

    package static func += (left: inout Times, right: Times) {
      left.timed += right.timed
      left.slow += right.slow
      left.above += right.above
      left.sum += right.sum
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
