import Domain
import InferenceProtocol
import Testing

@testable import Storage

struct RequestCaptureTests {
  private static func tensors(_ value: Float) -> PredictionTensors {
    PredictionTensors(
      inputs: [Tensor(name: "X", shape: [1, 2], fp32: [value, 2 * value])],
      outputs: [Tensor(name: "p", shape: [1, 2], fp32: [0.25, 0.75])])
  }

  private static func kept(_ bench: RecorderBench, _ record: PredictionRecord) throws
    -> [CapturedRequest]
  {
    try bench.store.requests(record.id)
  }

  @Test func `a request is found by its id with all that went in and came out`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(second: 0.3, number: 5, client: "shop", clientID: "a-1")
    bench.recorder.record(record, Self.tensors(3))
    bench.clock.advance(seconds: 1)
    bench.recorder.flush()
    let found = try #require(try Self.kept(bench, record).first)
    #expect(found.tensors == Self.tensors(3))
    #expect(
      found.record.client == "shop" && found.record.clientRequestID == "a-1"
        && found.redacted.isEmpty)
    #expect(found.record.arrivedAt == record.arrivedAt && found.totalTime == record.totalTime)
    #expect(try bench.store.requests(RequestID(time: .noon, random: (9, 9))).isEmpty)
  }

  @Test func `what must not be kept never reaches the disk`() throws {
    var policy = CapturePolicy()
    policy.keepsRequests = false
    let bench = try RecorderBench(policy: policy)
    let record = PredictionRecord.sample(outcome: .failed)
    bench.recorder.record(record, Self.tensors(3))
    bench.recorder.flush()
    #expect(try Self.kept(bench, record).isEmpty)
  }

  @Test func `a redacted feature is blanked and named`() throws {
    var policy = CapturePolicy()
    policy.featureNames = ["period", "income"]
    policy.redacted = ["income"]
    let bench = try RecorderBench(policy: policy)
    let record = PredictionRecord.sample()
    bench.recorder.record(record, Self.tensors(3))
    bench.recorder.flush()
    let found = try #require(try Self.kept(bench, record).first)
    #expect(found.tensors?.inputs == [Tensor(name: "X", shape: [1, 2], fp32: [3, 0])])
    #expect(found.redacted == ["income"])
  }

  @Test func `an input with a default is kept, and blanked where a request names it`() throws {
    var policy = CapturePolicy()
    policy.redacted = ["secret"]
    let bench = try RecorderBench(policy: policy)
    let secret = TensorMetadata(name: "secret", datatype: .fp32, shape: [], isOptional: true)
    let threshold = TensorMetadata(name: "threshold", datatype: .fp32, shape: [], isOptional: true)
    var tensors = Self.tensors(3)
    tensors.optional = [secret, threshold]
    tensors.inputs.append(Tensor(name: "threshold", shape: [], fp32: [0.25]))
    let without = PredictionRecord.sample()
    bench.recorder.record(without, tensors)
    tensors.inputs.append(Tensor(name: "secret", shape: [], fp32: [42]))
    let with = PredictionRecord.sample(number: 1)
    bench.recorder.record(with, tensors)
    bench.recorder.flush()
    let first = try #require(try Self.kept(bench, without).first)
    #expect(first.tensors?.inputs == Array(tensors.inputs.prefix(2)))
    #expect(first.redacted.isEmpty)
    let second = try #require(try Self.kept(bench, with).first)
    #expect(
      second.tensors?.inputs
        == tensors.inputs.prefix(2) + [Tensor(name: "secret", shape: [], fp32: [0])])
    #expect(second.redacted == ["secret"])
    #expect(bench.batches.all.last?.redactions[.first]?.missing == [])
  }

  @Test(arguments: ["incme", "X"])
  func `a feature to be blanked that is not found blanks the whole request`(name: String) throws {
    var policy = CapturePolicy()
    policy.featureNames = ["period", "income"]
    policy.redacted = [name]
    let bench = try RecorderBench(policy: policy)
    let record = PredictionRecord.sample()
    bench.recorder.record(record, Self.tensors(3))
    // Failed ones have no layout of their own, and may have other tensors.
    let failed = PredictionRecord.sample(number: 1, outcome: .failed)
    let other = PredictionTensors(
      inputs: [Tensor(name: "Y", shape: [1, 1], fp32: [7])], outputs: [])
    bench.recorder.record(failed, other)
    bench.recorder.flush()
    let found = try #require(try Self.kept(bench, record).first)
    // An input's own name blanks all of it.
    let blank = [Tensor(name: "X", shape: [1, 2], fp32: [0, 0])]
    #expect(found.tensors?.inputs == (name == "X" ? blank : nil))
    #expect(try #require(try Self.kept(bench, failed).first).tensors == nil)
    #expect(
      bench.batches.all.last?.redactions == [
        .first: RedactionResult(
          missing: name == "X" ? [] : [name], known: ["period", "income", "X"])
      ])
    bench.recorder.flush()
    #expect(bench.batches.all.last?.redactions == [:])
  }

  @Test func `each model's requests are kept for its own time, and a day without one`() throws {
    let folder = try TemporaryFolder()
    var settings = MetricStore.Settings()
    settings.requestRetention = ["electricity": 90 * 86_400]
    let store = try MetricStore(directory: folder.path, settings: settings, now: .noon)
    let other = ModelVersion(model: "demand", version: "1")
    func write(_ versions: [ModelVersion], day: Double, atWork: Int64 = 0) {
      var batch = PendingBatch()
      for version in versions {
        batch.requestsKept[SeriesKey(version: version, variant: .champion)] = [
          CapturedRequest(
            .sample(second: day * 86_400, version: version), tensors: Self.tensors(1))
        ]
      }
      let now = Timestamp.noon.adding(seconds: day * 86_400)
      #expect(
        store.write(batch, seconds: now.seconds - atWork..<now.seconds, now: now))
    }
    write([.first, other], day: 0)
    write([.first], day: 2)
    // After days without a server their age counts an hour later.
    #expect(try store.requests(RequestQuery(model: "demand")).count == 1)
    write([], day: 3, atWork: 3_600)
    #expect(try store.requests(RequestQuery(model: "electricity")).count == 2)
    #expect(try store.requests(RequestQuery(model: "demand")).isEmpty)
  }

  @Test func `of many requests a share is kept, and every failure up to a bound`() throws {
    let bench = try RecorderBench()
    var random = SplitMix(state: 3)
    for round in 0..<3 {
      for index in 0..<4_000 {
        var record = PredictionRecord.sample(
          second: Double(round) + Double(index) / 5_000, number: random.next() >> 2)
        if index % 100 == 0 { record.outcome = .failed }
        bench.recorder.record(record, Self.tensors(1))
      }
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    let all = try bench.store.requests(RequestQuery(model: "electricity", limit: 100_000))
    #expect(all.count { $0.outcome == .failed } == 120)
    let last = all.count { $0.outcome == .ok && $0.record.arrivedAt >= .noon.adding(seconds: 2) }
    #expect((400...600).contains(last), "\(last) of 3,960 kept, 500 wanted")
  }

  @Test func `requests come with their tensors, or are not kept`() {
    func kept(_ sizes: [Int?], outcome: Outcome = .ok) -> [Int?] {
      var capture = RequestCapture { _ in CapturePolicy() }
      for (index, size) in sizes.enumerated() {
        let tensors = size.map { size in
          PredictionTensors(inputs: [
            Tensor(name: "X", shape: [1, size / 4], fp32: Array(repeating: 1, count: size / 4))
          ])
        }
        capture.add(.sample(number: UInt64(index), outcome: outcome), tensors) { nil }
      }
      return capture.take().values.flatMap { $0 }.map { $0.tensors?.byteCount }
    }
    // One that was not looked at, as of a busy version most are.
    #expect(kept([400, nil, 800]) == [400, 800])
    // There is no room for a second one until the next flush; one that never has room is kept as it is.
    #expect(kept([3 << 20, 3 << 20, 400]) == [3 << 20, 400])
    #expect(kept([5 << 20, 400]) == [nil, 400])
    #expect(kept([3 << 20, 3 << 20, nil], outcome: .failed) == [3 << 20, nil, nil])
  }

  @Test func `the ring drops its oldest at its bound, and what is past its time`() throws {
    let folder = try TemporaryFolder()
    var settings = MetricStore.Settings()
    settings.requestBytes = 20_000
    settings.requestRetention = ["electricity": 30]
    let store = try MetricStore(directory: folder.path, settings: settings, now: .noon)
    for second in 0..<120 {
      var batch = PendingBatch()
      let key = SeriesKey(version: .first, variant: .champion)
      batch.requestsKept[key] = (0..<10).map { index in
        CapturedRequest(
          .sample(second: Double(second), number: UInt64(index)), tensors: Self.tensors(1))
      }
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      #expect(store.write(batch, seconds: now.seconds - 1..<now.seconds, now: now))
    }
    let left = try store.requests(RequestQuery(limit: 10_000))
    let oldest = try #require(left.map(\.record.arrivedAt).min())
    #expect(oldest >= .noon.adding(seconds: 80))
    #expect(left.map(\.record.arrivedAt).max() == .noon.adding(seconds: 119))
  }
}
