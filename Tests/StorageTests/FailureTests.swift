import Domain
import InferenceProtocol
import Testing

@testable import Storage

/// Which requests failed, whose they were, and one of them whole.
struct FailureTests {
  private static func query(_ from: Double, _ to: Double) -> FailureQuery {
    FailureQuery(
      model: "electricity", from: Timestamp.noon.adding(seconds: from).seconds,
      to: Timestamp.noon.adding(seconds: to).seconds)
  }

  /// Three minutes in which one client is refused and another's requests fail, and nothing else happens.
  private static func bench() throws -> RecorderBench {
    let bench = try RecorderBench()
    var number: UInt64 = 0
    for second in 0..<180 {
      func record(_ client: String, _ outcome: Outcome, _ variant: Variant = .champion) {
        number += 1
        bench.recorder.record(
          .sample(
            second: Double(second) + 0.1, number: number, client: client, variant: variant,
            outcome: outcome, microseconds: Int64(second) * 10 + 100))
      }
      record("shop", .ok)
      record("batch", second < 60 ? .ok : .limited)
      if second >= 120 { record("shop", .failed) }
      record("shop", .failed, .shadow)
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    return bench
  }

  @Test func `failures are counted by reason and by client, shadows apart`() throws {
    let bench = try Self.bench()
    let report = try bench.store.failures(Self.query(0, 180))
    #expect(report.requests == 420)
    #expect(
      report.reasons == [.init(.limited, requests: 120), .init(.failed, requests: 60)])
    #expect(
      report.clients == [
        .init("batch", requests: 180, failed: 120, commonest: .limited),
        .init("shop", requests: 240, failed: 60, commonest: .failed),
      ])
    #expect(report.otherClients == 0 && report.clientRequests == 420)
  }

  @Test func `a stretch of time counts only what is in it`() throws {
    let bench = try Self.bench()
    let early = try bench.store.failures(Self.query(0, 60))
    #expect(early.requests == 120 && early.reasons.isEmpty && early.clients.isEmpty)
    let late = try bench.store.failures(Self.query(125, 135))
    #expect(late.requests == 30)
    #expect(late.reasons.map(\.requests) == [10, 10])
    // Clients are counted by the minute, and so is what their shares are of.
    #expect(late.clientRequests == 180)
    let none = try bench.store.failures(Self.query(60, 60))
    #expect(none == FailureReport(clientRequests: 0))
    var other = Self.query(0, 180)
    other.model = "nobody"
    #expect(try bench.store.failures(other) == FailureReport(clientRequests: 0))
  }

  @Test func `no more clients are named than a person reads, and the others are told`() throws {
    let bench = try RecorderBench()
    for number in 0..<30 {
      bench.recorder.record(
        .sample(number: UInt64(number), client: "c\(number)", outcome: .failed))
    }
    bench.recorder.flush()
    let report = try bench.store.failures(Self.query(0, 60))
    #expect(report.clients.count == FailureReport.clientLimit)
    #expect(report.otherClients == 10)
  }

  @Test func `requests are found by reason, client and time taken, on the disk as in memory`()
    throws
  {
    let bench = try Self.bench()
    let queries: [RequestQuery] = [
      RequestQuery(model: "electricity", outcome: .limited, limit: 1_000),
      RequestQuery(model: "electricity", onlyNotOK: true, client: "shop", limit: 1_000),
      RequestQuery(
        model: "electricity", onlyNotOK: true, client: "shop", withoutShadows: true, limit: 1_000),
      RequestQuery(
        model: "electricity", above: 600, upTo: 900, onlyTimed: true, withoutShadows: true,
        limit: 1_000),
      RequestQuery(model: "electricity", upTo: 110, onlyTimed: true, limit: 1_000),
    ]
    let counts = try queries.map { query in
      let memory = bench.recorder.requests(query)
      let disk = try bench.store.requests(query).map(\.summary)
      let (found, kept) = (memory.map(\.copy), disk.map(\.copy))
      // Of requests without tensors only those that failed are kept.
      let failed = memory.filter { $0.outcome != .ok }.map(\.copy)
      #expect(failed == kept, "\(query)")
      #expect(memory.allSatisfy(query.admits))
      return found.count
    }
    // The shadow failed in each of 180 seconds.
    #expect(counts == [120, 240, 60, 39, 6])
  }

  @Test func `a request is told with the names of its features, and without what is redacted`()
    throws
  {
    var policy = CapturePolicy()
    policy.featureNames = ["period", "income"]
    policy.redacted = ["income"]
    let bench = try RecorderBench(policy: policy)
    var record = PredictionRecord.sample(clientID: "a-1", revision: 7)
    record.rows = 2
    bench.recorder.record(
      record,
      PredictionTensors(
        inputs: [Tensor(name: "X", shape: [2, 2], fp32: [0.1, 9, 3, 9])],
        outputs: [Tensor(name: "label", shape: [2], int64: [1, 0])]))
    bench.recorder.flush()
    let kept = try #require(try bench.store.requests(record.id).first)
    #expect(kept.summary.isKept == true)
    let detail = kept.detail(names: policy.featureNames)
    #expect(detail.inputs.rows == 2)
    #expect(
      detail.inputs.columns == [
        .init("period", cells: ["0.1", "3.0"]), .init("income", isRedacted: true, cells: []),
      ])
    #expect(detail.outputs.columns == [.init("label", cells: ["1", "0"])])
    #expect(detail.clientRequestID == "a-1" && detail.revision == 7)
    #expect(detail.obstacle == .redacted)
  }

  @Test func `a request of which only the times are kept says so`() throws {
    let bench = try RecorderBench()
    let record = PredictionRecord.sample(outcome: .shed)
    bench.recorder.record(record)
    bench.recorder.flush()
    let kept = try #require(try bench.store.requests(record.id).first)
    #expect(kept.summary.isKept == false)
    #expect(kept.detail(names: []).obstacle == .notKept)
  }

  @Test func `a large table is cut to what a person looks through`() {
    let rows = 1_500
    let table = TensorTable(
      [
        Tensor(name: "X", shape: [rows, 4], fp32: [Float](repeating: 1, count: rows * 4)),
        Tensor(name: "pixels", shape: [rows, 2, 2], fp32: [Float](repeating: 1, count: rows * 4)),
      ], rows: rows)
    #expect(table.rows == rows)
    #expect(table.columns.map(\.cells.count) == [500, 500, 500, 500])
    #expect(table.omitted == ["pixels"])
    let words = TensorTable(
      [Tensor(name: "text", shape: [1], strings: [String(repeating: "é", count: 5_000)])], rows: 1)
    #expect(words.columns[0].cells[0].unicodeScalars.count == 200)
  }

  @Test func `answers are the same when all their bits are, in any order`() {
    let one = Tensor(name: "a", shape: [1], fp32: [0.1])
    let two = Tensor(name: "b", shape: [1], int64: [3])
    #expect([one, two].isSame(as: [two, one]))
    #expect(![one, two].isSame(as: [one]))
    #expect(![one].isSame(as: [Tensor(name: "a", shape: [1], fp32: [0.100_000_01])]))
  }
}
