package import Domain
import Foundation
import GRDB

/// What was counted up to a moment of the past, from the finest rows that there still are of it.
extension MetricStore {
  /// Seconds that one row stands for at that time: figures of then are as fine as this.
  ///
  /// - Parameter time: in seconds since 1970.
  package func resolution(at time: Int64) throws(StorageError) -> Int64 {
    let newest = try lastRecorded() ?? time
    // A minute of figures ends at it, and rows leave a tier while they are read.
    let age = newest - time + Self.margin
    return Tier.all.first { age < $0.retention }?.step ?? Tier.all.last?.step ?? 1
  }

  private static let margin: Int64 = 120

  /// What a version counted in [from, to), in all of its parts; from a coarser row where no finer one is left.
  package func counted(
    _ version: ModelVersion, from: Int64, to: Int64
  ) throws(StorageError) -> MinuteCounts {
    try reading { db in
      var counts = MinuteCounts(minute: Tier.minute.floor(from))
      guard from < to else { return counts }
      let plan = try self.plan(Window(from: from, to: to, step: to - from), db)
      for (id, _) in try Self.keys(db, model: version.model, version: version.version) {
        for segment in plan.segments {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: MinuteCounts.sql(segment.tier)),
            arguments: [id, segment.from, segment.to])
          while let row = try rows.next() { try counts.add(row) }
        }
      }
      return counts
    }
  }

  /// When a version had its last request before `end`, in any of its parts: the beginning of the finest row that is left of
  /// it, in seconds since 1970. Nil: none is known.
  package func lastRequest(_ version: ModelVersion, before end: Int64) throws(StorageError)
    -> Int64?
  {
    try reading { db in
      let series = try Self.keys(db, model: version.model, version: version.version).map(\.id)
      for tier in Tier.all {
        // A coarse row that reaches past the end may have its requests after it.
        let times = try series.compactMap { id in
          try Int64.fetchOne(
            try db.cachedStatement(
              sql: """
                SELECT t FROM \(tier.counters) WHERE series = ? AND t <= ?
                AND ok + invalid + failed + shed + timed_out + cancelled + limited > 0
                ORDER BY t DESC LIMIT 1
                """), arguments: [id, end - tier.step])
        }
        if let newest = times.max() { return newest }
      }
      return nil
    }
  }
}
