import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

@Suite struct PreflightTests {
  @Test func `a good version passes all four checks, and leaves no trace`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1")
    for _ in 0..<30 { _ = await bench.infer(bench.call()) }
    let before = bench.records.all.count
    let checks = await bench.preflight("2")
    #expect(
      checks.map(\.name) == ["loaded", "file unchanged", "same signature", "recent requests"])
    #expect(checks[2].detail == "as m@1")
    #expect(checks[3].detail == "20 of 20 answered with finite numbers")
    #expect(checks[3].passed)
    #expect(bench.records.all.count == before)
  }

  @Test func `before the first request a version is asked with zeros, and that is said`()
    async throws
  {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    let check = await bench.preflight("1").last
    #expect(check?.passed == true)
    #expect(
      check?.detail == "1 of 1 answered with finite numbers: no request is remembered, "
        + "so it was asked with zeros")
  }

  @Test func `a version that is not loaded does not pass`() async throws {
    let bench = try Bench(versions: ["1"])
    let checks = await bench.preflight("1")
    let detail = "m@1 is not loaded: nobody has loaded it since the start; vigia model load m 1"
    #expect(checks == [.init(name: "loaded", passed: false, detail: detail)])
  }

  @Test func `a version that fails on recent requests does not pass`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1")
    _ = await bench.infer(bench.call())
    bench.models["2"]?.set(failure: "out of range")
    let check = await bench.preflight("2").last
    #expect(check?.passed == false)
    #expect(check?.detail == "0 of 1 answered: m@2: the engine failed: out of range")
  }

  @Test func `a version that hangs does not pass, and holds nobody up`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1")
    _ = await bench.infer(bench.call())
    let model = bench.models["2"]!
    model.hold()
    let check = await bench.plane.preflight(Bench.version("2"), timeout: .milliseconds(30)).last
    #expect(check?.passed == false)
    model.open(1)
  }

  @Test func `a file that changed on the disk does not pass`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    try Data("other".utf8).write(to: URL(fileURLWithPath: "\(bench.root)/m/1/model.onnx"))
    let check = await bench.preflight("1")[1]
    #expect(!check.passed)
    #expect(check.detail.contains("the file now is d9298a10d1b0"))
  }
}
