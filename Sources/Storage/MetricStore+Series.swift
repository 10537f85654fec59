package import Domain
import Foundation
import GRDB
import Statistics

extension MetricStore {
  /// More steps than any screen has columns.
  static let maximumSteps = 50_000

  /// Answers from rollups only, so the time it takes does not depend on the traffic. Up to a second behind.
  ///
  /// Lines: without a model one of all models together; with a model one for each version that had a row in the window; with a
  /// version exactly that one. Rates, and whatever adds up several versions, leave shadows out; a version's own latency,
  /// accuracy and error take in what it did as a shadow. Where a step is finer than what is kept of that time,
  /// neighbouring steps have the same value. Of the machine: see `gauges`.
  ///
  /// - Throws: `invalidQuery` past 50,000 steps.
  package func series(_ query: SeriesQuery) throws(StorageError) -> SeriesResult {
    guard query.window.stepCount <= Self.maximumSteps else {
      throw .invalidQuery(
        reason: "\(query.window.stepCount) steps; at most \(Self.maximumSteps): take a larger step")
    }
    if query.measure.isGauge { return try gauges(query) }
    return try reading { db in
      let plan = try self.plan(query.window, db)
      var lines: [ModelVersion?: MeasureLine] = [:]
      for (id, key) in try Self.keys(db, model: query.model, version: query.version) {
        if key.variant == .shadow, query.measure.isRate || query.model == nil { continue }
        let version = query.model == nil ? nil : key.version
        try lines[version, default: MeasureLine(query.measure, cells: plan.cells)]
          .read(id, plan, from: db)
      }
      let alive =
        query.measure.isRate
        ? try Self.secondsAlive(plan, db) : [Double](repeating: 0, count: plan.cells)
      return Self.result(query, plan, lines, alive)
    }
  }

  private static func result(
    _ query: SeriesQuery, _ plan: TierPlan, _ lines: [ModelVersion?: MeasureLine],
    _ alive: [Double]
  ) -> SeriesResult {
    var lines = lines.filter { $0.value.hasRows || $0.key == nil }
    if lines.isEmpty {
      let only = query.model.flatMap { model in
        query.version.map { ModelVersion(model: model, version: $0) }
      }
      if query.model == nil || only != nil {
        lines[only] = MeasureLine(query.measure, cells: plan.cells)
      }
    }
    let drawn = lines.map { version, line in
      let cells = line.values(alive: alive, step: Double(plan.step))
      return SeriesResult.Line(
        version: version,
        values: (0..<query.window.stepCount).map { cells[plan.cell(of: $0, in: query.window)] })
    }
    return SeriesResult(
      window: query.window,
      lines: drawn.sorted { left, right in
        guard let left = left.version, let right = right.version else { return false }
        return left < right
      })
  }

  func plan(
    _ window: Window, _ db: Database, tiers: [Tier] = Tier.all
  ) throws -> TierPlan {
    TierPlan(
      window, watermarks: try Self.watermarks(db, tiers: tiers),
      now: try Self.ages(db) ?? window.to,
      tiers: tiers)
  }

  static func watermarks(_ db: Database, tiers: [Tier] = Tier.all) throws -> [Int64] {
    try tiers.map { tier in try MetricWriter.meta(tier.watermarkKey, in: db) ?? 0 }
  }

  /// What has gone by its age says how late it is, whatever the caller's clock, and whoever had set it ahead; nil of an empty
  /// store.
  static func ages(_ db: Database) throws -> Int64? {
    try MetricWriter.meta(MetricWriter.agesKey, in: db) ?? MetricWriter.newest(in: db)
  }

  static func keys(
    _ db: Database, model: String?, version: String?
  ) throws -> [(id: Int64, key: SeriesKey)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT id, model, version, variant FROM series
        WHERE id <> ? AND (? IS NULL OR model = ?) AND (? IS NULL OR version = ?)
        """, arguments: [MetricWriter.heartbeat, model, model, version, version]
    ).compactMap { row in
      guard let variant = Variant(rawValue: try row.checked(3)) else { return nil }
      let version = ModelVersion(model: try row.checked(1), version: try row.checked(2))
      return (try row.checked(0), SeriesKey(version: version, variant: variant))
    }
  }

  static func secondsAlive(_ plan: TierPlan, _ db: Database) throws -> [Double] {
    var alive = [Double](repeating: 0, count: plan.cells)
    for segment in plan.segments {
      if try isWholly(alive: segment, db) {
        for time in stride(from: segment.from, to: segment.to, by: Int(segment.tier.step)) {
          alive[try plan.cell(at: time)] += Double(segment.tier.step)
        }
        continue
      }
      try eachHeartbeat(in: segment, db) { time, seconds in
        alive[try plan.cell(at: time)] += Double(seconds)
      }
    }
    return alive
  }

  /// Whether the recorder was at work in every second of a segment, as it mostly was: SQLite adds up a day's rows in half the
  /// time that it takes to hand them over.
  private static func isWholly(alive segment: TierPlan.Segment, _ db: Database) throws -> Bool {
    let step = segment.tier.step
    let whole = try Int64.fetchOne(
      try db.cachedStatement(
        sql: """
          SELECT count(*) FROM \(segment.tier.counters)
          WHERE series = ? AND t >= ? AND t < ? AND rows = \(step)
          """), arguments: [MetricWriter.heartbeat, segment.from, segment.to])
    return (whole ?? 0) * step == segment.to - segment.from
  }

  /// Calls `body` with each row of a segment: when it begins, and for how many seconds of it the recorder was at
  /// work.
  static func eachHeartbeat(
    in segment: TierPlan.Segment, _ db: Database,
    _ body: (_ time: Int64, _ seconds: Int64) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: "SELECT t, rows FROM \(segment.tier.counters) WHERE series = ? AND t >= ? AND t < ?"),
      arguments: [MetricWriter.heartbeat, segment.from, segment.to])
    while let row = try rows.next() { try body(try row.number(0), try row.fastCount(1)) }
  }
}

extension SeriesQuery.Measure {
  /// Counts of requests that clients waited for, by time or by each other.
  var isRate: Bool {
    switch self {
    case .requestRate, .errorRate, .errorShare, .shedRate: true
    default: false
    }
  }
}
