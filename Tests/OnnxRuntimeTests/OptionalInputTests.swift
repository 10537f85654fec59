import Domain
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// Graph inputs that are initializers, too: a request may name them, and has the model's default where it does not.
@Suite struct OptionalInputTests {
  private static let x = Tensor(name: "x", shape: [2, 2], fp32: [0.1, 0.4, 0.6, 0.9])

  private func answer(_ plane: DataPlane, _ inputs: Tensor...) async throws -> [Double?] {
    let reply = try await plane.infer("threshold", InferRequest(inputs: inputs))
    return (0..<4).map { reply.response.outputs[0].number(at: $0) }
  }

  private func serving() async throws -> DataPlane {
    try await Fixtures.serving("optional", "threshold")
  }

  @Test func `a request that leaves them out has the defaults`() async throws {
    #expect(try await answer(try await serving(), Self.x) == [0, 0, 1, 1])
  }

  @Test func `a request that names one has its own value, and no other request`() async throws {
    let plane = try await serving()
    let threshold = Tensor(name: "threshold", shape: [], fp32: [0.3])
    #expect(try await answer(plane, threshold, Self.x) == [0, 1, 1, 1])
    #expect(try await answer(plane, Self.x) == [0, 0, 1, 1])
  }

  @Test func `a weight can be named like any other`() async throws {
    let swapped = Tensor(name: "w", shape: [2, 2], fp32: [0, 1, 1, 0])
    let threshold = Tensor(name: "threshold", shape: [], fp32: [0.3])
    #expect(try await answer(try await serving(), Self.x, swapped, threshold) == [1, 0, 1, 1])
  }

  @Test(arguments: [
    (
      Tensor(name: "threshold", shape: [], int64: [1]),
      "input \"threshold\": expected datatype FP32, found INT64"
    ),
    (
      Tensor(name: "threshold", shape: [2], fp32: [1, 1]),
      "input \"threshold\": expected shape [], found [2]"
    ),
    (
      Tensor(name: "treshold", shape: [], fp32: [1]),
      "input \"treshold\" is unknown; the model has \"x\", \"threshold\", \"w\""
    ),
  ])
  func `what does not fit is refused with what was expected`(
    tensor: Tensor, text: String
  ) async throws {
    let plane = try await serving()
    await #expect {
      _ = try await answer(plane, Self.x, tensor)
    } throws: { ($0 as? InferenceError)?.description == text }
  }

  @Test func `they do not stand in for an input that each request has`() async throws {
    let plane = try await serving()
    await #expect {
      _ = try await answer(plane, Tensor(name: "threshold", shape: [], fp32: [0.3]))
    } throws: { ($0 as? InferenceError)?.description == "input \"x\" is missing" }
  }

  /// Of `shift`, which is of a type that V2 does not have, nothing is said: its default stays in force.
  @Test func `metadata and configuration list them and say that they are optional`() async throws {
    let plane = try await serving()
    let metadata = String(
      decoding: try plane.metadata(model: "threshold", version: nil).json(), as: UTF8.self)
    #expect(
      metadata.contains(
        #""inputs":[{"name":"x","datatype":"FP32","shape":[-1,2]}],"#
          + #""optional_inputs":[{"name":"threshold","datatype":"FP32","shape":[]},"#
          + #"{"name":"w","datatype":"FP32","shape":[2,2]}]"#), "\(metadata)")
    let configuration = String(
      decoding: try plane.configuration(model: "threshold", version: nil).json(), as: UTF8.self)
    #expect(
      configuration.contains(
        #"{"name":"threshold","data_type":"TYPE_FP32","dims":[],"optional":true}"#),
      "\(configuration)")
  }

  @Test func `what a version was measured with says what becomes of such requests`() async throws {
    let plane = try await serving()
    let status = plane.status(of: ModelVersion(model: "threshold", version: "1"))
    #expect(
      status.executionFigures?.reason.hasSuffix(
        "; a request that names an optional input (threshold, w) runs alone, in a lane") == true)
    #expect(status.warnings == [])
  }
}
