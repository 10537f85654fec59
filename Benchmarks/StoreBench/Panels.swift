import Domain
import Foundation
import GRDB
import Statistics
import Storage

private let day: Int64 = 86_400

/// Latencies of a second: log-normal around a millisecond, a hundredth ten times as slow.
private func sketches(of count: Int64) -> [DDSketch] {
  var random = SplitMix64(seed: 1)
  func normal() -> Double {
    let (u, v) = (
      Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random)
    )
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
  return (0..<60).map { _ in
    var sketch = DDSketch()
    for _ in 0..<max(1, count) {
      let slow = Double.random(in: 0..<1, using: &random) < 0.01 ? 10.0 : 1
      sketch.add(slow * 1_000 * exp(0.5 * normal()))
    }
    return sketch
  }
}

/// A minute of one series by the bins of ten features.
private func features(_ rows: Int64) -> FeatureCounts {
  var builder = ReferenceBuilder(
    (0..<10).map { FeatureDeclaration(name: "f\($0)", kind: .numeric) }, seed: 1)
  var random = SplitMix64(seed: 2)
  for _ in 0..<5_000 {
    builder.add(row: (0..<10).map { _ in Double.random(in: 0..<1, using: &random) })
  }
  return FeatureCounts(
    reference: 1,
    features: builder.references().map { reference in
      var counts = BinCounts(reference.bins)
      for cell in FrozenBins.specialCount..<reference.bins.cellCount {
        counts.add(cell, count: rows / Int64(reference.bins.binCount))
      }
      return counts
    })
}

/// Writes the rollups of a day with so many predictions, nine of ten by the champion, as a server would have, a minute a
/// transaction.
private func fill(_ folder: String, predictions: Int64) throws {
  let store = try MetricStore(directory: folder, now: start)
  defer { store.close() }
  let challenger = SeriesKey(
    version: ModelVersion(model: "m", version: "2"), variant: .challenger)
  let series = [champion, challenger].map { key in
    let rate = max(1, predictions / day * (key == champion ? 9 : 1) / 10)
    return (key: key, rate: rate, sketches: sketches(of: rate), features: features(rate * 60))
  }
  for from in stride(from: start.seconds, to: start.seconds + day, by: 60) {
    var batch = PendingBatch()
    for one in series {
      for second in from..<from + 60 {
        var rollup = SecondRollup(
          version: one.key.version, variant: one.key.variant, second: second)
        rollup.counters.ok = one.rate
        rollup.counters.timed = one.rate
        rollup.counters.rows = one.rate
        rollup.counters.totalSum = Double(one.rate) * 1_100
        rollup.latency = one.sketches[Int(second % 60)]
        batch.rollups[SecondKey(series: one.key, second: second)] = rollup
      }
      batch.features[SecondKey(series: one.key, second: from)] = one.features
    }
    let now = Timestamp(seconds: from + 60)
    guard store.write(batch, seconds: from..<from + 60, now: now) else {
      throw StorageError.full(path: folder)
    }
  }
}

/// The queries of a day's panels over two stores, each on a connection that has read nothing before: by turns, because a
/// ratio of two figures taken apart is one of the machine's moods.
///
/// - Parameter folders: with few predictions behind it, and with many.
func panels(few: (folder: String, predictions: Int64), many: (folder: String, predictions: Int64))
  throws
{
  let stores = [few, many]
  figure(
    "fill_s",
    try timed { for one in stores { try fill(one.folder, predictions: one.predictions) } } / 1_000)
  let whole = Window(from: start.seconds, to: start.seconds + day, step: 240)
  let columns = Window(from: whole.from, to: whole.to, step: 720)
  let last = Window(from: whole.to - 720, to: whole.to, step: 720)
  let queries: [(name: String, run: (MetricStore) throws -> Void)] = [
    ("heatmap", { try heatmap($0, columns) }), ("column", { try heatmap($0, last) }),
    (
      "series",
      { _ = try $0.series(SeriesQuery(measure: .requestRate, model: "m", window: whole)) }
    ),
  ]
  var times = queries.map { _ in stores.map { _ in [Double]() } }
  for _ in 0..<31 {
    for (side, one) in stores.enumerated() {
      let store = try MetricStore(directory: one.folder, now: Timestamp(seconds: whole.to))
      defer { store.close() }
      for (position, query) in queries.enumerated() {
        times[position][side].append(try timed { try query.run(store) })
      }
    }
  }
  for (query, sides) in zip(queries, times) {
    figure("few_\(query.name)_ms", median(sides[0]))
    figure("many_\(query.name)_ms", median(sides[1]))
    figure("\(query.name)_ratio", median(zip(sides[1], sides[0]).map { $0 / $1 }))
  }
}

private func heatmap(_ store: MetricStore, _ window: Window) throws {
  _ = try store.heatmap(
    HeatmapQuery(model: "m", window: window, bucketCount: 20, lowest: 100, highest: 1e6))
}

/// Bytes a row of each tier's tables, with the share of their pages that is empty.
func sizes(in folder: String) throws {
  var configuration = Configuration()
  configuration.readonly = true
  let queue = try DatabaseQueue(
    path: "\(folder)/\(MetricStore.fileName)", configuration: configuration)
  try queue.read { db in
    for row in try Row.fetchAll(
      db,
      sql: "SELECT name, sum(pgsize), sum(ncell) FROM dbstat WHERE pagetype = 'leaf' GROUP BY name")
    {
      let (name, bytes, cells): (String, Double, Double) = (row[0], row[1], row[2])
      if cells > 0 { figure("row_bytes_\(name)", bytes / cells) }
    }
  }
}
