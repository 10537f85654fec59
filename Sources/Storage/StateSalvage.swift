import Domain
import Foundation
import GRDB

/// What can still be read of a damaged `state.db`.
struct StateSalvage {
  /// The chain's rows with their hashes, up to the first that is not sound.
  private(set) var chain: [(row: AuditRow, hash: Data)] = []
  /// The newest row's number, sound or not; 0 when there is none that can be read.
  private(set) var newestRow: Int64 = 0
  private(set) var tables: [Table] = []
  /// What will be in force, by model; empty until `restoreDeployments`.
  private(set) var deployments: [String: Deployment] = [:]

  struct Table {
    var name: String
    var columns: [String] = []
    var rows: [[DatabaseValue]] = []
    var isWhole = true
  }

  /// All but the chain, with their keys.
  private static let keys: [(table: String, key: [String])] = [
    ("deployment", ["model"]), ("command", ["id"]), ("imported", ["digest"]),
    ("drift_reference", ["id"]), ("judge", ["key"]), ("budget", ["model", "day"]),
    ("alert_rule", ["key"]), ("silence", ["id"]), ("acknowledgement", ["alert"]),
    ("notification", ["id"]), ("incident", ["id"]), ("incident_entry", ["id"]),
  ]

  /// - Parameter isEmptied: nothing is left of the file, and SQLite must not look at it.
  /// - Throws: what is no damage: `foreign`, `newerSchema`, `cannotOpen`, `inputOutput`.
  init(path: String, isEmptied: Bool) throws(StorageError) {
    if isEmptied {
      self.init()
      return
    }
    do {
      self = try StateStore.looking(at: path) { db in
        var salvage = StateSalvage()
        try salvage.read(db, path: path)
        return salvage
      }
    } catch {
      let failure = StorageError(error, path: path)
      guard case .corrupt = failure else { throw failure }
      self.init()
    }
  }

  private init() { tables = Self.keys.map { Table(name: $0.table, isWhole: false) } }

  private mutating func read(_ db: Database, path: String) throws {
    let version = try Schema.state.check(db, path: path)
    var chain: [(row: AuditRow, hash: Data)] = []
    // Where it cannot be read, the chain ends.
    _ = try? StateStore.walk(db) { chain.append(($0, $1)) }
    self.chain = chain
    let newest = try? Int64.fetchOne(db, sql: "SELECT max(sequence) FROM audit")
    newestRow = max(newest ?? 0, Int64(chain.count))
    tables = Self.keys.map { name, key in
      if version < Schema.state.steps.count, (try? db.tableExists(name)) == false {
        return Table(name: name)
      }
      return Self.read(name, key: key, db)
    }
  }

  /// From the first row on, and where that does not lead to the last, from the last one back.
  private static func read(_ name: String, key: [String], _ db: Database) -> Table {
    var table = Table(name: name)
    var seen: Set<[DatabaseValue]> = []
    for direction in ["ASC", "DESC"] {
      let order = key.map { "\($0) \(direction)" }.joined(separator: ", ")
      do {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(name) ORDER BY \(order)")
        while let row = try rows.next() {
          table.columns = Array(row.columnNames)
          guard seen.insert(key.map { row[$0] }).inserted else { continue }
          table.rows.append(Array(row.databaseValues))
        }
        if direction == "ASC" { break }
      } catch {
        table.isWhole = false
      }
    }
    table.dropUnreadable()
    return table
  }

  /// Puts in the place of the stored deployments those that were in force last.
  ///
  /// - Returns: a phrase for each that was stored otherwise.
  mutating func restoreDeployments(
    mirror: DeploymentMirror?, _ problem: AuditVerification.Problem
  ) -> [String] {
    guard let index = tables.firstIndex(where: { $0.name == "deployment" }) else { return [] }
    var proven: [String: ProvenDeployment] = [:]
    for (row, _) in chain {
      // A row that is sound and cannot be read is of a later Vigia.
      try? proven.learn(row, path: StateStore.fileName)
    }
    let stored = tables[index].deployments
    var isChainWhole = false
    if case .deploymentsChanged = problem { isChainWhole = true }
    let standing = StandingDeployments(
      proven: proven, mirror: mirror, stored: stored, isChainWhole: isChainWhole)
    deployments = standing.deployments
    let rows = deployments.values.sorted { $0.model < $1.model }
    tables[index].columns = ["model", "revision", "json"]
    tables[index].rows = rows.compactMap { deployment in
      (try? StateStore.encode(deployment)).map {
        [
          deployment.model.databaseValue, deployment.revision.databaseValue, $0.databaseValue,
        ]
      }
    }
    if mirror != nil || isChainWhole { tables[index].isWhole = true }
    var restored: [String] = []
    for deployment in rows where stored[deployment.model] != deployment {
      let proof =
        switch standing.sources[deployment.model] {
        case .mirror(let sequence): "\(DeploymentMirror.fileName) of audit row \(sequence)"
        default: "audit row \(proven[deployment.model]?.sequence ?? 0)"
        }
      let found = stored[deployment.model]?.shortly ?? "no row that can be read"
      restored.append(
        "the deployment of \(deployment.model) restored from \(proof): \(deployment.shortly) in the "
          + "place of \(found)")
    }
    for model in stored.keys.sorted() where deployments[model] == nil {
      restored.append("a deployment of \(model) left out: no audit row holds it")
    }
    return restored
  }

  func write(to db: Database) throws {
    for (row, hash) in chain { try row.insert(into: db, hash: hash) }
    for table in tables where !table.rows.isEmpty {
      let marks = Array(repeating: "?", count: table.columns.count).joined(separator: ",")
      let insert = try db.cachedStatement(
        sql: """
          INSERT INTO \(table.name)(\(table.columns.joined(separator: ", "))) VALUES (\(marks))
          """)
      for row in table.rows { try insert.execute(arguments: StatementArguments(row)) }
    }
    // Those of a schema that had no checksums.
    for seal in RowSeal.all { try seal.sealUnsealed(db) }
  }
}

extension StateSalvage.Table {
  /// Of the table `deployment`, by their key.
  fileprivate var deployments: [String: Deployment] {
    guard let key = columns.firstIndex(of: "model"), let json = columns.firstIndex(of: "json"),
      let revision = columns.firstIndex(of: "revision")
    else { return [:] }
    return rows.reduce(into: [:]) { all, row in
      guard let model = String.fromDatabaseValue(row[key]),
        let text = String.fromDatabaseValue(row[json]),
        let found = try? JSONDecoder().decode(Deployment.self, from: Data(text.utf8)),
        found.model == model, Int64.fromDatabaseValue(row[revision]) == found.revision
      else { return }
      all[model] = found
    }
  }

  /// Damage that SQLite does not notice: a row that is not what was written, a value of another type than its column's, JSON
  /// that is none any more.
  fileprivate mutating func dropUnreadable() {
    let readable = rows.filter { isSealed($0) && isReadable($0) }
    if readable.count < rows.count { isWhole = false }
    rows = readable
  }

  private func isSealed(_ row: [DatabaseValue]) -> Bool {
    guard let seal = RowSeal.all.first(where: { $0.table == name }),
      let checksum = columns.firstIndex(of: "checksum")
    else { return true }
    let sealed = seal.columns.compactMap { columns.firstIndex(of: $0) }.map { row[$0] }
    return row[checksum] == RowSeal.checksum(of: sealed).databaseValue
  }

  private func isReadable(_ row: [DatabaseValue]) -> Bool {
    let json = name == "command" ? "outcome" : "json"
    return zip(columns, row).allSatisfy { column, value in
      switch (column, value.storage) {
      case ("revision", .int64), ("sequence", .int64), ("made_at", .int64), ("day", .int64): true
      case ("id", .int64): hasNumbers
      case ("id", .string): !hasNumbers
      case ("digest", .blob): true
      case (json, .string(let text)): isReadable(text)
      case ("model", .string), ("version", .string), ("key", .string): true
      case ("receiver", .string), ("alert", .string): true
      case ("attempts", .int64), ("created", .int64), ("kept", .int64): true
      case ("due", .int64), ("due", .null): true
      case ("checksum", .int64): true
      case ("incident", .int64), ("closed", .int64), ("closed", .null): true
      default: false
      }
    }
  }

  private var hasNumbers: Bool {
    ["drift_reference", "notification", "incident", "incident_entry"].contains(name)
  }

  private func isReadable(_ json: String) -> Bool {
    let data = Data(json.utf8)
    switch name {
    case "deployment": return (try? JSONDecoder().decode(Deployment.self, from: data)) != nil
    case "incident": return (try? JSONDecoder().decode(Incident.self, from: data)) != nil
    case "command": return (try? JSONDecoder().decode(CommandOutcome.self, from: data)) != nil
    // A judge that has nothing to remember yet is kept as `null`.
    default:
      return (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil
    }
  }
}
