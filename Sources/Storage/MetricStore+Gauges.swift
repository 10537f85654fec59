package import Domain
package import Statistics

/// The machine's past.
extension MetricStore {
  private static let tiers = Tier.all.filter { $0.gauges != nil }

  /// A line a part that was measured in the window, in the order of the parts; none where nothing was.
  func gauges(_ query: SeriesQuery) throws(StorageError) -> SeriesResult {
    try gauges(query.measure.gaugeCode ?? 0, query.window, value: query.measure.value)
  }

  /// Likewise of any kind of gauge.
  ///
  /// - Parameters:
  ///   - code: what stands for it in stored tallies.
  ///   - value: what stands for several readings.
  package func gauges(
    _ code: UInt64, _ window: Window, value: (GaugeTally.Reading) -> Double
  ) throws(StorageError) -> SeriesResult {
    try reading { db in
      let plan = try self.plan(window, db, tiers: Self.tiers)
      var cells: [String: [Int: GaugeTally.Reading]] = [:]
      for segment in plan.segments {
        guard let table = MergedTable.gauges(segment.tier) else { continue }
        let rows = try table.values(
          series: MetricWriter.heartbeat, from: segment.tier.floor(segment.from), to: segment.to,
          in: db)
        for (t, tally) in rows {
          let cell = try plan.cell(at: max(t, plan.from))
          for (key, reading) in tally.readings where key.code == code {
            if cells[key.part, default: [:]][cell]?.merge(reading) == nil {
              cells[key.part, default: [:]][cell] = reading
            }
          }
        }
      }
      let lines = cells.sorted { ModelVersion.isOrdered($0.key, $1.key) }.map { part, readings in
        SeriesResult.Line(
          version: nil, part: part.isEmpty ? nil : part,
          values: (0..<window.stepCount).map { step in
            readings[plan.cell(of: step, in: window)].map(value)
          })
      }
      return SeriesResult(window: window, lines: lines)
    }
  }
}

extension SeriesQuery.Measure {
  /// What stands for a measure in stored tallies: never another, and never used again; nil where it is not of the machine.
  /// From 64 on they are those of what is judged.
  package var gaugeCode: UInt64? {
    switch self {
    case .coreBusy: 1
    case .processCores: 2
    case .memoryUsed: 3
    case .processMemory: 4
    case .diskFree: 5
    case .telemetryWrite: 6
    case .ledgerWrite: 7
    case .loopLag: 8
    case .lanesBusy: 9
    case .laneQueue: 10
    case .versionQueue: 11
    case .requestRate, .errorRate, .errorShare, .shedRate, .latencyP50, .latencyP99, .latencyMax,
      .queueMean, .computeMean, .accuracy, .absoluteError:
      nil
    }
  }

  /// What stands for several readings.
  fileprivate func value(_ reading: GaugeTally.Reading) -> Double {
    switch self {
    case .diskFree: reading.least
    case .memoryUsed, .processMemory, .telemetryWrite, .ledgerWrite, .loopLag, .laneQueue,
      .versionQueue:
      reading.most
    default: reading.mean
    }
  }
}
