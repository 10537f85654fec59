import Domain
import Foundation
import GRDB
import InferenceProtocol
import Testing

@testable import Storage

struct MetricDamageTests {
  @Test(arguments: ["metrics.db", "metrics.db-wal"], 1...50)
  func `a byte flipped anywhere costs telemetry at most, and writing goes on`(
    name: String, seed: UInt64
  ) throws {
    let folder = try Self.killed().copy()
    var generator = SplitMix(state: seed)
    try flip(folder.file(name), &generator)
    let clock = ManualClock(.noon.adding(seconds: 90))
    let store = try MetricStore(directory: folder.path, now: clock.now)
    let recorder = Recorder(store: store, clock: { clock.now })
    Self.ask(store, recorder)
    for second in 90..<93 {
      recorder.record(.sample(second: Double(second), number: UInt64(second)), Self.tensors)
      clock.advance(seconds: 1)
      recorder.flush()
      Self.ask(store, recorder)
    }
    #expect(store.status.paused == nil)
    let query = SeriesQuery(
      measure: .requestRate, model: "electricity",
      window: Window(from: Timestamp.noon.seconds + 92, to: Timestamp.noon.seconds + 93, step: 1))
    #expect(try store.series(query).lines.first?.values == [1])
    recorder.close()
    store.close()
    for name in folder.names { #expect(try folder.mode(name) == 0o600, "\(name)") }
  }

  /// All that is asked of the store; answers may be missing, the process may not.
  private static func ask(_ store: MetricStore, _ recorder: Recorder) {
    let noon = Timestamp.noon.seconds
    for measure in SeriesQuery.Measure.allCases {
      for step: Int64 in [1, 60] {
        let window = Window(from: noon, to: noon + 120, step: step)
        _ = try? store.series(
          SeriesQuery(measure: measure, model: "electricity", window: window))
      }
    }
    _ = try? store.heatmap(
      HeatmapQuery(
        model: "electricity", window: Window(from: noon, to: noon + 120, step: 10),
        bucketCount: 10, lowest: 100, highest: 1e6))
    _ = try? store.minutes(.first, from: noon, to: noon + 120)
    _ = try? store.secondsAlive(from: noon, to: noon + 120)
    _ = try? store.features(.first, from: noon, to: noon + 120)
    _ = try? store.quality(.first, from: noon, to: noon + 120)
    _ = try? store.requests(RequestQuery(model: "electricity", limit: 1_000))
    _ = try? store.judgements(
      JudgementQuery(kind: .drift, model: "electricity", from: noon, to: noon + 120))
    for number: UInt64 in [3, 40, 70] {
      let id = PredictionRecord.sample(second: Double(number), number: number).id
      _ = recorder.join(
        model: "electricity",
        LabelBatch(labels: [
          .init(id: "\(id)", values: [.integer(1)], score: 3),
          .init(id: "order-\(number)", values: [.integer(1)], score: nil),
        ]), now: .noon.adding(seconds: 95))
    }
  }

  private static let tensors = PredictionTensors(
    inputs: [Tensor(name: "X", shape: [1, 2], fp32: [1, 2])],
    outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])])

  private static let template = Result { try makeKilled() }

  /// Ninety seconds of traffic, folded once, half of it in the write-ahead log.
  private static func killed() throws -> TemporaryFolder { try template.get().folder }

  /// Made once, and only copied from then on.
  private struct Template: @unchecked Sendable {
    // @unchecked Sendable: nobody changes the folder.
    let folder: TemporaryFolder
  }

  private static func makeKilled() throws -> Template {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    let store = try MetricStore(directory: folder.path, now: clock.now)
    let recorder = Recorder(store: store, clock: { clock.now })
    for second in 0..<90 {
      for part in 0..<3 {
        recorder.record(
          .sample(
            second: Double(second), number: UInt64(second + 1_000 * part),
            client: "shop-\(second % 7)", clientID: "order-\(second)",
            outcome: part == 2 ? .failed : .ok), tensors)
      }
      if second % 9 == 8 {
        let id = PredictionRecord.sample(second: Double(second - 5), number: UInt64(second - 5)).id
        _ = recorder.join(
          model: "electricity",
          LabelBatch(labels: [.init(id: "\(id)", values: [.integer(1)], score: 4)]),
          now: clock.now)
      }
      clock.advance(seconds: 1)
      recorder.flush()
      if second == 45 {
        try store.openPool().writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
      }
    }
    let copy = try folder.copy()
    recorder.close()
    store.close()
    return Template(folder: copy)
  }
}
