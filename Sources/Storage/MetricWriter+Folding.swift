import Domain
import Foundation
import GRDB
import Statistics

extension MetricWriter {
  /// Windows folded in one go, a tier: a long absence is caught up with over several seconds.
  private static let windowsAtOnce = 12
  /// Rows of a series deleted in one go.
  private static let deletedAtOnce: Int64 = 2_000
  /// Blocks of requests past their retention that go at once, a series: more than come.
  private static let requestBlocksAtOnce = 8
  /// Requests by client are kept for a day.
  private static let clientRetention: Int64 = 86_400

  /// Folds what is complete into the coarser tiers and drops what is past its retention.
  ///
  /// A window is written anew from the finer rows, so folding it twice changes nothing; the watermark moves in the same
  /// transaction.
  mutating func fold(now: Int64, in db: Database) throws {
    for index in 1..<Tier.all.count {
      let tier = Tier.all[index]
      let complete = tier.floor(index == 1 ? now - 1 : watermarks[index - 1])
      guard watermarks[index] < complete else { continue }
      try fold(Tier.all[index - 1], into: tier, index: index, upTo: complete, in: db)
      try Self.setMeta(tier.watermarkKey, watermarks[index], in: db)
      try drop(index: index - 1, in: db)
      if index == Tier.all.count - 1 { try drop(index: index, in: db) }
      if tier.step == 60 {
        try db.execute(
          sql: "DELETE FROM client WHERE t < ?", arguments: [ages.time - Self.clientRetention])
      }
    }
  }

  private mutating func fold(
    _ fine: Tier, into tier: Tier, index: Int, upTo complete: Int64, in db: Database
  ) throws {
    for _ in 0..<Self.windowsAtOnce where watermarks[index] < complete {
      guard let first = try Self.earliest(in: fine, from: watermarks[index], db), first < complete
      else {
        watermarks[index] = complete
        return
      }
      let start = tier.floor(first)
      try Self.fold(fine, into: tier, start: start, in: db)
      watermarks[index] = start + tier.step
    }
  }

  private static func fold(_ fine: Tier, into tier: Tier, start: Int64, in db: Database) throws {
    let end = start + tier.step
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO \(tier.counters)(series, t, \(CounterColumn.names))
        SELECT series, ?, \(CounterColumn.aggregates) FROM \(fine.counters)
        WHERE series IN (SELECT id FROM series) AND t >= ? AND t < ? GROUP BY series
        """
    ).execute(arguments: [start, start, end])
    try MergedTable.latency(fine).fold(into: .latency(tier), from: start, to: end, in: db)
    if let from = MergedTable.features(fine), let to = MergedTable.features(tier) {
      try from.fold(into: to, from: start, to: end, in: db)
    }
    if let from = MergedTable.quality(fine), let to = MergedTable.quality(tier) {
      try from.fold(into: to, from: start, to: end, in: db)
    }
    if let from = MergedTable.gauges(fine), let to = MergedTable.gauges(tier) {
      try from.fold(into: to, from: start, to: end, in: db)
    }
  }

  /// Deletes rows past a tier's retention that the next tier has, a bounded number.
  private func drop(index: Int, in db: Database) throws {
    let tier = Tier.all[index]
    let limit = ages.time - tier.retention
    try drop(
      tier, before: index + 1 < Tier.all.count ? min(limit, watermarks[index + 1]) : limit, in: db)
  }

  private func drop(_ tier: Tier, before limit: Int64, in db: Database) throws {
    guard let first = try Self.earliest(in: tier, from: .min, db), first < limit else { return }
    let end = min(limit, first + Self.deletedAtOnce * tier.step)
    for table in [tier.counters, tier.sketches, tier.features, tier.quality, tier.gauges] {
      guard let table else { continue }
      try db.execute(
        sql: "DELETE FROM \(table) WHERE series IN (SELECT id FROM series) AND t < ?",
        arguments: [end])
    }
  }

  private static func earliest(in tier: Tier, from: Int64, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      try db.cachedStatement(
        sql: """
          SELECT min((SELECT min(t) FROM \(tier.counters) WHERE series = series.id AND t >= ?))
          FROM series
          """), arguments: [from])
  }

  // MARK: Room

  /// Drops the oldest predictions until they fit `limit`, a bounded number.
  mutating func boundPredictions(to limit: Int64, inserted: Int, in db: Database) throws {
    var chunks = 1 + inserted / 1_000
    while predictionBytes > limit, chunks > 0 {
      chunks -= 1
      try dropOldestPredictions(in: db)
    }
    try Self.setMeta(Self.predictionBytesKey, predictionBytes, in: db)
  }

  private mutating func dropOldestPredictions(in db: Database) throws {
    let bytes = try PredictionTable.dropOldest(4, in: db)
    predictionBytes = bytes == 0 ? 0 : max(0, predictionBytes - bytes)
    oldestPrediction = try PredictionTable.oldest(db)
  }

  /// Drops the oldest requests until they fit `limit`, and those that have been kept as long as they may be: a bounded
  /// number.
  ///
  /// - Parameter retention: seconds, by model.
  mutating func boundRequests(
    to limit: Int64, inserted: Int, retention: [String: Int64], standard: Int64, in db: Database
  ) throws {
    var expired: Int64 = 0
    for (id, key) in series.map({ ($0.value, $0.key) }) {
      let kept = retention[key.version.model] ?? standard
      expired += try RequestTable.dropOldest(
        Self.requestBlocksAtOnce, before: ages.time - kept, series: id, in: db)
    }
    requestBytes = max(0, requestBytes - expired)
    var chunks = 1 + inserted / 1_000
    while requestBytes > limit, chunks > 0 {
      chunks -= 1
      let bytes = try RequestTable.dropOldest(4, in: db)
      requestBytes = bytes == 0 ? 0 : max(0, requestBytes - bytes)
    }
    try Self.setMeta(Self.requestBytesKey, requestBytes, in: db)
  }

  /// Whether nine tenths of the pages that the file may have are in use.
  static func isTight(_ maximumPages: Int64, in db: Database) throws -> Bool {
    let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
    return pages - free > maximumPages * 9 / 10
  }

  /// Makes room before the file reaches its cap: a step a call, the least missed first.
  mutating func relieve(maximumPages: Int64, in db: Database) throws {
    guard try Self.isTight(maximumPages, in: db) else { return }
    // Made again of later traffic.
    try db.execute(sql: "DELETE FROM reference_sample")
    requestBytes = max(0, requestBytes - (try RequestTable.dropOldest(4, in: db)))
    try dropOldestPredictions(in: db)
    for index in 1..<Tier.all.count {
      let tier = Tier.all[index]
      let limit = index + 1 < Tier.all.count ? watermarks[index + 1] : watermarks[index]
      guard let first = try Self.earliest(in: tier, from: .min, db), first < limit else { continue }
      try drop(tier, before: min(limit, first + 360 * tier.step), in: db)
      return
    }
  }
}
