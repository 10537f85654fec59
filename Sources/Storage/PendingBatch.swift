package import Domain
import Statistics

/// What a version did in one part: the unit of a series in the store.
package struct SeriesKey: Hashable, Sendable {
  package var version: ModelVersion
  package var variant: Variant

  package init(version: ModelVersion, variant: Variant) {
    self.version = version
    self.variant = variant
  }
}

/// A series within one second.
package struct SecondKey: Hashable, Sendable {
  package var series: SeriesKey
  package var second: Int64

  package init(series: SeriesKey, second: Int64) {
    self.series = series
    self.second = second
  }
}

/// A series under one revision of its model's deployment.
struct RevisionKey: Hashable {
  var series: SeriesKey
  var revision: Int64
}

/// A series under one revision in the second in which requests came.
struct DrawKey: Hashable {
  var revision: RevisionKey
  var second: Int64
}

/// A prediction that waits for its label. A shadow's copy has the request's id and is another prediction.
struct PredictionKey: Hashable {
  var id: RequestID
  var series: SeriesKey
}

struct PendingPrediction: Equatable {
  var second: Int64
  var clientRequestID: String?
  /// One a row; empty where there was no answer that a label could be compared with.
  var values: PredictedValues = []
  /// One a row, see `ScoreColumn`; empty where the model gives none.
  var scores: [Float] = []
  /// Of the deployment under which the request was admitted.
  var revision: Int64 = 0
  /// See `PredictionRecord.routingKey`.
  var routingKey: UInt64?
  /// Under which its client is counted; nil where nobody knows it.
  var client: String?
  var isLabelled = false
}

struct ClientKey: Hashable {
  var version: ModelVersion
  var variant: Variant
  var client: String
  var outcome: Outcome
  var minute: Int64
}

struct ClientLabelCounts: Equatable {
  var counts = LabelCounts()
  /// Of known clients.
  var clients: [String: LabelCounts] = [:]
}

struct ClientTally: Equatable {
  var count: Int64 = 0
  var times = ClientCount.Times()
}

/// What has been folded since the last flush, and is written by the next.
package struct PendingBatch: Equatable {
  package var rollups: [SecondKey: SecondRollup] = [:]
  var labels: [SecondKey: LabelCounts] = [:]
  var clients: [ClientKey: ClientTally] = [:]
  /// See `SecondBatch.slowLimits`.
  var slowLimits: [String: Double] = [:]
  var predictions = PendingPredictions()
  /// By the minute of the answer.
  package var features: [SecondKey: FeatureCounts] = [:]
  /// Of versions without a reference; not written.
  var samples: [FeatureSample] = []
  /// By the minute of the prediction.
  var quality: [SecondKey: QualityRow] = [:]
  /// Labels by the deployment's revision under which the prediction was made; not written.
  var revisionLabels: [RevisionKey: ClientLabelCounts] = [:]
  /// What became of the labels that came, by model; not written.
  var receipts: [String: LabelReceipt] = [:]
  /// Where routing sticks to a key: what each request, and each label, was; not written.
  var keyed: [RevisionKey: KeyedEvents] = [:]
  /// See `SecondBatch.draws`; not written.
  var draws: [DrawKey: DrawCounts] = [:]
  /// What the machine was like, by the second.
  var gauges: [Int64: GaugeTally] = [:]
  package var requestsKept: [SeriesKey: [CapturedRequest]] = [:]
  /// See `SecondBatch.redactions`.
  var redactions: [ModelVersion: RedactionResult] = [:]
  /// Predictions written earlier whose label has come since.
  var labelled: Set<PredictionKey> = []
  var requests: Int64 = 0

  package init() {}
}
