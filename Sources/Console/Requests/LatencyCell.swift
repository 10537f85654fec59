import Domain
import TextUI

/// One cell of the latency heatmap: a step of time and a bucket of latencies.
package struct LatencyCell: Sendable, Equatable {
  /// Seconds since 1970: [from, to).
  package var from: Int64
  package var to: Int64
  /// Of `LatencyScale`.
  package var bucket: Int
  /// Microseconds; nil where the map's edge takes in all beyond.
  package var above: Double?
  package var upTo: Double?
  /// Requests in it.
  package var count: Int
}

extension ConsoleState {
  /// The heatmap that the latency panel shows; nil until it has come.
  private var latencyMap: LatencyHeatmap? {
    selected.flatMap { board.heatmap(.heatmap(model: $0.model.name, version: latencyVersion)) }
  }

  /// What of it is drawn.
  var latencyCrop: LatencyScale.Crop? {
    latencyMap.map {
      LatencyScale.crop(HeatmapBox.totals($0), objective: selected?.model.objective?.latency)
    }
  }

  /// The cell under both cursors; nil while none is chosen.
  package var latencyCell: LatencyCell? {
    guard panel == .latency, let latencyBucket, let step = cursorStep(in: chartSpan),
      let map = latencyMap, let crop = latencyCrop
    else { return nil }
    let bucket = min(max(latencyBucket, crop.buckets.lowerBound), crop.buckets.upperBound - 1)
    let counts = latencyCounts(map, crop, from: step.from, to: step.to)
    let isLowest = bucket == crop.buckets.lowerBound
    let isHighest = bucket == crop.buckets.upperBound - 1
    return LatencyCell(
      from: step.from, to: step.to, bucket: bucket,
      above: isLowest || bucket == 0 ? nil : map.edges[bucket - 1],
      upTo: isHighest ? nil : map.edges[bucket], count: counts[bucket - crop.buckets.lowerBound])
  }

  /// Counts of the drawn buckets within a stretch of time; what lies beyond the edges counts at them.
  private func latencyCounts(
    _ map: LatencyHeatmap, _ crop: LatencyScale.Crop, from: Int64, to: Int64
  ) -> [Int] {
    var totals = [Int](repeating: 0, count: crop.buckets.count)
    for (index, counts) in map.counts.enumerated() {
      let start = map.window.from + Int64(index) * map.window.step
      guard start >= from, start < to else { continue }
      for (bucket, count) in counts.enumerated() {
        let place = min(max(bucket, crop.buckets.lowerBound), crop.buckets.upperBound - 1)
        totals[place - crop.buckets.lowerBound] += count
      }
    }
    return totals
  }

  /// To the next cell of the column that has requests: up is slower. The first step begins at the slowest cell of the
  /// column under the cursor, or of the newest one.
  mutating func moveCell(up: Bool) {
    guard let map = latencyMap, let crop = latencyCrop else {
      return say("the latencies are still being read", .quiet)
    }
    if cursorStep(in: chartSpan) == nil {
      latencyBucket = nil
      cursor = newestFilledStep(map)
    }
    guard let step = cursorStep(in: chartSpan) else {
      return say("there is no request here to look at", .quiet)
    }
    let counts = latencyCounts(map, crop, from: step.from, to: step.to)
    let used = counts.indices.filter { counts[$0] > 0 }.map { $0 + crop.buckets.lowerBound }
    guard let slowest = used.last else {
      return say("no request at \(wall.time(Timestamp(seconds: step.from)))", .quiet)
    }
    guard let present = latencyBucket else {
      latencyBucket = slowest
      return
    }
    let next = up ? used.first { $0 > present } : used.last { $0 < present }
    if let next { latencyBucket = next }
  }

  /// The keys that walk the heatmap while a cell is chosen, and those that choose one; false passes the key on.
  mutating func moveInCells(_ intent: Intent) -> Bool {
    switch intent {
    case .up: moveCell(up: true)
    case .down: moveCell(up: false)
    case .previousModel where latencyCell != nil: moveInTime(.earlier)
    case .nextModel where latencyCell != nil: moveInTime(.later)
    case .back where latencyCell != nil: latencyBucket = nil
    default: return false
    }
    return true
  }

  private func newestFilledStep(_ map: LatencyHeatmap) -> Int64? {
    let newest = map.counts.indices.last { map.counts[$0].contains { $0 > 0 } }
    return newest.map { map.window.from + Int64($0) * map.window.step }
  }

  /// A place on the map that was clicked, by parts of its width and height from the lower left corner.
  mutating func chooseCell(across: Double, up: Double) {
    guard let crop = latencyCrop else { return }
    let charts = chartSpan
    let column = min(max(Int(across * Double(charts.columnCount)), 0), charts.columnCount - 1)
    let place = min(max(Int(up * Double(crop.buckets.count)), 0), crop.buckets.count - 1)
    cursor = min(charts.start(of: column), charts.filled - charts.step)
    latencyBucket = crop.buckets.lowerBound + place
  }

  /// The requests behind what the latency panel points at: a cell, a step or all of the span.
  var latencyScope: RequestScope? {
    guard let model = selected?.model.name else { return nil }
    let window = chartSpan.window
    var scope = RequestScope(
      model: model, version: latencyVersion, what: .timed, from: window.from, to: window.to)
    if let cell = latencyCell {
      (scope.from, scope.to) = (cell.from, cell.to)
      scope.what = .latency(above: cell.above, upTo: cell.upTo)
    } else if let step = cursorStep(in: chartSpan) {
      (scope.from, scope.to) = step
    }
    return scope
  }

  /// What the heatmap counts in a scope; nil where it does not cover all of its time.
  func latencyTotal(_ scope: RequestScope) -> Int? {
    if let cell = latencyCell { return cell.count }
    guard let map = latencyMap, let crop = latencyCrop, map.window.from <= scope.from,
      map.window.to >= min(scope.to, chartSpan.filled)
    else { return nil }
    return latencyCounts(map, crop, from: scope.from, to: scope.to).reduce(0, +)
  }
}
