import Domain
import Foundation
import GRDB
import Statistics
import Testing

@testable import Storage

/// Values whose bytes were changed on the disk, within a page that SQLite finds sound.
struct UnsoundValuesTests {
  @Test func `they are left out of what is answered, and counted once`() throws {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    let store = try MetricStore(directory: folder.path, now: clock.now)
    let recorder = Recorder(store: store, clock: { clock.now })
    for second in 0..<30 {
      recorder.record(.sample(second: Double(second), number: UInt64(second)))
      var gauges = GaugeTally()
      gauges.add(1, to: .init(SeriesQuery.Measure.diskFree.gaugeCode ?? 0))
      store.note(gauges, second: Timestamp.noon.seconds + Int64(second))
      clock.advance(seconds: 1)
      recorder.flush()
    }
    let noon = Timestamp.noon.seconds
    let window = Window(from: noon, to: noon + 30, step: 1)
    func ask() throws -> [Int] {
      try [SeriesQuery.Measure.latencyP99, .diskFree].map { measure in
        try store.series(
          SeriesQuery(
            measure: measure, model: measure.isGauge ? nil : "electricity", window: window)
        ).lines.first?.values.count { $0 != nil } ?? 0
      }
    }
    let whole = try ask()
    #expect(whole.allSatisfy { $0 > 1 } && store.unsoundValues.isEmpty)
    let tiers = Array(Tier.all.prefix(2))
    try store.openPool().writeWithoutTransaction { db in
      for (table, column) in tiers.map({ ($0.sketches, "sketch") })
        + tiers.compactMap({ $0.gauges }).map({ ($0, "data") })
      {
        // The first row's last byte.
        try db.execute(
          sql: """
            UPDATE \(table) SET \(column) = CAST(substr(\(column), 1, length(\(column)) - 1)
              || x'ff' || x'00' AS BLOB) WHERE t = (SELECT min(t) FROM \(table))
            """)
      }
    }
    let left = try ask()
    #expect(left[0] < whole[0] && left[0] > 0)
    let found = store.unsoundValues
    #expect(found == [.latency: 1, .gauges: 1])
    #expect(try ask() == left && store.unsoundValues == found)
    _ = try store.heatmap(
      HeatmapQuery(
        model: "electricity", window: window, bucketCount: 10, lowest: 100, highest: 1e6))
    #expect(store.unsoundValues == found)
    recorder.close()
    store.close()
  }
}
