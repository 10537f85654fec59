import Domain

/// Predictions not yet in the store, findable by either id.
///
/// Most are written without ever being looked for, so they are only appended; the index is made when a label comes, of
/// what has come since the last one.
struct PendingPredictions: Equatable {
  struct Series: Equatable {
    let key: SeriesKey
    fileprivate(set) var predictions = EncodedPredictions()
    /// Entries whose label has come.
    fileprivate(set) var labelled: Set<Int> = []
    /// Predictions that the index knows.
    fileprivate var indexed = 0
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

  var count: Int { series.reduce(0) { $0 + $1.predictions.count } }

  /// - Precondition: no prediction of this series has this id, and its label has not come.
  mutating func append(
    _ prediction: PendingPrediction, id: RequestID, of version: ModelVersion, _ variant: Variant
  ) {
    if newestSeries >= series.count || series[newestSeries].key.variant != variant
      || !series[newestSeries].key.version.isSame(as: version)
    {
      let key = SeriesKey(version: version, variant: variant)
      newestSeries = series.firstIndex { $0.key == key } ?? series.count
      if newestSeries == series.count { series.append(Series(key: key)) }
    }
    series[newestSeries].predictions.append(prediction, id: id)
  }

  /// The request's copies: one a series of the model.
  mutating func copies(
    of id: RequestID, model: String
  ) -> [(key: PredictionKey, prediction: PendingPrediction)] {
    complete()
    return (index.places[id] ?? []).compactMap { place in
      let one = series[place.series]
      guard one.key.version.model == model,
        var prediction = one.predictions.prediction(at: place.entry)
      else { return nil }
      prediction.isLabelled = one.labelled.contains(place.entry)
      return (PredictionKey(id: id, series: one.key), prediction)
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
      series[place.series].labelled.insert(place.entry)
    }
  }

  private mutating func complete() {
    for number in series.indices {
      let one = series[number]
      for position in one.indexed..<one.predictions.count {
        let id = one.predictions.ids[position]
        index.places[id, default: []].append(Place(series: number, entry: position))
        guard let client = one.predictions.clientRequestID(at: position) else { continue }
        let request = ClientRequest(model: one.key.version.model, id: client)
        index.newest[request] = max(index.newest[request] ?? id, id)
      }
      series[number].indexed = one.predictions.count
    }
  }
}
