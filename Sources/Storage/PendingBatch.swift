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

/// What has been folded since the last flush, and is written by the next.
struct PendingBatch: Equatable {
  var rollups: [SecondKey: SecondRollup] = [:]
  var labels: [SecondKey: LabelCounts] = [:]
  var clients: [ClientKey: Int64] = [:]
  var predictions = PendingPredictions()
  /// Predictions written earlier whose label has come since.
  var labelled: Set<PredictionKey> = []
  var requests: Int64 = 0
}

/// Predictions not yet in the store, findable by either id.
struct PendingPredictions: Equatable {
  private(set) var all: [PredictionKey: PendingPrediction] = [:]
  private var series: [RequestID: [SeriesKey]] = [:]
  private var newest: [ClientRequest: RequestID] = [:]

  private struct ClientRequest: Hashable {
    var model: String
    var id: String
  }

  mutating func insert(_ prediction: PendingPrediction, at key: PredictionKey) {
    if all.updateValue(prediction, forKey: key) == nil {
      series[key.id, default: []].append(key.series)
    }
    if let id = prediction.clientRequestID {
      let client = ClientRequest(model: key.series.version.model, id: id)
      newest[client] = max(newest[client] ?? key.id, key.id)
    }
  }

  mutating func markLabelled(_ key: PredictionKey) { all[key]?.isLabelled = true }

  func keys(of id: RequestID, model: String) -> [PredictionKey] {
    (series[id] ?? []).filter { $0.version.model == model }
      .map { PredictionKey(id: id, series: $0) }
  }

  /// The newest request of the model with this id of the client's.
  func newestID(of client: String, model: String) -> RequestID? {
    newest[ClientRequest(model: model, id: client)]
  }
}
