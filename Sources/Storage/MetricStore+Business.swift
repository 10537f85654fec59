package import Domain
import GRDB

extension MetricStore {
  /// What the versions of a model counted together in each period as champion and as challenger, oldest first: without
  /// shadows, without requests past the split, and without minutes of which a part was not served, see `backfilled`. Error
  /// budgets count the same. From rollups only, up to a second behind.
  ///
  /// Each row counts in one period: see `PeriodPlan` for those that a border would cut.
  ///
  /// - Returns: the question as it is answered, too: by longer steps where they are finer than what is kept.
  /// - Throws: `invalidQuery` past 50,000 periods.
  package func answer(
    _ query: BusinessQuery
  ) throws(StorageError) -> (query: BusinessQuery, counts: [MinuteCounts]) {
    let count = query.periodCount
    guard count <= Self.maximumSteps else {
      throw .invalidQuery(
        reason: "\(count) periods; at most \(Self.maximumSteps): take longer ones")
    }
    return try reading { db in
      let now = try Self.ages(db) ?? query.window.to
      let query = query.withStepsKept(now: now)
      let borders = query.periodBorders
      let plan = PeriodPlan(
        borders, watermarks: try Self.watermarks(db), now: now,
        leavingOut: try BackfillMark.all(db))
      var periods = borders.dropLast().map { MinuteCounts(minute: $0) }
      for segment in plan.segments {
        try Self.eachHeartbeat(in: segment, db) { time, seconds in
          periods[try plan.checkedPeriod(at: time)].filled += seconds
        }
      }
      for (id, key) in try Self.keys(db, model: query.model, version: nil)
      where key.variant == .champion || key.variant == .challenger {
        for segment in plan.segments {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: MinuteCounts.sql(segment.tier)),
            arguments: [id, segment.from, segment.to])
          while let row = try rows.next() {
            try periods[plan.checkedPeriod(at: row.number(0))].add(row)
          }
        }
      }
      return (query, periods)
    }
  }

  /// The counts alone, for those who ask of a time by no finer steps than are kept of it.
  package func counts(of query: BusinessQuery) throws(StorageError) -> [MinuteCounts] {
    try answer(query).counts
  }
}

extension BusinessQuery {
  /// Where its steps are finer than the rows that are kept of its beginning, by such rows instead, from the one in which it
  /// begins on.
  fileprivate func withStepsKept(now: Int64) -> BusinessQuery {
    let kept = PeriodPlan.grid(window.from, since: window.from, now: now)
    guard borders == nil, window.step < kept.step, window.stepCount > 0 else { return self }
    return BusinessQuery(
      model: model,
      window: Window(from: kept.floor(window.from), to: window.to, step: kept.step))
  }
}
