import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// Switching, unloading and draining while requests are under way.
@Suite struct SwitchTests {
  static let dear = ModelServerSettings(
    lanes: 1, inlineRunMax: .nanoseconds(1), batching: .off)

  @Test func `requests that wait on a hung version move to its replacement at once`() async throws {
    let bench = try Bench(versions: ["1", "2"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1")
    let (old, new) = (bench.models["1"]!, bench.models["2"]!)
    old.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    for _ in 0..<20 { bench.plane.infer(bench.call()) { answers.put($0) } }
    expectSignal(old.entered)
    #expect(bench.plane.status(of: Bench.version("1")).queueDepth == 19)
    let before = new.runs
    try bench.deploy("2", revision: 2)
    answers.expect(19)
    #expect(answers.values.allSatisfy { $0.success?.version.version == "2" })
    #expect(new.runs - before == 19)
    #expect(bench.records.all.allSatisfy { $0.revision == 1 && $0.outcome == .ok })
    old.open()
    answers.expect(1)
    #expect(bench.records.all.count == 20)
  }

  @Test func `what waited for a challenger that is taken out counts in no comparison`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1", challenger: ("2", 1))
    let challenger = bench.models["2"]!
    challenger.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    for number in 0..<5 {
      bench.plane.infer(bench.call(key: "customer \(number)")) { answers.put($0) }
    }
    expectSignal(challenger.entered)
    try bench.deploy("1", revision: 2)
    answers.expect(4)
    let moved = bench.records.all
    #expect(moved.allSatisfy { $0.version.version == "1" && $0.variant == .champion })
    #expect(moved.allSatisfy { $0.revision == 1 && $0.isOutsideSplit && $0.outcome == .ok })
    challenger.open()
    answers.expect()
    let last = try #require(bench.records.all.last)
    #expect(last.version.version == "2" && last.variant == .challenger && !last.isOutsideSplit)
    _ = await bench.infer(bench.call())
    #expect(bench.records.all.last?.revision == 2)
    #expect(bench.records.all.last?.isOutsideSplit == false)
  }

  @Test func `a named version keeps its requests when the split leaves it`() async throws {
    let bench = try Bench(versions: ["1", "2"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1")
    let old = bench.models["1"]!
    old.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    for _ in 0..<3 { bench.plane.infer(bench.call(version: "1")) { answers.put($0) } }
    expectSignal(old.entered)
    try bench.deploy("2", revision: 2)
    old.open(1)
    answers.expect(3)
    #expect(answers.values.allSatisfy { $0.success?.version.version == "1" })
  }

  @Test func `unloading waits for nobody, and the session goes when its runs are over`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1")
    let old = bench.models["1"]!
    #expect(bench.plane.unload(Bench.version("1")) == false)
    old.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(old.entered)
    try bench.deploy("2", revision: 2)
    #expect(bench.plane.unload(Bench.version("1")))
    #expect(bench.plane.status(of: Bench.version("1")).state == .unloaded)
    #expect(!old.isReleased)
    old.open()
    while !old.isReleased { await Task.yield() }
    answers.expect()
    #expect(answers.values.first?.success?.version.version == "1")
  }

  @Test func `draining ends when the last answer has gone out, and not before`() async throws {
    let bench = try Bench(versions: ["1"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1")
    let model = bench.models["1"]!
    model.hold()
    let answers = Inbox<Result<InferenceReply, InferenceError>>()
    bench.plane.infer(bench.call()) { answers.put($0) }
    expectSignal(model.entered)
    bench.plane.stopAdmitting()
    #expect(await bench.plane.drain(timeout: .milliseconds(5)) == false)
    model.open()
    #expect(await bench.plane.drain(timeout: .seconds(20)))
    answers.expect()
    #expect(answers.values.first?.success != nil)
  }

  @Test func `a broken challenger or shadow that is there already blocks no rescue`() async throws {
    let bench = try Bench(versions: ["1", "2", "3"])
    for version in ["1", "2"] { _ = try await bench.plane.load(Bench.version(version)) }
    let broken = Deployment(
      model: "m", revision: 1, champion: "2", championSince: Timestamp(seconds: 0),
      challenger: .init(version: "9", weight: 0.5), shadow: "3")
    #expect(throws: InferenceError.notLoaded(Bench.version("9"))) { try bench.plane.apply(broken) }
    try bench.plane.apply(broken, allowingUnloaded: true)
    #expect(await bench.infer(bench.call()).success?.version.version == "2")
    var rescue = broken
    rescue.champion = "1"
    rescue.revision = 2
    try bench.plane.apply(rescue)
    #expect(await bench.infer(bench.call()).success?.version.version == "1")
  }

  @Test func `a switch is over in less than ten milliseconds`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    var times: [Duration] = []
    for revision in 1...200 {
      times.append(
        try ContinuousClock().measure {
          try bench.deploy(revision % 2 == 0 ? "1" : "2", revision: Int64(revision))
        })
    }
    times.sort()
    #expect(times[100] < .milliseconds(10))
  }

  @Test func `under a storm of switches every request is answered and recorded once`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2"], settings: Self.dear)
    try await bench.loadAll()
    try bench.deploy("1")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<200 { _ = await bench.infer(bench.call()).success }
        }
      }
      group.addTask {
        for revision in 2..<300 {
          try? bench.deploy(revision % 2 == 0 ? "2" : "1", revision: Int64(revision))
          await Task.yield()
        }
      }
    }
    #expect(bench.records.all.count == 800)
    #expect(bench.records.all.allSatisfy { $0.outcome == .ok })
  }
}
