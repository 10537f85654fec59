import Domain
import Foundation
import GRDB
import Statistics

/// One line of a series while it is added up: a numerator and a denominator a cell, or a sketch a cell.
struct MeasureLine {
  private let measure: SeriesQuery.Measure
  private var tops: [Double]
  private var bottoms: [Double]
  private var sketches: [DDSketch]
  private(set) var hasRows = false

  init(_ measure: SeriesQuery.Measure, cells: Int) {
    self.measure = measure
    let isQuantile = measure.quantile != nil
    tops = Array(repeating: 0, count: isQuantile ? 0 : cells)
    bottoms = tops
    sketches = isQuantile ? Array(repeating: DDSketch(), count: cells) : []
  }

  mutating func read(_ series: Int64, _ plan: TierPlan, from db: Database) throws {
    for segment in plan.segments {
      let rows = try Row.fetchCursor(
        try db.cachedStatement(sql: measure.sql(segment.tier)),
        arguments: [series, segment.from, segment.to])
      if measure.quantile == nil {
        try addCounters(rows, plan)
      } else {
        try mergeSketches(rows, of: series, in: segment.tier, plan, db)
      }
    }
  }

  /// Of a day there are thousands of rows: what is the same of all of them is looked up before the first.
  private mutating func addCounters(_ rows: RowCursor, _ plan: TierPlan) throws {
    let isLargest = measure == .latencyMax
    let isOwnDenominator = measure == .requestRate
    while let row = try rows.next() {
      hasRows = true
      let cell = try plan.cell(at: row.number(0))
      let top: Double = try row.number(1)
      tops[cell] = isLargest ? max(tops[cell], top) : tops[cell] + top
      bottoms[cell] += isOwnDenominator ? top : try row.number(2)
    }
  }

  private mutating func mergeSketches(
    _ rows: RowCursor, of series: Int64, in tier: Tier, _ plan: TierPlan, _ db: Database
  ) throws {
    while let row = try rows.next() {
      hasRows = true
      let cell = try plan.cell(at: row.number(0))
      let bytes = try row.checked(1, as: Data.self)
      if let sketch = try? DDSketch(serialized: [UInt8](bytes)) {
        sketches[cell].merge(sketch)
      } else {
        try UnsoundValues.note(.latency, tier.sketches, series: series, t: row.number(0), in: db)
      }
    }
  }

  /// - Parameters:
  ///   - alive: seconds of each cell in which the recorder was at work.
  ///   - step: of a cell, in seconds.
  func values(alive: [Double], step: Double) -> [Double?] {
    if let quantile = measure.quantile { return sketches.map { $0.quantile(quantile) } }
    return tops.indices.map { cell in
      switch measure {
      case .requestRate, .errorRate, .shedRate:
        if alive[cell] > 0 { return tops[cell] / alive[cell] }
        return bottoms[cell] > 0 ? tops[cell] / step : nil
      case .latencyMax:
        return bottoms[cell] > 0 ? tops[cell] : nil
      default:
        return bottoms[cell] > 0 ? tops[cell] / bottoms[cell] : nil
      }
    }
  }
}

extension SeriesQuery.Measure {
  fileprivate var quantile: Double? {
    switch self {
    case .latencyP50: 0.5
    case .latencyP99: 0.99
    default: nil
    }
  }

  /// Of a row: t, then the sketch, or numerator and denominator; of a rate of requests they are the same.
  fileprivate func sql(_ tier: Tier) -> String {
    let requests = "ok + invalid + failed + shed + limited + timed_out + cancelled"
    let errors = "failed + shed + timed_out"
    let columns =
      switch self {
      case .latencyP50, .latencyP99: "sketch"
      case .requestRate: requests
      case .errorRate, .errorShare: "\(errors), \(requests)"
      case .shedRate: "shed, \(requests)"
      case .latencyMax: "total_max, timed"
      case .queueMean: "queue_sum, timed"
      case .computeMean: "compute_sum, timed"
      case .accuracy: "labels_correct, labels_correct + labels_wrong"
      case .absoluteError: "abs_error_sum, abs_error_count"
      case .coreBusy, .processCores, .memoryUsed, .processMemory, .diskFree, .telemetryWrite,
        .ledgerWrite, .loopLag, .lanesBusy, .laneQueue, .versionQueue:
        preconditionFailure("gauges are read from tables of their own")
      }
    let table = quantile == nil ? tier.counters : tier.sketches
    return "SELECT t, \(columns) FROM \(table) WHERE series = ? AND t >= ? AND t < ?"
  }
}
