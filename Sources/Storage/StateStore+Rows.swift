package import Domain
import Foundation
import GRDB

extension StateStore {
  /// Newest first, at most 10,000.
  package func entries(_ query: AuditQuery) throws(StorageError) -> [AuditEntry] {
    try use { db in try Self.entries(query, in: db, path: path) }
  }

  static func entries(
    _ query: AuditQuery, in db: Database, path: String
  ) throws -> [AuditEntry] {
    var sql = "SELECT \(AuditRow.columns), hash FROM audit WHERE sequence < ?"
    var arguments: StatementArguments = [query.before ?? .max]
    if let model = query.model {
      sql += " AND model = ?"
      arguments += [model]
    }
    sql += " ORDER BY sequence DESC LIMIT ?"
    arguments += [min(max(query.limit, 0), 10_000)]
    return try Row.fetchAll(db, sql: sql, arguments: arguments).map { try entry($0, path: path) }
  }

  /// The newest row, of an act or an event, that tells the hash of a version's file.
  ///
  /// - Parameter action: of rows that are looked at; nil: of all.
  package func fileHash(
    of version: ModelVersion, action: String? = nil
  ) throws(StorageError) -> AuditEntry? {
    try use { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(AuditRow.columns), hash FROM audit
          WHERE model = ?1 AND outcome IN ('done', 'break_glass', 'event')
            AND (?3 IS NULL OR action = ?3)
            AND ((to_version = ?2 AND to_sha256 <> '') OR (from_version = ?2 AND from_sha256 <> ''))
          ORDER BY sequence DESC LIMIT 1
          """, arguments: [version.model, version.version, action]
      ).map { try Self.entry($0, path: path) }
    }
  }

  package func entry(_ sequence: Int64) throws(StorageError) -> AuditEntry? {
    try use { db in
      try Row.fetchOne(
        db, sql: "SELECT \(AuditRow.columns), hash FROM audit WHERE sequence = ?",
        arguments: [sequence]
      ).map { try Self.entry($0, path: path) }
    }
  }

  /// What became of a command; nil when it was never stored.
  package func outcome(of command: CommandID) throws(StorageError) -> CommandOutcome? {
    try use { db in
      try String.fetchOne(
        db,
        sql: """
          SELECT outcome FROM command WHERE id = ? AND \(try RowSeal.isSound("command", db))
          """, arguments: [command.text]
      ).map { try Self.decode(CommandOutcome.self, from: $0, path: path) }
    }
  }

  /// Adds `entry` as the next row of the chain.
  ///
  /// - Parameter deployments: those that it changed; without a model in the entry, all there are.
  static func insert(
    _ entry: AuditEntry, deployments: [Deployment] = [], into db: Database, path: String
  ) throws -> AuditEntry {
    let last = try lastRow(db)
    let row = AuditRow(
      entry, sequence: (last?.sequence ?? 0) + 1,
      deployments: deployments.isEmpty ? nil : try encode(deployments))
    let hash = AuditChain.hash(of: row, after: last?.hash ?? AuditChain.origin)
    try row.insert(into: db, hash: hash)
    guard let stored = row.entry(hash: hash) else {
      throw StorageError.unexpected(path: path, detail: "an audit row cannot be read back")
    }
    return stored
  }

  static func store(_ deployment: Deployment, in db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO deployment(model, revision, json) VALUES (?, ?, ?)"
    ).execute(arguments: [deployment.model, deployment.revision, try encode(deployment)])
  }

  static func store(
    _ outcome: CommandOutcome, of command: CommandID, sequence: Int64, in db: Database
  ) throws {
    guard try !hasOutcome(command, in: db) else {
      throw StorageError.alreadyDone(commandID: command.text)
    }
    try db.cachedStatement(
      sql: """
        INSERT INTO command(id, sequence, outcome, checksum) VALUES (?1, ?2, ?3, seal(?1, ?2, ?3))
        """
    ).execute(arguments: [command.text, sequence, try encode(outcome)])
  }

  static func hasOutcome(_ command: CommandID, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM command WHERE id = ?)", arguments: [command.text])
      ?? false
  }

  static func lastRow(_ db: Database) throws -> (sequence: Int64, hash: Data)? {
    try Row.fetchOne(db, sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
      .map { (try $0.checked(0), try $0.checked(1)) }
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from json: String, path: String
  ) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(json.utf8)) } catch {
      throw StorageError.corrupt(path: path, detail: "\(type): \(error)")
    }
  }

  private static func entry(_ row: Row, path: String) throws -> AuditEntry {
    let values = try AuditRow(row)
    guard let entry = values.entry(hash: try row.checked(AuditRow.hashIndex)) else {
      throw StorageError.corrupt(
        path: path, detail: "audit row \(values.sequence) has an unknown role, origin or outcome")
    }
    return entry
  }
}
