import Domain

/// Predictions not yet in the store, findable by either id.
///
/// Most are written without ever being looked for, so they are only appended; the index is made when a label comes, of
/// what has come since the last one.
struct PendingPredictions: Equatable {
  struct Entry: Equatable {
    var id: RequestID
    var prediction: PendingPrediction
  }

  struct Series: Equatable {
    var key: SeriesKey
    var entries: [Entry] = []
    /// Entries that the index knows.
    var indexed = 0
  }

  private(set) var series: [Series] = []
  private var newestSeries = 0
  private var index = Index()

  private struct Index: Equatable {
    var places: [RequestID: [Place]] = [:]
    var newest: [ClientRequest: RequestID] = [:]
  }

  private struct Place: Equatable {
    var series: Int
    var entry: Int
  }

  private struct ClientRequest: Hashable {
    var model: String
    var id: String
  }

  var count: Int { series.reduce(0) { $0 + $1.entries.count } }

  /// - Precondition: no prediction of this series has this id.
  mutating func append(_ prediction: PendingPrediction, id: RequestID, to key: SeriesKey) {
    if newestSeries >= series.count || series[newestSeries].key != key {
      newestSeries = series.firstIndex { $0.key == key } ?? series.count
      if newestSeries == series.count { series.append(Series(key: key)) }
    }
    series[newestSeries].entries.append(Entry(id: id, prediction: prediction))
  }

  /// The request's copies: one a series of the model.
  mutating func copies(
    of id: RequestID, model: String
  ) -> [(key: PredictionKey, prediction: PendingPrediction)] {
    complete()
    return (index.places[id] ?? []).compactMap { place in
      let key = series[place.series].key
      guard key.version.model == model else { return nil }
      return (
        PredictionKey(id: id, series: key), series[place.series].entries[place.entry].prediction
      )
    }
  }

  /// The newest request of the model with this id of the client's.
  mutating func newestID(of client: String, model: String) -> RequestID? {
    complete()
    return index.newest[ClientRequest(model: model, id: client)]
  }

  mutating func markLabelled(_ key: PredictionKey) {
    complete()
    for place in index.places[key.id] ?? [] where series[place.series].key == key.series {
      series[place.series].entries[place.entry].prediction.isLabelled = true
    }
  }

  private mutating func complete() {
    for number in series.indices {
      let one = series[number]
      for position in one.indexed..<one.entries.count {
        let entry = one.entries[position]
        index.places[entry.id, default: []].append(Place(series: number, entry: position))
        guard let id = entry.prediction.clientRequestID else { continue }
        let client = ClientRequest(model: one.key.version.model, id: id)
        index.newest[client] = max(index.newest[client] ?? entry.id, entry.id)
      }
      series[number].indexed = one.entries.count
    }
  }
}
