import Domain
import Foundation
import Statistics
import Testing

@testable import Storage

struct LabelTests {
  private static func batch(_ id: String, _ values: PredictedValue..., score: Double? = nil)
    -> LabelBatch
  {
    LabelBatch(labels: [.init(id: id, values: values, score: score)])
  }

  private static func labels(_ bench: RecorderBench) -> [LabelRollup] {
    bench.batches.all.flatMap(\.labels)
  }

  @Test(arguments: [0, 1, 2])
  func `a label counts once at its prediction's second, flushed or not`(flushes: Int) throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(second: 0.2)
    bench.recorder.record(record)
    for _ in 0..<flushes {
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    let label = Self.batch("\(record.id)", .integer(1), score: 4)
    let join = { bench.recorder.join(model: "electricity", label, now: bench.clock.now) }
    #expect(join() == LabelReceipt(joined: 1))
    #expect(join() == LabelReceipt(duplicate: 1))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    #expect(join() == LabelReceipt(duplicate: 1))
    bench.recorder.flush()
    #expect(join() == LabelReceipt(duplicate: 1))
    bench.recorder.flush()
    let receipts = bench.batches.all.compactMap { $0.receipts["electricity"] }
    #expect(
      receipts.reduce(into: LabelReceipt()) { $0 += $1 } == LabelReceipt(joined: 1, duplicate: 3))
    var counts = LabelCounts()
    counts.correct = 1
    counts.scores = 1
    counts.scoreSum = 4
    #expect(
      Self.labels(bench) == [
        LabelRollup(
          version: .first, variant: .champion, second: Timestamp.noon.seconds, counts: counts)
      ])
    let accuracy = try bench.store.series(
      SeriesQuery(
        measure: .accuracy, model: "electricity",
        window: Window(from: Timestamp.noon.seconds, to: Timestamp.noon.seconds + 1, step: 1)))
    #expect(accuracy.lines.first?.values == [1])
  }

  @Test(arguments: [0, 2])
  func `the label of a request outside of the split is of no revision`(flushes: Int) throws {
    let bench = try RecorderBench()
    var record = PredictionRecord.sample()
    record.revision = 5
    record.isOutsideSplit = true
    bench.recorder.record(record)
    for _ in 0..<flushes { bench.recorder.flush() }
    _ = bench.recorder.join(
      model: "electricity", Self.batch("\(record.id)", .integer(1)), now: .noon)
    bench.recorder.flush()
    #expect(bench.batches.all.flatMap(\.revisionLabels).map(\.revision) == [0])
  }

  @Test(arguments: [1e308, -1e308, .infinity, .nan, 1e101])
  func `a score that means nothing is not counted, and its label is`(_ score: Double) throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample()
    bench.recorder.record(record)
    bench.recorder.flush()
    let label = Self.batch("\(record.id)", .integer(1), score: score)
    #expect(
      bench.recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(joined: 1))
    bench.recorder.flush()
    let counts = try #require(Self.labels(bench).first).counts
    #expect(counts.correct == 1 && counts.scores == 0 && counts.scoreSum == 0)
  }

  @Test(arguments: [Double.nan, .infinity, 1e308])
  func `of a prediction that is no number no error is taken`(_ predicted: Double) throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(predictions: [.number(predicted)])
    bench.recorder.record(record)
    bench.recorder.flush()
    _ = bench.recorder.join(
      model: "electricity", Self.batch("\(record.id)", .number(3)), now: .noon)
    bench.recorder.flush()
    let counts = Self.labels(bench).reduce(into: LabelCounts()) { $0 += $1.counts }
    #expect(counts.distances == 0 && counts.absoluteErrorSum == 0)
  }

  @Test func `text that is a number is one, and other text is no label of a number`() throws {
    func receipt(_ predicted: PredictedValue, _ label: String) throws -> (LabelReceipt, LabelCounts)
    {
      let bench = try RecorderBench()
      let record = PredictionRecord.sample(predictions: [predicted])
      bench.recorder.record(record)
      bench.recorder.flush()
      let receipt = bench.recorder.join(
        model: "electricity", Self.batch("\(record.id)", .text(label)), now: .noon)
      bench.recorder.flush()
      return (receipt, Self.labels(bench).reduce(into: LabelCounts()) { $0 += $1.counts })
    }
    for text in ["1", "1.0", "1e0"] {
      let (joined, counts) = try receipt(.integer(1), text)
      #expect(joined == LabelReceipt(joined: 1) && counts.correct == 1, "\(text)")
    }
    let (distant, distances) = try receipt(.number(1.5), "2")
    #expect(distant == LabelReceipt(joined: 1) && distances.absoluteErrorSum == 0.5)
    for predicted in [PredictedValue.integer(1), .number(1)] {
      let (none, counts) = try receipt(predicted, "abc")
      let refusal = LabelRefusal(
        index: 0, expected: "a number, as was predicted", found: "the text \"abc\"")
      #expect(none == LabelReceipt(refusals: [refusal]) && counts.rows == 0)
    }
    #expect(try receipt(.text("up"), "down").1.wrong == 1)
  }

  /// The reference has the classes 0 and 1.
  @Test(arguments: [
    (PredictedValue.integer(1), 0), (.integer(0), 0), (.integer(2), 1), (.number(1.5), 1),
    (.text("1"), 0), (.text("7"), 1),
  ])
  func `a label of a class that the reference has not is counted as one`(
    _ truth: PredictedValue, unseen: Int
  ) throws {
    for flushes in 0...1 {
      let bench = try RecorderBench()
      bench.recorder.setReference(FeatureFolderTests.reference())
      let record = PredictionRecord.sample(predictions: [.integer(1)])
      bench.recorder.record(record)
      if flushes == 1 { bench.recorder.flush() }
      let receipt = bench.recorder.join(
        model: "electricity", Self.batch("\(record.id)", truth), now: .noon)
      #expect(receipt == LabelReceipt(joined: 1, unseenClass: unseen))
    }
  }

  @Test func `a request of several rows is one unit where versions are compared`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(
      client: "shop", revision: 7, predictions: [.integer(1), .integer(0), .integer(0)])
    bench.recorder.record(record)
    bench.recorder.flush()
    let label = Self.batch("\(record.id)", .integer(1), .integer(1), .integer(1))
    #expect(
      bench.recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(joined: 1))
    bench.recorder.flush()
    let batch = try #require(bench.batches.all.last)
    #expect(batch.labels.first?.counts.rows == 3 && batch.labels.first?.counts.wrong == 2)
    let unit = try #require(batch.revisionLabels.first)
    #expect(unit.revision == 7 && unit.counts.rows == 1 && unit.counts.correct == 1)
    #expect(unit.clients == ["shop": unit.counts])
  }

  @Test func `the same id twice in one batch is one label and a duplicate`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample()
    bench.recorder.record(record)
    bench.recorder.flush()
    let label = LabelBatch.Label(id: "\(record.id)", values: [.integer(0)])
    let receipt = bench.recorder.join(
      model: "electricity", LabelBatch(labels: [label, label]), now: .noon)
    #expect(receipt == LabelReceipt(joined: 1, duplicate: 1))
  }

  @Test(arguments: [false, true])
  func `a client's id means its newest request of that model`(isFlushed: Bool) throws {
    let bench = try RecorderBench()
    bench.recorder.record(.sample(second: 0, number: 1, clientID: "order-7"))
    bench.recorder.record(
      .sample(second: 0.1, number: 2, clientID: "order-7", predictions: [.integer(0)]))
    bench.recorder.record(
      .sample(
        second: 0.2, number: 3, clientID: "order-7",
        version: ModelVersion(model: "demand", version: "1"), predictions: [.number(3)]))
    if isFlushed { bench.recorder.flush() }
    let label = Self.batch("order-7", .integer(0))
    #expect(
      bench.recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(joined: 1))
    #expect(
      bench.recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(duplicate: 1))
    bench.recorder.flush()
    #expect(Self.labels(bench).map(\.counts.correct) == [1])
  }

  @Test func `what a batch has that cannot be used is told by its place, wherever it is found`()
    throws
  {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample()
    bench.recorder.record(record)
    bench.recorder.flush()
    let text = """
      {"labels":[{"id":"\(record.id)","label":null},{"id":"never","label":1},
      {"id":"\(record.id)","label":"abc"},{"id":"\(record.id)","label":1},{"id":7}]}
      """
    let batch = try JSONDecoder().decode(LabelBatch.self, from: Data(text.utf8))
    let receipt = bench.recorder.join(model: "electricity", batch, now: .noon)
    #expect(receipt.joined == 1 && receipt.unknown == 1 && receipt.refused == 3)
    #expect(receipt.refusals.map(\.index) == [0, 2, 4])
    bench.recorder.flush()
    let receipts = bench.batches.all.compactMap { $0.receipts["electricity"] }
    #expect(receipts.reduce(into: LabelReceipt()) { $0 += $1 }.refused == 3)
  }

  @Test func `unknown, foreign, of another size or late: counted, never fatal`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(second: 10)
    bench.recorder.record(record)
    bench.recorder.flush()
    func join(_ model: String, _ batch: LabelBatch) -> LabelReceipt {
      bench.recorder.join(model: model, batch, now: .noon)
    }
    #expect(join("electricity", Self.batch("never", .integer(1))) == LabelReceipt(unknown: 1))
    #expect(join("demand", Self.batch("\(record.id)", .integer(1))) == LabelReceipt(unknown: 1))
    #expect(
      join("electricity", Self.batch("\(record.id)", .integer(1), .integer(1)))
        == LabelReceipt(refusals: [
          LabelRefusal(
            index: 0, expected: "as many values as the request had rows, 1", found: "2")
        ]))
    let early = RequestID(time: .noon, random: (1, 1))
    #expect(join("electricity", Self.batch("\(early)", .integer(1))) == LabelReceipt(late: 1))
    let future = RequestID(time: .noon.adding(seconds: 60), random: (1, 1))
    #expect(join("electricity", Self.batch("\(future)", .integer(1))) == LabelReceipt(unknown: 1))
    #expect(
      join("electricity", Self.batch("\(record.id)", .integer(1))) == LabelReceipt(joined: 1))
  }

  @Test
  func `a label that comes a week late counts at its prediction, in the tiers that still have it`()
    throws
  {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(second: 0.2)
    bench.recorder.record(record)
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    // A quiet week: what is complete is folded when it ends.
    bench.clock.advance(seconds: 7 * 86_400)
    for _ in 0..<30 {
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    let label = Self.batch("\(record.id)", .integer(1))
    let join = { bench.recorder.join(model: "electricity", label, now: bench.clock.now) }
    #expect(join() == LabelReceipt(joined: 1))
    #expect(join() == LabelReceipt(duplicate: 1))
    bench.recorder.flush()
    #expect(join() == LabelReceipt(duplicate: 1))
    let noon = Timestamp.noon.seconds
    for step: Int64 in [60, 3_600] {
      let accuracy = try bench.store.series(
        SeriesQuery(
          measure: .accuracy, model: "electricity",
          window: Window(from: noon, to: noon + step, step: step)))
      #expect(accuracy.lines.first?.values == [1], "\(step)")
    }
    #expect(bench.store.status.paused == nil)
  }

  @Test func `what was asked past the split, a replay or a trial, judges nobody`() throws {
    let bench = try RecorderBench()
    for (number, variant) in [Variant.champion, .direct].enumerated() {
      let record = PredictionRecord.sample(
        second: 0.1, number: UInt64(number), variant: variant, outcome: .ok)
      bench.recorder.record(record)
      _ = bench.recorder.join(
        model: "electricity", Self.batch("\(record.id)", .integer(variant == .direct ? 0 : 1)),
        now: bench.clock.now)
    }
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    let noon = Timestamp.noon.seconds
    let quality = try bench.store.quality(.first, from: noon, to: noon + 60)
    #expect(quality.map { $0.row.sketch?.rows } == [1])
    let minutes = try bench.store.minutes(.first, from: noon, to: noon + 60)
    #expect(minutes.map(\.requests) == [1] && minutes.map(\.labels.wrong) == [0])
  }

  @Test func `a shadow's copy learns from the same label`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(number: 1)
    bench.recorder.record(record)
    bench.recorder.flush()
    bench.recorder.record(
      .sample(number: 1, version: .second, variant: .shadow, predictions: [.integer(0)]))
    let label = Self.batch("\(record.id)", .integer(1))
    #expect(bench.recorder.join(model: "electricity", label, now: .noon).joined == 1)
    bench.recorder.flush()
    let labels = Self.labels(bench).sorted { $0.version < $1.version }
    #expect(labels.map(\.counts.correct) == [1, 0])
    #expect(labels.map(\.counts.wrong) == [0, 1])
  }

  @Test func `a regression's label is a distance, several rows are several labels`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(predictions: [.number(2), .number(5)])
    bench.recorder.record(record)
    let label = Self.batch("\(record.id)", .number(3), .integer(1))
    #expect(bench.recorder.join(model: "electricity", label, now: .noon).joined == 1)
    bench.recorder.flush()
    #expect(Self.labels(bench).map(\.counts.absoluteErrorSum) == [5])
    #expect(Self.labels(bench).map(\.counts.distances) == [2])
  }

  @Test func `the horizon survives a restart`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(second: 0.2)
    bench.recorder.record(record)
    bench.recorder.flush()
    bench.recorder.close()
    bench.store.close()
    let store = try MetricStore(directory: bench.folder.path, now: .noon)
    let recorder = Recorder(store: store, clock: { .noon })
    let label = Self.batch("\(record.id)", .integer(1))
    #expect(recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(joined: 1))
    recorder.flush()
    #expect(recorder.join(model: "electricity", label, now: .noon) == LabelReceipt(duplicate: 1))
  }

  @Test func `labels that race with flushes count exactly once`() async throws {
    let bench = try RecorderBench()
    let records = (0..<400).map { PredictionRecord.sample(second: 0.1, number: UInt64($0)) }
    let recorder = bench.recorder
    let joined = await withTaskGroup(of: Int.self) { group in
      group.addTask {
        for record in records { recorder.record(record) }
        return 0
      }
      group.addTask {
        for _ in 0..<60 { recorder.flush() }
        return 0
      }
      for worker in 0..<3 {
        group.addTask {
          var joined = 0
          for position in records.indices {
            let record = records[(position + worker * 131) % records.count]
            let label = Self.batch("\(record.id)", .integer(1))
            joined += recorder.join(model: "electricity", label, now: .noon).joined
          }
          return joined
        }
      }
      return await group.reduce(0, +)
    }
    var late = 0
    for record in records {
      let label = Self.batch("\(record.id)", .integer(1))
      late += bench.recorder.join(model: "electricity", label, now: .noon).joined
    }
    bench.recorder.flush()
    #expect(joined + late == 400)
    #expect(Self.labels(bench).reduce(0) { $0 + $1.counts.correct } == 400)
  }
}
