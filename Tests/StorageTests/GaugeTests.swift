import Domain
import GRDB
import Statistics
import Testing

@testable import Storage

struct GaugeTests {
  private static let noon = Timestamp.noon.seconds

  /// Seconds past noon in which the machine was looked at: two cores, a disk that fills up, a loop that is late once.
  private static func run(_ store: MetricStore, _ seconds: Range<Int64>, away: Range<Int64> = 0..<0)
  {
    for second in seconds {
      if !away.contains(second) {
        var tally = GaugeTally()
        func note(_ measure: SeriesQuery.Measure, _ value: Double, part: String = "") {
          tally.add(value, to: GaugeTally.Key(measure.gaugeCode ?? 0, part: part))
        }
        note(.coreBusy, second.isMultiple(of: 2) ? 1 : 0, part: "2")
        note(.coreBusy, 0.25, part: "10")
        note(.diskFree, Double(1_000_000 - second))
        note(.loopLag, second == 17 ? 40_000 : 100, part: "0")
        store.note(tally, second: noon + second)
      }
      let now = Timestamp.noon.adding(seconds: Double(second) + 1)
      #expect(store.write(PendingBatch(), seconds: now.seconds - 1..<now.seconds, now: now))
    }
  }

  private static func lines(
    _ store: MetricStore, _ measure: SeriesQuery.Measure, to: Int64, step: Int64
  ) throws -> [SeriesResult.Line] {
    try store.series(
      SeriesQuery(
        measure: measure, model: nil, window: Window(from: noon, to: noon + to, step: step))
    ).lines
  }

  @Test func `the machine's past has a line a part, its spikes, and its gaps`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    Self.run(store, 0..<60, away: 30..<40)
    let cores = try Self.lines(store, .coreBusy, to: 60, step: 10)
    #expect(cores.map(\.part) == ["2", "10"])
    #expect(cores.map(\.version) == [nil, nil])
    #expect(cores[0].values == [0.5, 0.5, 0.5, nil, 0.5, 0.5])
    #expect(cores[1].values == [0.25, 0.25, 0.25, nil, 0.25, 0.25])
    let lag = try Self.lines(store, .loopLag, to: 60, step: 10)
    #expect(lag.first?.values == [100, 40_000, 100, nil, 100, 100])
    // What is free is told by the least of it.
    let disk = try Self.lines(store, .diskFree, to: 60, step: 30)
    #expect(disk.map(\.part) == [nil])
    #expect(disk.first?.values == [999_971, 999_941])
    #expect(try Self.lines(store, .processMemory, to: 60, step: 10).isEmpty)
    // Steps finer than what is kept have their neighbours' values.
    #expect(try Self.lines(store, .loopLag, to: 20, step: 5).first?.values.count == 4)
  }

  @Test func `a coarse step says the same from folded rows as from fine ones, and over a restart`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    Self.run(store, 0..<200)
    let fine = try Self.lines(store, .coreBusy, to: 180, step: 10)
    let coarse = try Self.lines(store, .coreBusy, to: 180, step: 60)
    #expect(fine[0].values.count == 18 && fine[0].values.allSatisfy { $0 == 0.5 })
    #expect(coarse[0].values == [0.5, 0.5, 0.5])
    #expect(try Self.lines(store, .loopLag, to: 180, step: 60).first?.values == [40_000, 100, 100])
    let minutes = try store.reading { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM g60 WHERE series = 0")
    }
    #expect(minutes == 3)
    store.close()
    let again = try MetricStore(directory: folder.path, now: Timestamp.noon.adding(seconds: 200))
    defer { again.close() }
    #expect(try Self.lines(again, .coreBusy, to: 180, step: 60)[0].values == [0.5, 0.5, 0.5])
  }

  @Test func `what is noted while nothing can be written does not pile up`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    var tally = GaugeTally()
    tally.add(1, to: GaugeTally.Key(9))
    for second in 0..<500 { store.note(tally, second: Self.noon + Int64(second)) }
    let now = Timestamp.noon.adding(seconds: 501)
    #expect(store.write(PendingBatch(), seconds: now.seconds - 1..<now.seconds, now: now))
    let rows = try store.reading { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM g10") }
    #expect((rows ?? 0) > 0 && (rows ?? 0) <= 7)
  }

  @Test func `a write tells up to when telemetry is on the disk, and a refused one does not`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.status.committedAt == nil)
    let now = Timestamp.noon.adding(seconds: 1.25)
    #expect(store.write(PendingBatch(), seconds: Self.noon..<Self.noon + 1, now: now))
    #expect(store.status.committedAt == now)
    store.close()
    #expect(!store.write(PendingBatch(), seconds: Self.noon + 1..<Self.noon + 2, now: .noon))
    #expect(store.status.committedAt == now)
  }
}
