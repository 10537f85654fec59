package import Domain
package import Foundation
import GRDB

/// References in the making: the values of a day, which are telemetry like requests are.
extension MetricStore {
  /// Keeps these and no others.
  package func store(referenceSamples samples: [ModelVersion: Data]) throws(StorageError) {
    try transaction { _, db in
      try db.execute(sql: "DELETE FROM reference_sample")
      for (version, data) in samples {
        try db.execute(
          sql: "INSERT INTO reference_sample(model, version, data) VALUES (?, ?, ?)",
          arguments: [version.model, version.version, data])
      }
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
