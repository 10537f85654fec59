import Foundation
import GRDB
import Statistics

/// The CRC-32 that each row outside of the audit chain carries in its column `checksum`: SQLite's own check does not see a
/// byte that was changed within a value.
///
/// Source: ISO 3309, see `CRC32`. Against accidents, not against people: who may write the file may seal a row as well. What is
/// in force is proven by the chain instead.
struct RowSeal {
  let table: String
  /// What is sealed, in this order. A number that SQLite gives is not among it.
  let columns: [String]

  static let all = [
    RowSeal(table: "command", columns: ["id", "sequence", "outcome"]),
    RowSeal(table: "imported", columns: ["digest", "sequence"]),
    RowSeal(
      table: "drift_reference", columns: ["id", "model", "version", "made_at", "json"]),
    RowSeal(table: "judge", columns: ["key", "json"]),
    RowSeal(table: "budget", columns: ["model", "day", "json"]),
    RowSeal(table: "alert_rule", columns: ["key", "json"]),
    RowSeal(table: "silence", columns: ["id", "json"]),
    RowSeal(table: "acknowledgement", columns: ["alert", "json"]),
    RowSeal(
      table: "notification",
      columns: ["receiver", "alert", "json", "due", "attempts", "created", "kept"]),
    RowSeal(table: "incident", columns: ["id", "closed", "json"]),
    RowSeal(table: "incident_entry", columns: ["incident", "json"]),
  ]

  /// SQL: the checksum of the row as it is.
  var expression: String { "seal(\(columns.joined(separator: ", ")))" }

  /// SQL's function `seal`, of any number of values.
  static let function = DatabaseFunction("seal", pure: true) { checksum(of: $0) }

  static func checksum(of values: [DatabaseValue]) -> Int64 {
    var bytes: [UInt8] = []
    for value in values { append(value, to: &bytes) }
    return Int64(CRC32.checksum(of: bytes.span))
  }

  /// Its type, the length of what has one, and its bytes: no two rows are alike.
  private static func append(_ value: DatabaseValue, to bytes: inout [UInt8]) {
    func append(_ word: UInt64) {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    switch value.storage {
    case .null: bytes.append(0)
    case .int64(let number):
      bytes.append(1)
      append(UInt64(bitPattern: number))
    case .double(let number):
      bytes.append(2)
      append(number.bitPattern)
    case .string(let text):
      bytes.append(3)
      append(UInt64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .blob(let data):
      bytes.append(4)
      append(UInt64(data.count))
      bytes.append(contentsOf: data)
    }
  }

  /// SQL: whether a row is what was written. Schemas before the sixth have no checksum: then all are.
  static func isSound(_ table: String, _ db: Database) throws -> String {
    guard let seal = all.first(where: { $0.table == table }), try seal.isThere(db) else {
      return "TRUE"
    }
    return "checksum IS \(seal.expression)"
  }

  private func isThere(_ db: Database) throws -> Bool {
    try db.has("checksum", in: table)
  }

  /// Writes the checksums of the rows that have none.
  func sealUnsealed(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE \(table) SET checksum = \(expression) WHERE checksum IS NULL")
  }

  /// Which rows are not what was written, in a phrase; nil when all are.
  ///
  /// - Complexity: O(bytes) of the tables.
  static func damage(_ db: Database) throws -> String? {
    let found = try all.compactMap { seal -> String? in
      guard try seal.isThere(db) else { return nil }
      let count =
        try Int.fetchOne(
          db,
          sql: "SELECT count(*) FROM \(seal.table) WHERE checksum IS NOT \(seal.expression)") ?? 0
      switch count {
      case 0: return nil
      case 1: return "a row of \(seal.table) is not what was written"
      default: return "\(count) rows of \(seal.table) are not what was written"
      }
    }
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }
}
