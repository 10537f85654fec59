import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

@Suite struct PreflightTests {
  /// Champion 1 and candidate 2, with requests whose rows begin with these numbers.
  private func bench(
    _ settings: DataPlaneSettings = DataPlaneSettings(), remembering rows: Float...
  ) async throws -> Bench {
    let bench = try Bench(versions: ["1", "2"], plane: settings)
    try await bench.loadAll()
    try bench.deploy("1")
    for first in rows { _ = await bench.infer(bench.call(row(first))) }
    return bench
  }

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
    #expect(checks[3].detail == "20 of 20 answered, all finite")
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
      check?.detail == "1 of 1 answered, all finite; no request is remembered, "
        + "so it was asked with zeros")
  }

  @Test func `a version that is not loaded does not pass`() async throws {
    let bench = try Bench(versions: ["1"])
    let checks = await bench.preflight("1")
    let detail =
      "m@1 is not loaded: nobody has loaded it since the start; vigia model load m 1 --reason \"...\""
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
    #expect(
      check?.detail
        == "0 of 1 answered; 1 failed, where m@1 does better: m@2: the engine failed: out of range")
  }

  @Test func `what the champion fails too holds no version back`() async throws {
    let bench = try await self.bench(remembering: 1, 7)
    for version in ["1", "2"] { bench.models[version]?.set(spoilt: 7) }
    let check = await bench.preflight("2").last
    #expect(check?.passed == true)
    #expect(
      check?.detail
        == "1 of 2 answered; 1 no worse than m@1, which fails or gives such numbers too")
  }

  @Test func `NaN holds a version back only where the champion gives numbers`() async throws {
    let bench = try await self.bench(remembering: 1, 7)
    bench.models["2"]?.set(notANumber: 7)
    let alone = await bench.preflight("2").last
    #expect(alone?.passed == false)
    #expect(
      alone?.detail
        == "2 of 2 answered; 1 with numbers in \"probabilities\" that are not finite, where m@1 does better"
    )
    bench.models["1"]?.set(notANumber: 7)
    let both = await bench.preflight("2").last
    #expect(both?.passed == true)
  }

  @Test func `requests of a former champion that took other inputs are not asked`() async throws {
    let bench = try Bench(versions: ["1", "2", "3"])
    for version in ["2", "3"] { bench.models[version]?.set(width: 5) }
    try await bench.loadAll()
    try bench.deploy("1")
    _ = await bench.infer(bench.call(row(1)))
    try bench.deploy("2", revision: 2)
    let check = await bench.preflight("3").last
    #expect(check?.passed == true)
    #expect(
      check?.detail
        == "1 of 1 answered, all finite; the one remembered request does not fit it, "
        + "so it was asked with zeros")
  }

  @Test func `where NaN is only warned of, it holds nothing back, and is told`() async throws {
    var settings = DataPlaneSettings()
    settings.refusesNaN = false
    let bench = try await self.bench(settings, remembering: 7)
    bench.models["2"]?.set(notANumber: 7)
    let check = await bench.preflight("2").last
    #expect(check?.passed == true)
    #expect(
      check?.detail
        == "1 of 1 answered; 1 with numbers that are not finite, which load_check: { nan: warn } lets pass"
    )
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
