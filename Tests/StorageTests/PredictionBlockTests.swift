import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct PredictionBlockTests {
  private static func predictions(
    _ count: Int
  ) -> [(id: RequestID, prediction: PendingPrediction)] {
    (0..<count).map { index in
      let time = Timestamp.noon.adding(seconds: Double(index) / 100)
      return (
        id: RequestID(time: time, random: (UInt64(index), UInt64(index) &* 0x9e37_79b9)),
        prediction: PendingPrediction(
          second: time.seconds + Int64(index % 3) - 1,
          clientRequestID: index % 2 == 0 ? "order-\(index)" : nil,
          values: [
            .integer(Int64(index) - 5), .number(Double(index) / 7), .text("klasse \(index)"),
          ], scores: index % 3 == 0 ? [0.25, Float(index) / 9, 1] : [],
          revision: Int64(index * 200), client: index % 5 == 0 ? "shop ü" : nil)
      )
    }.sorted { $0.id < $1.id }
  }

  @Test(arguments: [0, 1, 2, 500, PredictionBlock.capacity])
  func `what was packed is found again`(count: Int) throws {
    let packed = Self.predictions(count)
    let block = try #require(
      PredictionBlock(
        PredictionBlock.pack(EncodedPredictions(packed), at: Array(packed.indices)[...])))
    #expect(block.count == count)
    for (index, one) in packed.enumerated() {
      #expect(block.index(of: one.id) == index)
      #expect(block.prediction(at: index) == one.prediction)
    }
    #expect(block.index(of: RequestID(high: 0, low: 0)) == nil)
    #expect(block.index(of: RequestID(high: .max, low: .max)) == nil)
  }

  @Test func `what came out of order is packed in the order of the ids`() throws {
    let ordered = Self.predictions(300)
    let came = (0..<300).map { ordered[$0 * 7 % 300] }
    let encoded = EncodedPredictions(came)
    let places = came.indices.sorted { came[$0].id < came[$1].id }
    let block = try #require(PredictionBlock(PredictionBlock.pack(encoded, at: places[...])))
    for (index, one) in ordered.enumerated() {
      #expect(block.id(at: index) == one.id)
      #expect(block.prediction(at: index) == one.prediction)
    }
    for (place, one) in came.enumerated() {
      #expect(encoded.prediction(at: place) == one.prediction)
      #expect(encoded.clientRequestID(at: place) == one.prediction.clientRequestID)
    }
  }

  @Test func `labels that came before the write, and out of order, are not counted again after it`()
    throws
  {
    let bench = try RecorderBench()
    for place in 0..<UInt64(200) {
      let number = place * 7 % 200
      bench.recorder.record(
        .sample(
          second: Double(number) / 1_000, number: number, clientID: "c\(number)",
          predictions: [.integer(Int64(number))]))
    }
    func label(_ number: Int) -> LabelBatch.Label {
      LabelBatch.Label(id: "c\(number)", values: [.integer(Int64(number))])
    }
    let early = stride(from: 0, to: 200, by: 3).map(label)
    func join(_ labels: [LabelBatch.Label]) -> LabelReceipt {
      bench.recorder.join(
        model: "electricity", LabelBatch(labels: labels), now: bench.clock.now)
    }
    #expect(join(early) == LabelReceipt(joined: early.count))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(
      join((0..<200).map(label))
        == LabelReceipt(joined: 200 - early.count, duplicate: early.count))
  }

  @Test func `a changed, cut or foreign value is no block`() {
    let bytes = PredictionBlock.pack(
      EncodedPredictions(Self.predictions(20)), at: Array(0..<20)[...])
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(PredictionBlock(damaged) == nil)
      #expect(PredictionBlock(Array(bytes.prefix(index))) == nil)
    }
  }

  @Test func `a client's id is found in the newest of many blocks, and only there`() throws {
    let bench = try RecorderBench()
    for second in 0..<5 {
      for number in 0..<UInt64(3) {
        bench.recorder.record(
          .sample(
            second: Double(second), number: UInt64(second) * 10 + number, clientID: "c\(number)",
            predictions: [.integer(Int64(second))]))
      }
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    let label = LabelBatch(labels: [
      .init(id: "c1", values: [.integer(4)]), .init(id: "c2", values: [.integer(3)]),
      .init(id: "c9", values: [.integer(4)]),
    ])
    let receipt = bench.recorder.join(model: "electricity", label, now: bench.clock.now)
    #expect(receipt == LabelReceipt(joined: 2, unknown: 1))
    bench.recorder.flush()
    let counts = bench.batches.all.flatMap(\.labels).map(\.counts)
    #expect(counts.reduce(0) { $0 + $1.correct } == 1)
    #expect(counts.reduce(0) { $0 + $1.wrong } == 1)
  }

  @Test func `one that took long to answer is found by its arrival`() throws {
    let bench = try RecorderBench()
    let ids = (0..<3).map { number in
      RequestID(time: Timestamp.noon.adding(seconds: Double(number) * 70), random: (1, 1))
    }
    for id in ids {
      var record = PredictionRecord.sample()
      record.id = id
      record.arrivedAt = id.time
      bench.recorder.record(record)
    }
    bench.clock.advance(seconds: 200)
    bench.recorder.flush()
    let labels = ids.map { LabelBatch.Label(id: "\($0)", values: [.integer(1)]) }
    let receipt = bench.recorder.join(
      model: "electricity", LabelBatch(labels: labels), now: bench.clock.now)
    #expect(receipt == LabelReceipt(joined: 3))
  }

  @Test func `a file of the first schema is taken over`() throws {
    let folder = try TemporaryFolder()
    let queue = try DatabaseQueue(path: folder.file("metrics.db"))
    let first = Schema(
      applicationID: Schema.metrics.applicationID, steps: [Schema.metrics.steps[0]])
    try queue.writeWithoutTransaction { try first.migrate($0, path: "metrics.db") }
    try queue.close()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let recorder = Recorder(store: store, clock: { .noon })
    let record = PredictionRecord.sample()
    recorder.record(record)
    recorder.flush()
    let label = LabelBatch(labels: [.init(id: "\(record.id)", values: [.integer(1)])])
    #expect(recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(joined: 1))
  }
}
