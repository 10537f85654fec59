package import Domain
import Foundation
import GRDB
import Statistics

/// What rows of the store say one by one, for those who look at more than one measure.
extension MetricStore {
  /// What was counted of one series in one row's stretch of time.
  package struct CountedStep: Sendable, Equatable {
    /// Its start, in seconds since 1970.
    package var from: Int64
    package var requests = RequestCounters()
    package var labels = LabelCounts()
    /// Timed requests up to each of the edges that were asked for; empty where none was, or no request was timed.
    package var upTo: [Int64] = []

    package init(from: Int64) { self.from = from }
  }

  package struct CountedPast: Sendable, Equatable {
    /// Where something was recorded at all, whether there was a request or not: start and end, oldest first.
    package var recorded: [Range<Int64>] = []
    /// Oldest first.
    package var steps: [SeriesKey: [CountedStep]] = [:]

    package init() {}
  }

  /// The rows of a window, each of the coarsest tier that answers its step.
  ///
  /// - Parameters:
  ///   - edges: of latency in microseconds, ascending; met within 1 %. None: no sketch is read.
  ///   - rowLimit: rows of all series together.
  /// - Throws: `invalidQuery` for more rows than that.
  package func countedPast(
    _ window: Window, model: String? = nil, version: String? = nil, variant: Variant? = nil,
    edges: [Double] = [], rowLimit: Int = .max
  ) throws(StorageError) -> CountedPast {
    let past = try reading { db -> CountedPast? in
      var count = 0
      let plan = try self.plan(window, db)
      var past = CountedPast()
      for segment in plan.segments {
        let starts = try Int64.fetchAll(
          try db.cachedStatement(
            sql: """
              SELECT t FROM \(segment.tier.counters) WHERE series = ? AND t >= ? AND t < ? ORDER BY t
              """), arguments: [MetricWriter.heartbeat, segment.from, segment.to])
        past.recorded += starts.map { $0..<$0 + segment.tier.step }
      }
      for (id, key) in try Self.keys(db, model: model, version: version)
      where variant == nil || key.variant == variant {
        var steps: [CountedStep] = []
        for segment in plan.segments {
          let arguments: StatementArguments = [id, segment.from, segment.to]
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: CountedStep.sql(segment.tier)), arguments: arguments)
          let first = steps.count
          while let row = try rows.next() {
            count += 1
            guard count <= rowLimit else { return nil }
            steps.append(try CountedStep(row))
          }
          if !edges.isEmpty {
            try Self.count(edges, of: segment.tier, arguments, in: &steps[first...], db)
          }
        }
        if !steps.isEmpty { past.steps[key] = steps }
      }
      return past
    }
    guard let past else {
      throw .invalidQuery(
        reason: "more than \(rowLimit) rows: ask for one model or version, or for a shorter time")
    }
    return past
  }

  /// - Precondition: `steps` are of these rows' times, oldest first.
  private static func count(
    _ edges: [Double], of tier: Tier, _ arguments: StatementArguments,
    in steps: inout ArraySlice<CountedStep>, _ db: Database
  ) throws {
    let rows = try Row.fetchCursor(
      try db.cachedStatement(
        sql: """
          SELECT t, sketch, series FROM \(tier.sketches) WHERE series = ? AND t >= ? AND t < ? ORDER BY t
          """), arguments: arguments)
    var index = steps.startIndex
    while let row = try rows.next() {
      let t: Int64 = try row.number(0)
      while index < steps.endIndex, steps[index].from < t { index += 1 }
      guard index < steps.endIndex, steps[index].from == t else { continue }
      guard let sketch = try? DDSketch(serialized: [UInt8](try row.checked(1, as: Data.self)))
      else {
        try UnsoundValues.note(.latency, tier.sketches, series: row.number(2), t: t, in: db)
        continue
      }
      steps[index].upTo = edges.map { sketch.count(above: -1, through: $0) }
    }
  }
}

extension MetricStore.CountedStep {
  static func sql(_ tier: Tier) -> String {
    """
    SELECT t, ok, invalid, failed, shed, limited, timed_out, cancelled, rows, timed, slow, queue_sum, compute_sum,
      total_sum, labels_correct, labels_wrong, abs_error_sum
    FROM \(tier.counters) WHERE series = ? AND t >= ? AND t < ? ORDER BY t
    """
  }

  init(_ row: Row) throws {
    self.init(from: try row.checked(0))
    for (column, outcome) in MetricStore.outcomeColumns.enumerated() {
      requests[outcome] = try row.count(column + 1)
    }
    requests.rows = try row.count(8)
    requests.timed = try row.count(9)
    requests.slow = try row.count(10)
    requests.queueSum = try row.checked(11)
    requests.computeSum = try row.checked(12)
    requests.totalSum = try row.checked(13)
    labels.correct = try row.count(14)
    labels.wrong = try row.count(15)
    labels.absoluteErrorSum = try row.checked(16)
  }
}
