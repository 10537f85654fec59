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
    let failure = try await Self.hang(plane)
    guard case .overrun = failure else {
      Issue.record("\(failure)")
      return
    }
    for _ in 0..<3 {
      let reply = try await plane.infer("moody", Self.request(7))
      #expect(reply.response.outputs[0].number(at: 0) == 7)
    }
    #expect(await plane.drain(timeout: .seconds(20)))
    // Its request was answered before the run itself ended: ONNX Runtime stops at the next node.
    let end = ContinuousClock.now + .seconds(60)
    func reason() -> String { plane.status(of: moody).executionFigures?.reason ?? "" }
    while !reason().contains("stopped that did not come back in time"), .now < end {
      await Task.yield()
    }
    #expect(reason().contains("stopped that did not come back in time"), "\(reason())")
  }

  /// What a request comes to whose run hangs. On a busy machine its time may be over before it has begun: then it was
  /// never run, and is sent again with more.
  private static func hang(_ plane: DataPlane) async throws -> InferenceError {
    var seconds: Int64 = 1
    while true {
      let error = try await #require(throws: InferenceError.self) {
        try await plane.infer("moody", request(1_000, timeout: seconds * 1_000_000))
      }
      guard case .timedOut = error, seconds < 8 else { return error }
      seconds *= 2
    }
  }
}
