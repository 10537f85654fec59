package import Domain

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
  /// Of versions whose model has a `redact`: how it fitted the last request that was to be kept.
  package var redactions: [ModelVersion: RedactionResult] = [:]
  /// Labels that came, by the minute of their prediction: what is new since the last batch.
  package var quality: [QualityRollup] = []
  /// The same labels, one a request, by the deployment's revision under which the prediction was made.
  package var revisionLabels: [RevisionLabels] = []
  /// What became of the labels that came, by model.
  package var receipts: [String: LabelReceipt] = [:]
  /// Where routing sticks to a key: what each request and each label was.
  package var keyed: [KeyedRollup] = []
  /// Requests that came in an earlier second than their answer, or that no comparison counts, by the second in which they
  /// came.
  package var draws: [DrawRollup] = []
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
    redactions = pending.redactions
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
    draws = pending.draws.map { key, counts in
      DrawRollup(
        version: key.revision.series.version, variant: key.revision.series.variant,
        revision: key.revision.revision, second: key.second, counts: counts)
    }
    slowLimits = pending.slowLimits
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
