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
      return try targets.map { target in
        switch target {
        case .request(let id): try Self.predictions(of: id, keys, db)
        case .client(let name): try Self.newest(of: name, keys, db)
        }
      }
    }
  }

  private static func newest(
    of client: String, _ keys: [Int64: SeriesKey], _ db: Database
  ) throws -> [StoredPrediction] {
    // The index holds the ids in their order. A few, because other models may have had the same client id.
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: "SELECT id, series FROM prediction WHERE client_id = ? ORDER BY id DESC LIMIT 32"),
      arguments: [client])
    var newest: RequestID?
    while newest == nil, let row = try rows.next() {
      if keys[row[1]] != nil { newest = RequestID(bytes: row[0] as Data) }
    }
    return try newest.map { try predictions(of: $0, keys, db) } ?? []
  }

  private static func predictions(
    of id: RequestID, _ keys: [Int64: SeriesKey], _ db: Database
  ) throws -> [StoredPrediction] {
    let rows = try Row.fetchAll(
      try db.cachedStatement(
        sql: "SELECT series, t, client_id, predicted, labelled FROM prediction WHERE id = ?"),
      arguments: [id.data])
    return rows.compactMap { row in
      guard let series = keys[row[0]],
        let values = PredictionCoding.decode([UInt8](row[3] as Data))
      else { return nil }
      return StoredPrediction(
        key: PredictionKey(id: id, series: series),
        prediction: PendingPrediction(
          second: row[1], clientRequestID: row[2], values: values, isLabelled: row[4]))
    }
  }
}
