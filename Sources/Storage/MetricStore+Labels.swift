import Domain
import Foundation
import GRDB

extension MetricStore {
  /// A stored prediction that a label may mean.
  struct StoredPrediction {
    var key: PredictionKey
    var prediction: PendingPrediction
  }

  /// How a label names its request.
  enum LabelTarget: Equatable {
    case request(RequestID)
    /// The newest request of the model with this id of the client's.
    case client(String)
  }

  /// The stored predictions of each target, in one look at the store.
  func predictions(
    of targets: [LabelTarget], model: String
  ) throws(StorageError) -> [[StoredPrediction]] {
    try reading { db in
      var keys: [Int64: SeriesKey] = [:]
      for (id, key) in try Self.keys(db, model: model, version: nil) { keys[id] = key }
      var reader = PredictionTable.Reader(db)
      let clients = Set(targets.compactMap { if case .client(let name) = $0 { name } else { nil } })
      let newest = try reader.newest(of: clients, in: Set(keys.keys))
      return try targets.map { target in
        switch target {
        case .request(let id): try Self.predictions(of: id, keys, &reader)
        case .client(let name):
          try newest[name].map { try Self.predictions(of: $0, keys, &reader) } ?? []
        }
      }
    }
  }

  private static func predictions(
    of id: RequestID, _ keys: [Int64: SeriesKey], _ reader: inout PredictionTable.Reader
  ) throws -> [StoredPrediction] {
    try reader.places(of: id).compactMap { place in
      guard let series = keys[place.series], let prediction = try reader.prediction(at: place)
      else { return nil }
      return StoredPrediction(
        key: PredictionKey(id: id, series: series), prediction: prediction)
    }
  }
}
