package import Domain
import GRDB

extension MetricStore {
  /// What the versions of a model counted together in each period, without what they did as shadows; oldest first. From rollups
  /// only, up to a second behind.
  ///
  /// Each row counts in one period: see `PeriodPlan` for those that a border would cut.
  ///
  /// - Throws: `invalidQuery` past 50,000 periods.
  package func counts(of query: BusinessQuery) throws(StorageError) -> [MinuteCounts] {
    let count = query.periodCount
    guard count <= Self.maximumSteps else {
      throw .invalidQuery(
        reason: "\(count) periods; at most \(Self.maximumSteps): take longer ones")
    }
    let borders = query.periodBorders
    return try reading { db in
      let plan = PeriodPlan(
        borders, watermarks: try Self.watermarks(db),
        now: try Self.ages(db) ?? query.window.to)
      var periods = borders.dropLast().map { MinuteCounts(minute: $0) }
      for segment in plan.segments {
        let rows = try Row.fetchCursor(
          try db.cachedStatement(
            sql: """
              SELECT t, rows FROM \(segment.tier.counters) WHERE series = ? AND t >= ? AND t < ?
              """), arguments: [MetricWriter.heartbeat, segment.from, segment.to])
        while let row = try rows.next() {
          periods[try plan.checkedPeriod(at: row.number(0))].filled += try row.count(1)
        }
      }
      for (id, key) in try Self.keys(db, model: query.model, version: nil)
      where key.variant != .shadow {
        for segment in plan.segments {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: MinuteCounts.sql(segment.tier)),
            arguments: [id, segment.from, segment.to])
          while let row = try rows.next() {
            try periods[plan.checkedPeriod(at: row.number(0))].add(row)
          }
        }
      }
      return periods
    }
  }
}
