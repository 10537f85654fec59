package import Domain
import Foundation
import GRDB

/// Incidents and their timelines.
///
/// Kept: those that are open, and of the closed ones the last 1,000 of the last 400 days. The newest is never removed, so
/// that its number is not given again.
extension StateStore {
  package static let incidentsKept = 1_000
  package static let incidentDaysKept: Int64 = 400

  /// In the order of their numbers. One that cannot be read is left out.
  package func incidents() throws(StorageError) -> [Incident] {
    try use { db in try Self.incidents(in: db) }
  }

  static func incidents(in db: Database) throws -> [Incident] {
    let isSound = try RowSeal.isSound("incident", db)
    return try String.fetchAll(db, sql: "SELECT json FROM incident WHERE \(isSound) ORDER BY id")
      .compactMap { try? JSONDecoder().decode(Incident.self, from: Data($0.utf8)) }
  }

  /// The highest number that there is, read or not; 0 before the first.
  package func highestIncident() throws(StorageError) -> Int64 {
    try use { db in try Int64.fetchOne(db, sql: "SELECT max(id) FROM incident") ?? 0 }
  }

  /// Oldest first, at most 10,000.
  package func entries(of incident: IncidentID) throws(StorageError) -> [IncidentEntry] {
    try use { db in try Self.entries(of: incident, in: db) }
  }

  static func entries(of incident: IncidentID, in db: Database) throws -> [IncidentEntry] {
    let isSound = try RowSeal.isSound("incident_entry", db)
    return try String.fetchAll(
      db,
      sql: """
        SELECT json FROM incident_entry WHERE incident = ? AND \(isSound) ORDER BY id LIMIT 10000
        """, arguments: [incident.number]
    ).compactMap { try? JSONDecoder().decode(IncidentEntry.self, from: Data($0.utf8)) }
  }

  /// One transaction.
  package func store(_ change: IncidentChange, now: Timestamp) throws(StorageError) {
    try write { db in try Self.store(change, now: now, in: db) }
  }

  /// Likewise, in a transaction that others share.
  static func store(_ change: IncidentChange, now: Timestamp, in db: Database) throws {
    for incident in change.incidents {
      try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO incident(id, closed, json, checksum)
          VALUES (?1, ?2, ?3, seal(?1, ?2, ?3))
          """
      ).execute(
        arguments: [incident.id.number, incident.closedAt?.microseconds, try json(incident)])
    }
    for line in change.entries {
      try db.cachedStatement(
        sql: """
          INSERT INTO incident_entry(incident, json, checksum) VALUES (?1, ?2, seal(?1, ?2))
          """
      ).execute(arguments: [line.incident.number, try json(line.entry)])
    }
    if change.incidents.contains(where: { !$0.isOpen }) { try forgetIncidents(now: now, db) }
  }

  private static func forgetIncidents(now: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM incident
        WHERE closed IS NOT NULL AND id < (SELECT max(id) FROM incident)
          AND (closed < ? OR id NOT IN (
            SELECT id FROM incident WHERE closed IS NOT NULL ORDER BY id DESC LIMIT ?))
        """,
      arguments: [now.microseconds - incidentDaysKept * 86_400_000_000, incidentsKept])
    guard db.changesCount > 0 else { return }
    try db.execute(
      sql: "DELETE FROM incident_entry WHERE incident NOT IN (SELECT id FROM incident)")
  }
}
