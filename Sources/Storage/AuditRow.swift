import Domain
import Foundation
import GRDB

/// A row of the table `audit` as its plain values, so that a row with a word this Vigia does not know can still be
/// verified.
struct AuditRow: Equatable {
  var sequence: Int64
  /// Microseconds since 1970.
  var time: Int64
  var principal: String
  var role: String
  var proof: String
  var origin: String
  var commandID: String?
  var action: String
  var model: String?
  var fromVersion: String?
  var fromSHA256: String?
  var toVersion: String?
  var toSHA256: String?
  var reason: String
  var outcome: String
  var summary: String
  var evidence: String
  /// JSON of the deployments that this row changed, as they are from then on; nil: it changed none. In a row without a
  /// model those of all models.
  var deployments: String?

  static let columns = """
    sequence, time, principal, role, proof, origin, command_id, action, model, from_version, \
    from_sha256, to_version, to_sha256, reason, outcome, summary, evidence
    """

  /// Of the column `hash`, selected after `columns`.
  static let hashIndex = 17

  /// What verifying needs: `columns`, the hash, and `deployments`, which older schemas have not.
  static func chained(_ db: Database) throws -> String {
    "\(columns), hash, \(try db.has("deployments", in: "audit") ? "deployments" : "NULL")"
  }

  /// Text loses its NUL characters here, before it is hashed: SQLite would cut it off at the first one.
  init(_ entry: AuditEntry, sequence: Int64, deployments: String? = nil) {
    self.sequence = sequence
    time = entry.time.microseconds
    principal = Self.storable(entry.principal.name)
    role = entry.principal.role.rawValue
    proof = Self.storable(entry.principal.proof)
    origin = entry.origin.rawValue
    commandID = entry.commandID?.text
    action = Self.storable(entry.action)
    model = entry.model.map(Self.storable)
    fromVersion = entry.fromVersion.map(Self.storable)
    fromSHA256 = entry.fromSHA256.map(Self.storable)
    toVersion = entry.toVersion.map(Self.storable)
    toSHA256 = entry.toSHA256.map(Self.storable)
    reason = Self.storable(entry.reason)
    outcome = entry.outcome.rawValue
    summary = Self.storable(entry.summary)
    evidence = Self.storable(entry.evidence)
    self.deployments = deployments.map(Self.storable)
  }

  init(_ row: Row) throws {
    sequence = try row.checked(0)
    time = try row.checked(1)
    principal = try row.checked(2)
    role = try row.checked(3)
    proof = try row.checked(4)
    origin = try row.checked(5)
    commandID = try row.checkedIfPresent(6)
    action = try row.checked(7)
    model = try row.checkedIfPresent(8)
    fromVersion = try row.checkedIfPresent(9)
    fromSHA256 = try row.checkedIfPresent(10)
    toVersion = try row.checkedIfPresent(11)
    toSHA256 = try row.checkedIfPresent(12)
    reason = try row.checked(13)
    outcome = try row.checked(14)
    summary = try row.checked(15)
    evidence = try row.checked(16)
    deployments =
      row.count > Self.hashIndex + 1 ? try row.checkedIfPresent(Self.hashIndex + 1) : nil
  }

  var arguments: [(any DatabaseValueConvertible)?] {
    [
      sequence, time, principal, role, proof, origin, commandID, action, model, fromVersion,
      fromSHA256, toVersion, toSHA256, reason, outcome, summary, evidence,
    ]
  }

  /// Stores the row as it is.
  func insert(into db: Database, hash: Data) throws {
    let more = deployments == nil ? "hash" : "hash, deployments"
    let values = arguments + [hash] + (deployments.map { [$0] } ?? [])
    let marks = Array(repeating: "?", count: values.count).joined(separator: ",")
    try db.cachedStatement(
      sql: "INSERT INTO audit(\(Self.columns), \(more)) VALUES (\(marks))"
    ).execute(arguments: StatementArguments(values))
  }

  /// Nil when a word in it is unknown to this Vigia.
  func entry(hash: Data) -> AuditEntry? {
    guard let role = Principal.Role(rawValue: role),
      let origin = Command.Origin(rawValue: origin),
      let outcome = AuditEntry.Outcome(rawValue: outcome)
    else { return nil }
    return AuditEntry(
      sequence: sequence, time: Timestamp(microseconds: time),
      principal: Principal(name: principal, role: role, proof: proof), origin: origin,
      commandID: commandID.flatMap(CommandID.init), action: action, model: model,
      fromVersion: fromVersion, fromSHA256: fromSHA256, toVersion: toVersion, toSHA256: toSHA256,
      reason: reason, outcome: outcome, summary: summary, evidence: evidence,
      hash: hash.hexadecimal)
  }

  private static func storable(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(text.unicodeScalars.map { $0 == "\0" ? "\u{fffd}" : Character($0) })
  }
}
