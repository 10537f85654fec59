package import Domain
package import Foundation
import GRDB

/// References in the making: the values of a day, which are telemetry like requests are.
extension MetricStore {
  /// Of all versions' samples together.
  private var referenceBytes: Int64 { min(64 << 20, settings.maximumBytes / 16) }

  /// Keeps these and no others, as far as there is room: the smallest first, and none where the file is nearly as large as it
  /// may be.
  ///
  /// - Returns: those that were left out: what is collected of them ends with the server.
  @discardableResult
  package func store(
    referenceSamples samples: [ModelVersion: Data]
  ) throws(StorageError) -> [ModelVersion] {
    try transaction { _, db in
      try db.execute(sql: "DELETE FROM reference_sample")
      var room = try MetricWriter.isTight(settings.maximumPages, in: db) ? 0 : referenceBytes
      var leftOut: [ModelVersion] = []
      for (version, data) in samples.sorted(by: {
        ($0.value.count, $0.key) < ($1.value.count, $1.key)
      }) {
        guard data.count <= room else {
          leftOut.append(version)
          continue
        }
        room -= Int64(data.count)
        try db.execute(
          sql: "INSERT INTO reference_sample(model, version, data) VALUES (?, ?, ?)",
          arguments: [version.model, version.version, data])
      }
      return leftOut
    }
  }

  package func referenceSamples() throws(StorageError) -> [ModelVersion: Data] {
    try reading { db in
      try Row.fetchAll(db, sql: "SELECT model, version, data FROM reference_sample")
        .reduce(into: [:]) { all, row in
          let version = ModelVersion(model: try row.checked(0), version: try row.checked(1))
          all[version] = try row.checked(2, as: Data.self)
        }
    }
  }
}
