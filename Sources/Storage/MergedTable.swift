import Foundation
import GRDB
import Statistics

/// A value of which two make one, kept as bytes with a checksum.
protocol Mergeable {
  init(serialized bytes: [UInt8]) throws
  func serialized() -> [UInt8]
  mutating func merge(_ other: Self)
}

extension DDSketch: Mergeable {}
extension GaugeTally: Mergeable {}

/// A table of one mergeable value a series and time: latency, features, quality or gauges of one tier.
struct MergedTable<Value: Mergeable> {
  let kind: UnsoundValues.Kind
  let name: String
  let column: String

  /// Merges with what is there.
  func add(_ value: Value, series: Int64, t: Int64, in db: Database) throws {
    var value = value
    let present = try db.cachedStatement(
      sql: "SELECT \(column) FROM \(name) WHERE series = ? AND t = ?")
    if let bytes = try Data.fetchOne(present, arguments: [series, t]),
      let stored = try sound(bytes, series: series, t: t, in: db)
    {
      value.merge(stored)
    }
    try store(value, series: series, t: t, in: db)
  }

  /// - Returns: nil where the checksum is wrong: such a value is left out, and its requests are in the counters still.
  private func sound(_ bytes: Data, series: Int64, t: Int64, in db: Database) throws -> Value? {
    if let value = try? Value(serialized: [UInt8](bytes)) { return value }
    try UnsoundValues.note(kind, name, series: series, t: t, in: db)
    return nil
  }

  private func store(_ value: Value, series: Int64, t: Int64, in db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO \(name)(series, t, \(column)) VALUES (?, ?, ?)"
    ).execute(arguments: [series, t, Data(value.serialized())])
  }

  /// Writes the row of `coarse` that begins at `start` anew from the rows of this table in [start, end).
  func fold(into coarse: MergedTable, from start: Int64, to end: Int64, in db: Database) throws {
    var merged: [Int64: Value] = [:]
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: """
          SELECT series, t, \(column) FROM \(name)
          WHERE series IN (SELECT id FROM series) AND t >= ? AND t < ? ORDER BY series, t
          """), arguments: [start, end])
    while let row = try rows.next() {
      let (series, t) = (try row.checked(0, as: Int64.self), try row.checked(1, as: Int64.self))
      let bytes = try row.checked(2, as: Data.self)
      guard let value = try sound(bytes, series: series, t: t, in: db) else { continue }
      if merged[series] == nil {
        merged[series] = value
      } else {
        merged[series]?.merge(value)
      }
    }
    for (series, value) in merged { try coarse.store(value, series: series, t: start, in: db) }
  }

  /// The values of a series in [from, to), oldest first, with their times.
  func values(
    series: Int64, from: Int64, to: Int64, in db: Database
  ) throws -> [(t: Int64, value: Value)] {
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: """
          SELECT t, \(column) FROM \(name) WHERE series = ? AND t >= ? AND t < ? ORDER BY t
          """), arguments: [series, from, to])
    var values: [(t: Int64, value: Value)] = []
    while let row = try rows.next() {
      let (t, bytes) = (try row.checked(0, as: Int64.self), try row.checked(1, as: Data.self))
      guard let value = try sound(bytes, series: series, t: t, in: db) else { continue }
      values.append((t, value))
    }
    return values
  }
}

extension MergedTable<DDSketch> {
  static func latency(_ tier: Tier) -> MergedTable {
    MergedTable(kind: .latency, name: tier.sketches, column: "sketch")
  }
}

extension MergedTable<FeatureCounts> {
  static func features(_ tier: Tier) -> MergedTable? {
    tier.features.map { MergedTable(kind: .features, name: $0, column: "data") }
  }
}

extension MergedTable<QualityRow> {
  static func quality(_ tier: Tier) -> MergedTable? {
    tier.quality.map { MergedTable(kind: .labels, name: $0, column: "data") }
  }
}

extension MergedTable<GaugeTally> {
  static func gauges(_ tier: Tier) -> MergedTable? {
    tier.gauges.map { MergedTable(kind: .gauges, name: $0, column: "data") }
  }
}
