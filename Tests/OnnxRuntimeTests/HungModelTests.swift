import Domain
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// A run of ONNX Runtime's own that would never come back.
@Suite struct HungModelTests {
  private static func request(_ first: Float, timeout: Int64? = nil) -> InferRequest {
    var request = InferRequest(inputs: [Tensor(name: "x", shape: [1, 2], fp32: [first, 0])])
    if let timeout { request.parameters["timeout"] = .integer(timeout) }
    return request
  }

  @Test(arguments: [("2", "inline"), ("3", "lane")])
  func `a run that hangs is stopped at its deadline, and the next one is answered`(
    version: String, execution: String
  ) async throws {
    // What is cheap is not left to how busy the machine is: version 2 takes microseconds, version 3 milliseconds.
    let plane = Fixtures.plane(
      "hang",
      settings: ModelServerSettings(
        inlineRunMax: version == "2" ? .seconds(1) : .zero, inlineRequestMax: .seconds(1),
        slowRun: .seconds(1)))
    let moody = ModelVersion(model: "moody", version: version)
    let loaded = try await plane.load(moody)
    #expect(loaded.execution.contains(execution))
    try plane.apply(
      Deployment(
        model: "moody", revision: 1, champion: version, championSince: Timestamp(seconds: 0)))
    do {
      // Long enough to be begun on a busy machine: what ends in the queue is not stopped.
      _ = try await plane.infer("moody", Self.request(1_000, timeout: 1_500_000))
      Issue.record("it came back")
    } catch {
      #expect("\(error)".contains("no answer within"), "\(error)")
    }
    for _ in 0..<3 {
      let reply = try await plane.infer("moody", Self.request(7))
      #expect(reply.response.outputs[0].number(at: 0) == 7)
    }
    #expect(await plane.drain(timeout: .seconds(20)))
    let reason = plane.status(of: moody).executionFigures?.reason
    #expect(reason?.contains("stopped that did not come back in time") == true)
  }
}
