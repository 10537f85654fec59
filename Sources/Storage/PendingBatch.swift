import Domain

/// What a version did in one part: the unit of a series in the store.
struct SeriesKey: Hashable {
  var version: ModelVersion
  var variant: Variant
}

/// A series within one second.
struct SecondKey: Hashable {
  var series: SeriesKey
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
  var values: [PredictedValue]
  var isLabelled = false
}

struct ClientKey: Hashable {
  var version: ModelVersion
  var client: String
  var outcome: Outcome
  var minute: Int64
}

struct ClientTally: Equatable {
  var count: Int64 = 0
  var times = ClientCount.Times()
}

/// What has been folded since the last flush, and is written by the next.
struct PendingBatch: Equatable {
  var rollups: [SecondKey: SecondRollup] = [:]
  var labels: [SecondKey: LabelCounts] = [:]
  var clients: [ClientKey: ClientTally] = [:]
  var predictions = PendingPredictions()
  /// Predictions written earlier whose label has come since.
  var labelled: Set<PredictionKey> = []
  var requests: Int64 = 0
}
