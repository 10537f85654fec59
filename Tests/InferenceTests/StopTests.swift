import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// Runs that do not come back are stopped, and what held them up is free again.
@Suite struct StopTests {
  @Test func `a lane is free again once nobody waits for its run`() async throws {
    let bench = try Bench(
      versions: ["1"], settings: SwitchTests.dear,
      plane: DataPlaneSettings(defaultTimeout: .milliseconds(20)))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call(startedAt: model.now)) { answers.put($0) }
    expectSignal(model.entered)
    model.open(0)
    model.advance(1_000_000_000)
    // The watch on deadlines answers the request, and then ends the run: nothing else lets it go.
    answers.expect()
    #expect(answers.values.first?.failure?.outcome == .timedOut)
    #expect(await bench.plane.drain(timeout: .seconds(20)))
    let next = await bench.infer(bench.call(startedAt: model.now))
    #expect(next.success != nil)
    let reason = bench.plane.status(of: Bench.version("1")).executionFigures?.reason
    #expect(reason?.contains("; 1 run stopped that did not come back in time") == true)
  }

  @Test
  func `an inline run that hangs leaves the caller's thread, and its request goes on in a lane`()
    async throws
  {
    let bench = try Bench(
      versions: ["1"],
      settings: ModelServerSettings(lanes: 1, inlineStop: .milliseconds(1), batching: .off))
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    #expect(bench.plane.status(of: Bench.version("1")).execution == "inline, 10 us a row")
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    // Comes back although nobody lets the run go.
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(model.entered, 2)
    #expect(bench.plane.status(of: Bench.version("1")).execution.hasPrefix("1 lane"))
    model.open(1)
    answers.expect()
    #expect(answers.values.first?.success != nil)
    #expect(bench.records.all.map(\.outcome) == [.ok])
    let reason = bench.plane.status(of: Bench.version("1")).executionFigures?.reason
    #expect(reason?.contains("; 1 run stopped that did not come back in time") == true)
  }

  @Test func `a request that waits in the lane of a hung version moves when the split leaves it`()
    async throws
  {
    let bench = try Bench(
      versions: ["1", "2"],
      settings: ModelServerSettings(lanes: 1, inlineStop: .milliseconds(1), batching: .off))
    try await bench.loadAll()
    try bench.deploy("2")
    let hung = bench.models["2"]!
    hung.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    for _ in 0..<5 { bench.plane.infer(bench.call()) { answers.put($0) } }
    expectSignal(hung.entered, 2)
    try bench.deploy("1", revision: 2)
    answers.expect(4)
    #expect(answers.values.allSatisfy { $0.success?.version.version == "1" })
    hung.open(1)
    answers.expect()
  }

  @Test func `a stop that comes before its run, and one that comes after it`() {
    let early = RunStop()
    early.request()
    let stops = Inbox<Int>()
    early.attach { stops.put(1) }
    #expect(stops.values == [1])
    let late = RunStop()
    late.attach { stops.put(2) }
    late.detach()
    late.request()
    #expect(late.isRequested)
    #expect(stops.values == [1])
  }
}
