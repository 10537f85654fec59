package import Domain
import Foundation
import GRDB

/// What the rules remember, and what people have said of alerts: a restart changes nothing of it.
extension StateStore {
  /// As JSON, by the key of a group of rules.
  package func ruleMemories() throws(StorageError) -> [String: String] {
    try use { db in try Self.texts(of: "alert_rule", key: "key", db) }
  }

  package func store(ruleMemories: [String: String]) throws(StorageError) {
    try write { db in
      for (key, json) in ruleMemories { try Self.put(json, key: key, into: "alert_rule(key)", db) }
    }
  }

  package func remove(ruleMemories keys: [String]) throws(StorageError) {
    try write { db in try Self.delete(keys, from: "alert_rule", key: "key", db) }
  }

  /// In the order of their ids.
  package func silences() throws(StorageError) -> [Silence] {
    try use { db in
      try Self.texts(of: "silence", key: "id", db).sorted { $0.key < $1.key }
        .compactMap { try? JSONDecoder().decode(Silence.self, from: Data($0.value.utf8)) }
    }
  }

  package func store(_ silence: Silence) throws(StorageError) {
    try write { db in
      try Self.put(Self.json(silence), key: silence.id, into: "silence(id)", db)
    }
  }

  package func acknowledgements() throws(StorageError) -> [AlertID: Acknowledgement] {
    try use { db in
      try Self.texts(of: "acknowledgement", key: "alert", db).reduce(into: [:]) { all, row in
        guard let alert = AlertID(row.key) else { return }
        all[alert] = try? JSONDecoder().decode(Acknowledgement.self, from: Data(row.value.utf8))
      }
    }
  }

  package func store(
    _ acknowledgement: Acknowledgement, of alert: AlertID
  ) throws(StorageError) {
    try write { db in
      try Self.put(
        Self.json(acknowledgement), key: "\(alert)", into: "acknowledgement(alert)", db)
    }
  }

  /// Both in one transaction; what is not there is no error.
  package func remove(
    silences: [Silence.ID], acknowledgements: [AlertID]
  ) throws(StorageError) {
    try write { db in
      try Self.delete(silences, from: "silence", key: "id", db)
      try Self.delete(
        acknowledgements.map(\.description), from: "acknowledgement", key: "alert", db)
    }
  }

  /// One synced transaction, unless the file is to be repaired first.
  func write<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    try refuseIfBroken()
    return try use { db in
      try refuseIfTouched()
      var value: Value?
      try db.inTransaction(.immediate) {
        value = try body(db)
        return .commit
      }
      guard let value else { throw StorageError.withdrawn }
      return value
    }
  }

  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  static func texts(
    of table: String, key: String, _ db: Database
  ) throws -> [String: String] {
    let isSound = try RowSeal.isSound(table, db)
    return try Row.fetchAll(db, sql: "SELECT \(key), json FROM \(table) WHERE \(isSound)")
      .reduce(into: [:]) { all, row in
        all[try row.checked(0)] = try row.checked(1, as: String.self)
      }
  }

  /// - Parameter place: the table with its key, as `silence(id)`.
  static func put(
    _ json: String, key: String, into place: String, _ db: Database
  ) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO \(place.dropLast()), json, checksum) VALUES (?1, ?2, seal(?1, ?2))
        """,
      arguments: [key, json])
  }

  private static func delete(
    _ keys: [String], from table: String, key: String, _ db: Database
  ) throws {
    for value in keys {
      try db.execute(sql: "DELETE FROM \(table) WHERE \(key) = ?", arguments: [value])
    }
  }
}
