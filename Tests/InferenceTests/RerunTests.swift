import Domain
import Inference
import InferenceProtocol
import Synchronization
import Testing

/// Kept requests that are run again, apart from the traffic.
@Suite struct RerunTests {
  private func rerun(
    _ bench: Bench, _ inputs: [Tensor], on version: String
  ) async throws -> DataPlane.Rerun {
    let result: Result<DataPlane.Rerun, InferenceError> = await withCheckedContinuation { waiting in
      do throws(InferenceError) {
        try bench.plane.runAgain(inputs, on: Bench.version(version), timeout: .seconds(60)) {
          waiting.resume(returning: .success($0))
        }
      } catch {
        waiting.resume(returning: .failure(error))
      }
    }
    return try result.get()
  }

  @Test func `a version answers as it would answer a client, and leaves no trace`() async throws {
    let bench = try Bench(versions: ["1", "2"])
    try await bench.loadAll()
    try bench.deploy("1")
    let reply = try await bench.infer(bench.call()).get()
    let before = bench.records.all.count
    let again = try await rerun(bench, bench.call().request.inputs, on: "2")
    #expect(again.outputs == reply.response.outputs)
    #expect(again.failure == nil)
    #expect(bench.records.all.count == before)
  }

  @Test func `what the version has against the inputs is the answer`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    let wrong = [Tensor(name: "Y", shape: [1, 6], fp32: [0, 0, 0, 0, 0, 0])]
    let misfit = try await rerun(bench, wrong, on: "1")
    #expect(misfit.outputs == nil && misfit.failure?.contains("\"X\"") == true)
    #expect(bench.models["1"]?.runs ?? 0 > 0)
    bench.models["1"]?.set(failure: "out of range")
    let failed = try await rerun(bench, bench.call().request.inputs, on: "1")
    #expect(failed.failure == "m@1: the engine failed: out of range")
  }

  @Test func `a version that is not loaded is named`() async throws {
    let bench = try Bench(versions: ["1"])
    await #expect(throws: InferenceError.notLoaded(Bench.version("1"))) {
      try await rerun(bench, bench.call().request.inputs, on: "1")
    }
  }

  @Test func `while it runs the version stays in memory`() async throws {
    let bench = try Bench(versions: ["1"])
    try await bench.loadAll()
    let model = try #require(bench.models["1"])
    model.hold()
    async let again = rerun(bench, bench.call().request.inputs, on: "1")
    expectSignal(model.entered)
    #expect(bench.plane.status(of: Bench.version("1")).inFlight == 1)
    model.open(1)
    #expect(try await again.outputs != nil)
    #expect(bench.plane.status(of: Bench.version("1")).inFlight == 0)
  }
}
