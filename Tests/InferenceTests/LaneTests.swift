import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// Inline, lanes, full queues, shadows and deadlines.
@Suite struct LaneTests {
  @Test func `a full queue sheds with a time to come back, and counts it`() async throws {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(
        lanes: 1, queueRows: 4, inlineRunMax: .nanoseconds(1), batching: .off))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(model.entered)
    for _ in 0..<2 { bench.plane.infer(bench.call(row(rows: 2))) { answers.put($0) } }
    let error = await bench.infer(bench.call()).failure
    #expect(error?.status == 503)
    #expect(error?.retryAfterSeconds == 1)
    #expect(
      error?.description
        == "m@1: the queue is full: 4 rows wait, this request has 1, and no more than 4 may wait together; "
        + "try again later")
    #expect(bench.records.all.map(\.outcome) == [.shed])
    model.open(1)
    answers.expect(3)
    #expect(answers.values.allSatisfy { $0.success != nil })
  }

  @Test func `a request whose client left while it waited is not run, and is cancelled`()
    async throws
  {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(lanes: 1, inlineRunMax: .nanoseconds(1), batching: .off))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    let (first, second) = (ClientPresence(), ClientPresence())
    var call = bench.call()
    call.presence = first
    bench.plane.infer(call) { answers.put($0) }
    expectSignal(model.entered)
    call.presence = second
    for _ in 0..<3 { bench.plane.infer(call) { answers.put($0) } }
    bench.plane.infer(bench.call()) { answers.put($0) }
    let runs = model.runs
    first.leave()
    second.leave()
    model.open(1)
    answers.expect(5)
    #expect(model.runs == runs + 1, "the last alone has somebody who waits for it")
    #expect(
      bench.records.all.map(\.outcome) == [.cancelled, .cancelled, .cancelled, .cancelled, .ok],
      "the first was computed for nobody")
    #expect(bench.plane.refusals["m"] ?? [:] == [:])
    #expect(answers.values[1].failure == .clientLeft(Bench.version("1")))
  }

  @Test func `the queue is bounded by the bytes that wait, too, and gives them back`() async throws
  {
    var settings = ModelServerSettings(lanes: 1, inlineRunMax: .nanoseconds(1), batching: .off)
    // A row has 24.
    settings.queueBytes = 60
    let bench = try Bench(versions: ["1"], settings: settings)
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(model.entered)
    for _ in 0..<2 { bench.plane.infer(bench.call()) { answers.put($0) } }
    let error = await bench.infer(bench.call()).failure
    #expect(error?.status == 503)
    #expect(error?.retryAfterSeconds == 1)
    guard case .queueBytesFull(_, waiting: 48, limit: 60, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(bench.plane.refusals["m"] == [.queueFull: 1])
    model.open(1)
    answers.expect(3)
    #expect(answers.values.allSatisfy { $0.success != nil })
    // One that is larger than all of it runs where nothing waits.
    #expect(await bench.infer(bench.call(row(rows: 9))).success != nil)
  }

  @Test func `the queue is bounded by how long it would take, too`() async throws {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(lanes: 1, queueDelayMax: .milliseconds(30), batching: .off))
    bench.models["1"]?.set(cost: 10_000_000)
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(model.entered)
    for _ in 0..<3 { bench.plane.infer(bench.call()) { answers.put($0) } }
    #expect(await bench.infer(bench.call()).failure?.outcome == .shed)
    model.open(1)
    answers.expect(4)
  }

  @Test func `a shadow gets copies that nobody waits for, and is dropped first`() async throws {
    let bench = try Bench(
      versions: ["1", "2"], settings: ModelServerSettings(lanes: 1, shadowQueueJobs: 2))
    try await bench.loadAll()
    try bench.deploy("1", shadow: "2")
    let shadow = bench.models["2"]!
    shadow.hold()
    #expect(await bench.infer(bench.call()).success?.variant == .champion)
    expectSignal(shadow.entered)
    for _ in 0..<5 { #expect(await bench.infer(bench.call()).success != nil) }
    #expect(bench.plane.status(of: Bench.version("2")).shadowDropped == 3)
    #expect(bench.plane.status(of: Bench.version("2")).queueDepth == 2)
    expectSignal(bench.records.arrived, 6)
    shadow.open(1)
    expectSignal(bench.records.arrived, 3)
    let copies = bench.records.all.filter { $0.variant == .shadow }
    #expect(copies.count == 3)
    #expect(copies.allSatisfy { $0.predictions == [.integer(1)] && $0.outcome == .ok })
    let originals = bench.records.all.filter { $0.variant == .champion }
    #expect(Set(copies.map(\.id)).isSubset(of: originals.map(\.id)))
  }

  @Test func `a shadow's failure is nobody's, and a direct request has no copy`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1", shadow: "2")
    bench.models["2"]?.set(failure: "broken")
    #expect(await bench.infer(bench.call(version: "1")).success != nil)
    #expect(await bench.infer(bench.call()).success != nil)
    expectSignal(bench.records.arrived, 3)
    #expect(
      Set(bench.records.all.map { "\($0.variant) \($0.outcome)" })
        == ["direct ok", "champion ok", "shadow failed"])
  }

  @Test(.timeLimit(.minutes(1)))
  func `a version that turns slow leaves the caller's thread, and comes back`() async throws {
    let bench = try Bench(
      versions: ["1"], settings: ModelServerSettings(lanes: 2, cheapRunsToReturn: 8))
    try await bench.loadAll()
    try bench.deploy("1")
    let version = Bench.version("1")
    let model = bench.models["1"]!
    #expect(bench.plane.status(of: version).execution == "inline, 10 us a row")
    model.set(cost: 9_100_000)
    // The first arouses suspicion, the second proves it by its thread's time.
    for _ in 0..<2 { _ = await bench.infer(bench.call()) }
    #expect(bench.plane.status(of: version).execution == "2 lanes, 9.1 ms a row")
    _ = await bench.infer(bench.call())
    model.set(cost: 10_000)
    // A lane notes the end of a run after its answer: the dear one's may come after some cheap ones of the other lane.
    while bench.plane.status(of: version).execution != "inline, 10 us a row", !Task.isCancelled {
      _ = await bench.infer(bench.call())
    }
  }

  @Test func `a large request goes to a lane although its rows are cheap`() async throws {
    let model = FakeModel()
    let server = try model.server(Bench.version("1"))
    // A run of the fake costs the same for any number of rows, so only the further rows' floor counts.
    #expect(server.cost == RunCost(one: 10_000, eight: 10_000, thirtyTwo: 10_000))
    #expect(RunCost(one: 5_000, thirtyTwo: 92_000).inlineRows(ModelServerSettings()) == 88)
    #expect(RunCost(one: 60_000).inlineRows(ModelServerSettings()) == 0)
  }

  @Test func `what waited past its deadline is answered without a run`() async throws {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(lanes: 1, inlineRunMax: .nanoseconds(1), batching: .off),
      plane: DataPlaneSettings(defaultTimeout: .milliseconds(20)))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    let runs = model.runs
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    // The fake's clock stands near its beginning, so these deadlines are on it.
    for _ in 0..<3 {
      bench.plane.infer(bench.call(startedAt: model.now)) { answers.put($0) }
    }
    expectSignal(model.entered)
    model.advance(1_000_000_000)
    // The watch on deadlines fires by the real clock; also the run under way is answered, though it goes on.
    answers.expect(3)
    #expect(answers.values.allSatisfy { $0.failure?.outcome == .timedOut })
    #expect(model.runs == runs + 1)
    // One ran, and is not to be sent again; two waited, and may.
    #expect(answers.values.map { $0.failure?.status ?? 0 }.sorted() == [503, 503, 504])
    #expect(
      answers.values.allSatisfy {
        ($0.failure?.retryAfterSeconds == 1) == ($0.failure?.status == 503)
      })
    #expect(bench.plane.refusals["m"] == [.timedOut: 2])
    #expect(bench.records.all.map(\.outcome) == [.timedOut, .timedOut, .timedOut])
    model.open(1)
    #expect(await bench.plane.drain(timeout: .seconds(20)))
  }

  @Test func `a request may shorten its own deadline, not lengthen it`() async throws {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(lanes: 1, inlineRunMax: .nanoseconds(1), batching: .off))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    var request = row()
    request.parameters["timeout"] = .integer(5_000)
    bench.plane.infer(bench.call(request, startedAt: model.now)) { answers.put($0) }
    expectSignal(model.entered)
    model.advance(6_000_000)
    answers.expect()
    #expect(
      answers.values.first?.failure == .overrun(Bench.version("1"), after: .milliseconds(5)))
    model.open(1)
  }
}
