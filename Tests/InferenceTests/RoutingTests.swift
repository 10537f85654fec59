import Domain
import Inference
import InferenceProtocol
import Testing

@Suite struct RoutingTests {
  /// Made with Python: int.from_bytes(sha256(model + b"\0" + key).digest()[:8], "big") / 2**64.
  @Test(arguments: [
    ("electricity", "", 0.8317247602573632),
    ("electricity", "user-1", 0.5396702030545272),
    ("electricity", "user-2", 0.35426270991460823),
    ("electricity", "019abcde-1234-7abc-8def-0123456789ab", 0.536042490350797),
    ("mödel", "é€", 0.20251198502062495),
    ("a", "b\0c", 0.5456217566455767),
  ])
  func `the position of a key is the same everywhere`(
    model: String, key: String, position: Double
  ) {
    #expect(abs(RoutingHash.position(model: model, key: key) - position) < 1e-15)
  }

  @Test func `the challenger gets its share of the keys, and keeps them when its weight grows`()
    async throws
  {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1", challenger: ("2", 0.1))
    var small: Set<Int> = []
    for key in 0..<4_000 {
      let reply = await bench.infer(bench.call(key: "user-\(key)")).success
      if reply?.variant == .challenger { small.insert(key) }
    }
    // Four standard deviations of a binomial share: sqrt(0.1 * 0.9 * 4,000) is 19.
    #expect((400 - 76...400 + 76).contains(small.count))
    try bench.deploy("1", challenger: ("2", 0.3), revision: 2)
    for key in small {
      #expect(await bench.infer(bench.call(key: "user-\(key)")).success?.version.version == "2")
    }
  }

  @Test func `without a routing key the request id decides`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1", challenger: ("2", 0.5))
    var challenged = 0
    for _ in 0..<2_000 {
      if await bench.infer(bench.call()).success?.variant == .challenger { challenged += 1 }
    }
    // Five standard deviations: sqrt(0.25 * 2,000) is 22.
    #expect((1_000 - 112...1_000 + 112).contains(challenged))
  }

  @Test func `a named version is asked directly, past the split`() async throws {
    let bench = try Bench(versions: ["1", "2", "3"])
    try await bench.loadAll()
    try bench.deploy("1")
    let reply = try await bench.infer(bench.call(version: "3")).get()
    #expect(reply.variant == .direct)
    #expect(reply.version == Bench.version("3"))
    #expect(reply.response.modelVersion == "3")
    #expect(bench.records.all.map(\.variant) == [.direct])
  }

  @Test func `a weight of nothing and a weight of all need no key`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    for (weight, version) in [(0.0, "1"), (1.0, "2")] {
      try bench.deploy("1", challenger: ("2", weight))
      for key in 0..<50 {
        #expect(await bench.infer(bench.call(key: "\(key)")).success?.version.version == version)
      }
    }
  }

  @Test(arguments: ["1", "2"], [nil, "user-1"])
  func `while a version of the split is not in memory, requests are of no split`(
    missing: String, key: String?
  ) async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1", challenger: ("2", 0.5), revision: 7)
    bench.plane.unload(Bench.version(missing), pinned: true)
    for _ in 0..<20 { _ = await bench.infer(bench.call(key: key)) }
    let apart = bench.records.all
    #expect(apart.count == 20)
    #expect(apart.allSatisfy { $0.isOutsideSplit && $0.routingKey == nil && $0.revision == 7 })
    _ = try await bench.plane.load(Bench.version(missing))
    for _ in 0..<20 { _ = await bench.infer(bench.call(key: key)) }
    let routed = bench.records.all.dropFirst(20)
    #expect(routed.allSatisfy { !$0.isOutsideSplit && ($0.routingKey == nil) == (key == nil) })
  }
}
