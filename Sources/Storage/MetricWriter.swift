import Domain
import Foundation
import GRDB
import Statistics

/// What the writing connection of `metrics.db` remembers from one transaction to the next.
///
/// A value: the caller works on a copy and keeps it only when the transaction was committed.
struct MetricWriter {
  /// The recorder's own series: see `Schema.metrics`.
  static let heartbeat: Int64 = 0

  private(set) var series: [SeriesKey: Int64] = [:]
  /// Up to where each tier is folded; the finest is written directly.
  var watermarks: [Int64]
  var predictionBytes: Int64
  var oldestPrediction: RequestID?
  var requestBytes: Int64
  private(set) var ages: RetentionClock

  init(_ db: Database, now: Timestamp) throws {
    for row in try Row.fetchAll(db, sql: "SELECT id, model, version, variant FROM series") {
      guard let variant = Variant(rawValue: try row.checked(3)) else { continue }
      let version = ModelVersion(model: try row.checked(1), version: try row.checked(2))
      series[SeriesKey(version: version, variant: variant)] = try row.checked(0)
    }
    watermarks = try Tier.all.map { tier in
      if let watermark = try Self.meta(tier.watermarkKey, in: db) { return watermark }
      // A new file: kept at once, so that a restart before the first fold does not skip a window.
      let watermark = tier.floor(now.seconds)
      try Self.setMeta(tier.watermarkKey, watermark, in: db)
      return watermark
    }
    predictionBytes = try Self.meta(Self.predictionBytesKey, in: db) ?? 0
    oldestPrediction = try PredictionTable.oldest(db)
    requestBytes = try Self.meta(Self.requestBytesKey, in: db) ?? 0
    ages = RetentionClock(
      time: try Self.meta(Self.agesKey, in: db) ?? Self.newest(in: db) ?? now.seconds)
  }

  /// Of a file that is not open yet: it writes nothing, and the opening makes another one.
  init(unopenedAt now: Timestamp) {
    watermarks = []
    predictionBytes = 0
    requestBytes = 0
    ages = RetentionClock(time: now.seconds)
  }

  /// The second in which the recorder was at work last, by the wall clock of then; nil before the first.
  static func newest(in db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT max(t) FROM \(Tier.all[0].counters) WHERE series = ?",
      arguments: [heartbeat])
  }

  /// Up to when what is past its retention may have gone.
  static let agesKey = "retention_time"
  static let requestBytesKey = "request_bytes"
  static let predictionBytesKey = "prediction_bytes"

  /// Times and sizes, so never negative.
  static func meta(_ key: String, in db: Database) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?")
    return try Row.fetchOne(statement, arguments: [key])?.count(0)
  }

  static func setMeta(_ key: String, _ value: Int64, in db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)")
      .execute(arguments: [key, value])
  }

  /// Writes a batch. `seconds` are those in which the recorder was at work.
  mutating func write(
    _ batch: PendingBatch, seconds: Range<Int64>, now: Int64, in db: Database
  ) throws {
    ages.advance(to: now, covered: Int64(seconds.count))
    let now = ages.time
    try Self.setMeta(Self.agesKey, max(0, now), in: db)
    for second in seconds {
      var row = CounterRow()
      row.requests.rows = 1
      try add(row, latency: nil, series: Self.heartbeat, second: second, now: now, in: db)
    }
    for (key, rollup) in batch.rollups {
      let id = try id(of: key.series, in: db)
      try add(
        CounterRow(requests: rollup.counters), latency: rollup.latency, series: id,
        second: key.second, now: now, in: db)
    }
    for (key, labels) in batch.labels {
      let id = try id(of: key.series, in: db)
      try add(
        CounterRow(labels: labels), latency: nil, series: id, second: key.second, now: now, in: db)
    }
    for (key, counts) in batch.features {
      let id = try id(of: key.series, in: db)
      try add(
        counts, to: MergedTable.features, from: .minute, series: id, second: key.second, now: now,
        in: db)
    }
    for (key, row) in batch.quality {
      let id = try id(of: key.series, in: db)
      try add(
        row, to: MergedTable.quality, from: .minute, series: id, second: key.second, now: now,
        in: db)
    }
    for (second, tally) in batch.gauges {
      try add(
        tally, to: MergedTable.gauges, from: .gauges, series: Self.heartbeat, second: second,
        now: now, in: db)
    }
    try write(batch.clients, in: db)
    try insert(batch.predictions, in: db)
    for (key, requests) in batch.requestsKept {
      requestBytes += try RequestTable.insert(requests, series: try id(of: key, in: db), in: db)
    }
    try markLabelled(batch.labelled, in: db)
  }

  /// Adds to the finest tier, and to each coarser one that has been folded past this second already.
  private func add(
    _ row: CounterRow, latency: DDSketch?, series: Int64, second: Int64, now: Int64,
    in db: Database
  ) throws {
    for (index, tier) in Tier.all.enumerated() {
      guard index == 0 || second < watermarks[index], second >= now - tier.retention else {
        continue
      }
      let t = tier.floor(second)
      let marks = Array(repeating: "?", count: CounterColumn.allCases.count).joined(separator: ",")
      try db.cachedStatement(
        sql: """
          INSERT INTO \(tier.counters)(series, t, \(CounterColumn.names)) VALUES (?, ?, \(marks))
          ON CONFLICT (series, t) DO UPDATE SET \(CounterColumn.upsert)
          """
      ).execute(arguments: StatementArguments([series, t] + row.arguments))
      if let latency, !latency.isEmpty {
        try MergedTable.latency(tier).add(latency, series: series, t: t, in: db)
      }
    }
  }

  /// Adds to the row of the finest tier that has such a table, and to those of coarser tiers that have been folded past it
  /// already.
  private func add<Value: Mergeable>(
    _ value: Value, to table: (Tier) -> MergedTable<Value>?, from finest: Tier, series: Int64,
    second: Int64, now: Int64, in db: Database
  ) throws {
    for (index, tier) in Tier.all.enumerated() {
      guard let table = table(tier), second >= now - tier.retention,
        tier.step == finest.step || second < watermarks[index]
      else { continue }
      try table.add(value, series: series, t: tier.floor(second), in: db)
    }
  }

  private func write(_ clients: [ClientKey: ClientTally], in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO client(
          t, model, version, client, outcome, requests, timed, slow, total_sum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          requests = requests + excluded.requests, timed = timed + excluded.timed,
          slow = slow + excluded.slow, total_sum = total_sum + excluded.total_sum
        """)
    for (key, tally) in clients {
      try statement.execute(arguments: [
        key.minute, key.version.model, key.version.version, key.client, key.outcome.rawValue,
        tally.count, tally.times.timed, tally.times.slow, tally.times.sum,
      ])
    }
  }

  private mutating func insert(_ predictions: PendingPredictions, in db: Database) throws {
    for series in predictions.series {
      predictionBytes += try PredictionTable.insert(
        series.predictions, labelled: series.labelled, series: try id(of: series.key, in: db),
        in: db)
    }
    if oldestPrediction == nil { oldestPrediction = try PredictionTable.oldest(db) }
  }

  private mutating func markLabelled(_ keys: Set<PredictionKey>, in db: Database) throws {
    guard !keys.isEmpty else { return }
    var places: [(id: RequestID, series: Int64)] = []
    for key in keys { places.append((key.id, try id(of: key.series, in: db))) }
    try PredictionTable.markLabelled(places, in: db)
  }

  private mutating func id(of key: SeriesKey, in db: Database) throws -> Int64 {
    if let id = series[key] { return id }
    try db.execute(
      sql: "INSERT INTO series(model, version, variant) VALUES (?, ?, ?)",
      arguments: [key.version.model, key.version.version, key.variant.rawValue])
    series[key] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }
}

extension RequestID {
  var data: Data {
    var data = Data(capacity: 16)
    for word in [high, low] {
      for shift in stride(from: 56, through: 0, by: -8) {
        data.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return data
  }
}
