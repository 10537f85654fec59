import Domain
import Foundation
import GRDB

/// What must outlive `metrics.db`: drift references, what judges remember, and the error budget's days.
extension StateStore {
  /// The newest reference of each version.
  package func references() throws(StorageError) -> [FrozenReference] {
    try use(Self.references)
  }

  static func references(_ db: Database) throws -> [FrozenReference] {
    let isSound = try RowSeal.isSound("drift_reference", db)
    let rows = try String.fetchAll(
      db,
      sql: """
        SELECT json FROM drift_reference WHERE id IN (
          SELECT max(id) FROM drift_reference WHERE \(isSound) GROUP BY model, version)
        ORDER BY id
        """)
    return rows.compactMap {
      try? JSONDecoder().decode(FrozenReference.self, from: Data($0.utf8))
    }
  }

  /// Keeps a reference: references are replaced, never changed.
  ///
  /// - Parameter forgetsEarlier: whether those of the version before it go, with the values that they hold.
  package func store(
    _ reference: FrozenReference, forgetsEarlier: Bool = false
  ) throws(StorageError) {
    try refuseIfBroken()
    try use { db in
      let json = String(decoding: try JSONEncoder().encode(reference), as: UTF8.self)
      let (model, version) = (reference.version.model, reference.version.version)
      try db.inTransaction(.immediate) {
        try db.execute(
          sql: """
            INSERT INTO drift_reference(id, model, version, made_at, json, checksum)
            VALUES (?1, ?2, ?3, ?4, ?5, seal(?1, ?2, ?3, ?4, ?5))
            """,
          arguments: [reference.id, model, version, reference.madeAt.microseconds, json])
        if forgetsEarlier {
          try db.execute(
            sql: "DELETE FROM drift_reference WHERE model = ? AND version = ? AND id < ?",
            arguments: [model, version, reference.id])
        }
        return .commit
      }
    }
  }

  /// The number of the newest reference; 0 without one.
  package func newestReferenceID() throws(StorageError) -> Int64 {
    try use { db in
      try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM drift_reference") ?? 0
    }
  }

  /// A judge's memory as JSON, by its key.
  package func judges() throws(StorageError) -> [String: String] {
    try use { db in
      try Self.texts(of: "judge", key: "key", db)
    }
  }

  /// Forgets what these judges remember.
  package func removeJudges(_ keys: [String]) throws(StorageError) {
    try refuseIfBroken()
    try use { db in
      try db.inTransaction(.immediate) {
        for key in keys {
          try db.execute(sql: "DELETE FROM judge WHERE key = ?", arguments: [key])
        }
        return .commit
      }
    }
  }

  /// The days of a model's error budget as JSON, by their start in seconds since 1970.
  package func budgets() throws(StorageError) -> [String: [Int64: String]] {
    try use { db in
      let isSound = try RowSeal.isSound("budget", db)
      return try Row.fetchAll(db, sql: "SELECT model, day, json FROM budget WHERE \(isSound)")
        .reduce(into: [:]) { all, row in
          try all[row.checked(0), default: [:]][row.checked(1)] = row.checked(2, as: String.self)
        }
    }
  }

  /// Keeps what judges remember and the budgets' days, in one transaction; days past `oldestDay` go.
  ///
  /// - Throws: `full` when there is no room for all of it. The budgets' days are kept then all the same where the ledger's
  ///   reserve has room for them: what was spent is not known again, what judges remember is found anew.
  package func store(
    judges: [String: String], budgets: [String: [Int64: String]], oldestDay: Int64
  ) throws(StorageError) {
    try refuseIfBroken()
    do {
      try write(judges: judges, budgets: budgets, oldestDay: oldestDay)
      reserve?.take()
    } catch {
      guard case .full = error else { throw error }
      _ = reserve?.giveUp()
      try write(judges: [:], budgets: budgets, oldestDay: oldestDay)
      if !judges.isEmpty { throw error }
    }
  }

  private func write(
    judges: [String: String], budgets: [String: [Int64: String]], oldestDay: Int64
  ) throws(StorageError) {
    try use { db in
      try db.inTransaction(.immediate) {
        for (key, json) in judges {
          try Self.put(json, key: key, into: "judge(key)", db)
        }
        for (model, days) in budgets {
          for (day, json) in days {
            try db.execute(
              sql: """
                INSERT OR REPLACE INTO budget(model, day, json, checksum)
                VALUES (?1, ?2, ?3, seal(?1, ?2, ?3))
                """,
              arguments: [model, day, json])
          }
          // A clock that was ahead had made them; what they held was counted into the newest.
          try db.execute(
            sql: "DELETE FROM budget WHERE model = ? AND day > ?",
            arguments: [model, days.keys.max() ?? .max])
        }
        try db.execute(sql: "DELETE FROM budget WHERE day < ?", arguments: [oldestDay])
        return .commit
      }
    }
  }
}
