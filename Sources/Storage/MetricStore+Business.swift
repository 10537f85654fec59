package import Domain
import GRDB

extension MetricStore {
  /// What the versions of a model counted together in each step, without what they did as shadows; oldest first. From rollups
  /// only, up to a second behind.
  ///
  /// Where a step is finer than what is kept of that time, neighbouring steps have the same counts.
  ///
  /// - Throws: `invalidQuery` past 50,000 steps.
  package func counts(of query: BusinessQuery) throws(StorageError) -> [MinuteCounts] {
    let window = query.window
    guard window.stepCount <= Self.maximumSteps else {
      throw .invalidQuery(
        reason: "\(window.stepCount) steps; at most \(Self.maximumSteps): take a larger step")
    }
    return try reading { db in
      let plan = try self.plan(window, db)
      var cells = try Self.secondsAlive(plan, db).enumerated().map { index, seconds in
        var counts = MinuteCounts(minute: plan.from + Int64(index) * plan.step)
        counts.filled = Int64(seconds)
        return counts
      }
      for (id, key) in try Self.keys(db, model: query.model, version: nil)
      where key.variant != .shadow {
        for segment in plan.segments {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: MinuteCounts.sql(segment.tier)),
            arguments: [id, segment.from, segment.to])
          while let row = try rows.next() { try cells[plan.cell(at: row.number(0))].add(row) }
        }
      }
      return (0..<window.stepCount).map { cells[plan.cell(of: $0, in: window)] }
    }
  }
}
