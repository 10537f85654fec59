import Domain
import Testing

@testable import Inference

/// Rate limits and shedding: who is let through, who is refused, and that nobody pays for another.
@Suite struct TrafficGateTests {
  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64(seconds * 1e9))
  }

  private func rate(
    _ scope: TrafficLimit.Scope, _ perSecond: Double, burst: Double
  ) -> TrafficLimit {
    limit(scope, .rate(perSecond: perSecond, burst: burst))
  }

  private func limit(
    _ scope: TrafficLimit.Scope, _ measure: TrafficLimit.Measure
  ) -> TrafficLimit {
    TrafficLimit(
      scope: scope, measure: measure, since: Timestamp(seconds: 0), by: "ana", reason: "r")
  }

  private func gate(_ limits: TrafficLimit...) -> TrafficGate {
    TrafficGate(model: "m", limits: limits)
  }

  private func passes(
    _ gate: TrafficGate, _ client: String, at seconds: Double, position: Double = 0.5
  ) -> Bool {
    gate.refusal(of: client, position: { position }, at: Self.time(seconds)) == nil
  }

  @Test func `a bucket gives its burst at once and its rate over time`() {
    var bucket = TokenBucket(rate: 10, burst: 3, at: Self.time(0))
    for _ in 0..<3 {
      #expect(bucket.wait(at: Self.time(0)) == nil)
      bucket.take(at: Self.time(0))
    }
    #expect(bucket.wait(at: Self.time(0)) == .milliseconds(100))
    #expect(bucket.wait(at: Self.time(0.04)) == .milliseconds(60))
    #expect(bucket.wait(at: Self.time(0.1)) == nil)
    bucket.take(at: Self.time(0.1))
    #expect(!bucket.isFull(at: Self.time(0.3)))
    #expect(bucket.isFull(at: Self.time(0.4)))
    // A clock that steps back, as between two threads, gives nothing away.
    bucket.take(at: Self.time(0.4))
    bucket.take(at: Self.time(0.3))
    #expect(bucket.wait(at: Self.time(0.4)) == nil)
    bucket.take(at: Self.time(0.4))
    #expect(bucket.wait(at: Self.time(0.4)) != nil)
  }

  @Test(arguments: [1.0, 7, 50, 1_000])
  func `over a longer time no more than the rate comes through`(perSecond: Double) {
    let gate = gate(rate(.all, perSecond, burst: 5))
    var passed = 0
    // Twice as many as may come, for 20 s.
    let count = Int(perSecond * 40)
    for number in 0..<count where passes(gate, "a", at: Double(number) * 20 / Double(count)) {
      passed += 1
    }
    #expect(abs(Double(passed) - (perSecond * 20 + 5)) <= perSecond * 20 * 0.01 + 2)
  }

  @Test func `each client has its own, one client has one, and all share one`() {
    let each = gate(rate(.eachClient, 1, burst: 2))
    #expect(
      [passes(each, "a", at: 0), passes(each, "a", at: 0), passes(each, "a", at: 0)] == [
        true, true, false,
      ])
    #expect(passes(each, "b", at: 0))
    let one = gate(rate(.client("a"), 1, burst: 1))
    #expect(passes(one, "a", at: 0) && !passes(one, "a", at: 0))
    #expect((0..<100).allSatisfy { _ in passes(one, "b", at: 0) })
    let all = gate(rate(.all, 1, burst: 1))
    #expect(passes(all, "a", at: 0) && !passes(all, "b", at: 0))
  }

  @Test func `a request that one limit refuses costs the others nothing`() {
    let gate = gate(rate(.all, 1, burst: 3), rate(.client("greedy"), 1, burst: 1))
    #expect(passes(gate, "greedy", at: 0))
    for _ in 0..<50 { #expect(!passes(gate, "greedy", at: 0)) }
    #expect(passes(gate, "b", at: 0) && passes(gate, "b", at: 0))
    #expect(!passes(gate, "b", at: 0))
  }

  @Test func `a refusal says what the limit is and when to come again`() {
    let limited = gate(rate(.client("batch"), 0.5, burst: 1))
    _ = passes(limited, "batch", at: 0)
    let error = limited.refusal(of: "batch", position: { 0 }, at: Self.time(0))
    #expect(error?.status == 429)
    #expect(error?.retryAfterSeconds == 2)
    #expect(error?.outcome == .limited)
    #expect(
      error?.description
        == "m: more than 0.5 requests/s, the limit of client batch; try again in 2 s")
    let shed = gate(limit(.all, .shed(share: 0.2)))
      .refusal(of: "x", position: { 0.1 }, at: Self.time(0))
    #expect(shed?.status == 503)
    #expect(shed?.outcome == .shed)
    #expect(shed?.description == "m: 20 % of such requests are shed for now; try again later")
  }

  @Test func `a share is refused by the request's position, whoever asks, or of one client`() {
    let gate = gate(limit(.client("a"), .shed(share: 0.25)))
    let passed = (0..<1_000).count { passes(gate, "a", at: 0, position: Double($0) / 1_000) }
    #expect(passed == 750)
    #expect((0..<1_000).allSatisfy { passes(gate, "b", at: 0, position: Double($0) / 1_000) })
    #expect(!passes(self.gate(limit(.all, .shed(share: 1))), "c", at: 0, position: 0.999_999))
  }

  @Test func `clients are bounded, and quiet ones make room`() {
    let gate = gate(rate(.eachClient, 1, burst: 1))
    for number in 0..<TrafficGate.clientsMax { _ = passes(gate, "c\(number)", at: 0) }
    // No one has been quiet: newcomers share one bucket.
    #expect(passes(gate, "new", at: 0))
    #expect(!passes(gate, "newer", at: 0))
    #expect(!passes(gate, "c0", at: 0))
    // After a second all are.
    #expect(passes(gate, "d0", at: 2) && passes(gate, "d1", at: 2))
    #expect(!passes(gate, "d0", at: 2))
  }

  @Test func `a model's limits stand before its versions, and are counted and recorded`()
    async throws
  {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try bench.deploy("1")
    var deployment = Deployment(
      model: "m", revision: 2, champion: "1", championSince: Timestamp(seconds: 0))
    deployment.limits = [rate(.client("test"), 0.001, burst: 2)]
    try bench.plane.apply(deployment)
    for _ in 0..<2 { #expect(await bench.infer(bench.call()).success != nil) }
    #expect(await bench.infer(bench.call()).failure?.status == 429)
    #expect(await bench.infer(bench.call(version: "1")).failure?.status == 429)
    #expect(bench.records.all.map(\.outcome) == [.ok, .ok, .limited, .limited])
    #expect(bench.plane.refusals["m"] == [.rateLimit: 2])
    // The same limits in another deployment: the bucket goes on as it is.
    deployment.revision = 3
    try bench.plane.apply(deployment)
    #expect(await bench.infer(bench.call()).failure?.status == 429)
    deployment.limits = nil
    try bench.plane.apply(deployment)
    #expect(await bench.infer(bench.call()).success != nil)
  }

  @Test func `a pin sends everything to one version, what waits too, and lifts without a trace`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2", "3"], settings: SwitchTests.dear)
    try await bench.loadAll()
    var deployment = Deployment(
      model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0),
      challenger: .init(version: "2", weight: 0.5))
    try bench.plane.apply(deployment)
    let old = bench.models["1"]!
    old.hold()
    let answers = Inbox<String>()
    for number in 0..<40 {
      bench.plane.infer(bench.call(key: "k\(number)")) {
        answers.put($0.success?.version.version ?? "failed")
      }
    }
    expectSignal(old.entered)
    deployment.pin = .init(version: "3", since: Timestamp(seconds: 1), by: "ana", reason: "r")
    deployment.revision = 2
    try bench.plane.apply(deployment)
    for number in 0..<40 {
      #expect(await bench.infer(bench.call(key: "k\(number)")).success?.version.version == "3")
    }
    answers.expect(39)
    #expect(!answers.values.contains("1"))
    old.open(1)
    answers.expect(1)
    deployment.pin = nil
    try bench.plane.apply(deployment)
    var versions: Set<String> = []
    for number in 0..<40 {
      versions.insert(
        await bench.infer(bench.call(key: "k\(number)")).success?.version.version ?? "failed")
    }
    #expect(versions == ["1", "2"])
  }

  @Test func `a client's own rate stands instead of each client's, above it or below`() {
    let gate = gate(
      rate(.eachClient, 1, burst: 2), rate(.client("batch"), 10, burst: 5),
      rate(.client("slow"), 1, burst: 1), rate(.all, 100, burst: 100))
    for (client, burst) in [("ana", 2), ("batch", 5), ("slow", 1)] {
      for _ in 0..<burst { #expect(passes(gate, client, at: 0)) }
      #expect(!passes(gate, client, at: 0), "\(client)")
    }
  }

  @Test func `a rate for each client that was set later binds those with their own, too`() {
    var later = rate(.eachClient, 1, burst: 2)
    later.since = Timestamp(seconds: 9)
    let gate = gate(rate(.client("batch"), 10, burst: 5), later)
    for _ in 0..<2 { #expect(passes(gate, "batch", at: 0)) }
    #expect(!passes(gate, "batch", at: 0))
  }
}
