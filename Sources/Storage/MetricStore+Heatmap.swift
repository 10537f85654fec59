package import Domain
import Foundation
import GRDB
import Statistics

extension MetricStore {
  /// Latency by time and size, from rollups only. Up to a second behind.
  ///
  /// Without a version all are added up, shadows left out.
  ///
  /// - Throws: `invalidQuery` for edges that do not ascend from above zero, or more than a million counts.
  package func heatmap(_ query: HeatmapQuery) throws(StorageError) -> LatencyHeatmap {
    guard query.bucketCount >= 1, query.lowest > 0, query.lowest <= query.highest,
      query.highest.isFinite
    else {
      throw .invalidQuery(
        reason:
          "expected bucket edges that ascend from above zero, found \(query.bucketCount) from "
          + "\(query.lowest) to \(query.highest)")
    }
    guard query.bucketCount <= 1_000, query.window.stepCount <= 1_000_000 / query.bucketCount else {
      throw .invalidQuery(
        reason: "\(query.window.stepCount) steps of \(query.bucketCount) buckets; at most a "
          + "million counts: take a larger step")
    }
    let column = HeatmapColumn(
      edges: DDSketch.edges(
        from: query.lowest, through: query.highest, count: query.bucketCount))
    return try reading { db in
      let plan = try self.plan(query.window, db)
      var columns = Array(
        repeating: Array(repeating: 0, count: query.bucketCount), count: plan.cells)
      var maxima = [Double?](repeating: nil, count: plan.cells)
      for (id, key) in try Self.keys(db, model: query.model, version: query.version)
      where query.version != nil || key.variant != .shadow {
        for segment in plan.segments {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(
              sql: """
                SELECT t, sketch FROM \(segment.tier.sketches)
                WHERE series = ? AND t >= ? AND t < ?
                """), arguments: [id, segment.from, segment.to])
          while let row = try rows.next() {
            let cell = try plan.cell(at: row.number(0))
            // Thousands of sketches: read where SQLite has them.
            let found = try row.withUnsafeData(atIndex: 1) { bytes -> Double? in
              guard let bytes else { return nil }
              return try? column.add(serialized: bytes.span, to: &columns[cell])
            }
            guard let largest = found else {
              try UnsoundValues.note(
                .latency, segment.tier.sketches, series: id, t: row.number(0), in: db)
              continue
            }
            maxima[cell] = max(maxima[cell] ?? largest, largest)
          }
        }
      }
      let cells = (0..<query.window.stepCount).map { plan.cell(of: $0, in: query.window) }
      return LatencyHeatmap(
        window: query.window, edges: column.bounds, counts: cells.map { columns[$0] },
        maxima: cells.map { maxima[$0] })
    }
  }
}
