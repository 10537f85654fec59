import Domain
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// Threads and execution providers, with the installed library, which has `cpu` and `azure`.
@Suite struct SessionSettingsTests {
  private func load(_ settings: SessionSettings) async throws -> any Engine {
    let path = "\(Fixtures.root)/Tests/Fixtures/models/golden/lr/1/model.onnx"
    let file = ModelFile(
      version: ModelVersion(model: "lr", version: "1"), path: path, sha256: "", byteCount: 0)
    return try await OnnxLoader(library: Fixtures.library, session: { _ in settings }).load(file)
  }

  @Test func `a provider that the library lacks is refused with those that it has`() async throws {
    do {
      _ = try await load(SessionSettings(providers: ["cuda", "cpu"]))
      Issue.record("it was loaded")
    } catch {
      let text = "\((error as? InferenceError)?.description ?? "")"
      #expect(
        text.contains("execution provider \"cuda\": this library was built without it; "))
      #expect(text.contains("this ONNX Runtime has "))
      #expect(text.contains("cpu"))
      #expect(text.contains("set provider_fallback: true"))
    }
  }

  @Test func `where the configuration says so it is left out, visibly`() async throws {
    let engine = try await load(SessionSettings(providers: ["cuda"], fallsBack: true))
    #expect(engine.warnings.count == 1)
    #expect(engine.warnings.first?.hasPrefix("provider cuda is left out: ") == true)
    await engine.close()
  }

  @Test func `what stands behind the CPU is never asked for`() async throws {
    let engine = try await load(SessionSettings(providers: ["cpu", "cuda"]))
    #expect(engine.warnings.isEmpty)
    await engine.close()
  }

  @Test func `a provider that the library has by name is appended`() async throws {
    let engine = try await load(SessionSettings(providers: ["azure", "cpu"]))
    #expect(engine.warnings.isEmpty)
    await engine.close()
  }

  @Test func `a model with threads of its own gives the same answers`() async throws {
    let golden = GoldenModelTests.golden
    let engine = try await load(SessionSettings(threads: 2))
    let input = Tensor(name: golden.input, shape: [1, 6], fp32: golden.rows[0])
    let expected = try #require(golden.probabilities["lr"]?.first)
    let answer = await withCheckedContinuation { continuation in
      let job = EngineJob(
        inputs: [input], outputs: [golden.output], rows: 1, deadline: .now + .seconds(30),
        timeout: .seconds(30))
      engine.submit(job) { continuation.resume(returning: $0) }
    }
    guard case .done(let outputs, _, _) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(abs(try #require(outputs[0].number(at: 1)) - expected) < golden.tolerance)
    await engine.close()
  }
}
