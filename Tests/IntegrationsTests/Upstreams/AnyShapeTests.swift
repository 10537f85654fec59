import Domain
import Inference
import InferenceProtocol
import Integrations
import NIOHTTP1
import Testing

/// A version behind another Vigia whose model does not say how many dimensions it takes: `any_shape` in its metadata.
@Suite struct AnyShapeTests {
  private static let metadata = #"""
    {"name":"m","versions":["1"],"platform":"onnx_onnxv1",
    "inputs":[{"name":"X","datatype":"FP32","shape":[-1],"any_shape":true}],
    "outputs":[{"name":"y","datatype":"FP32","shape":[-1],"any_shape":true}]}
    """#

  /// Answers with what it was asked.
  private static func echo(_ request: ScriptedUpstream.Request) -> ScriptedUpstream.Action? {
    if request.path == "/v2/models/there" { return ScriptedUpstream.json(metadata) }
    guard request.path.hasSuffix("/infer") else { return nil }
    let length = request.headers.first(name: "Inference-Header-Content-Length").flatMap { Int($0) }
    guard var tensor = try? InferRequest.parse(request.body, headerLength: length).inputs.first
    else { return ScriptedUpstream.json(#"{"error":"not a request"}"#, status: 400) }
    tensor.name = "y"
    let message = InferResponse(modelName: "m", outputs: [tensor]).json()
    return ScriptedUpstream.json(String(decoding: message, as: UTF8.self))
  }

  @Test(arguments: [[], [3], [1, 1], [2, 3], [2, 1, 2]])
  func `tensors of any number of dimensions go there and come back as they are`(
    shape: [Int]
  ) async throws {
    let upstream = try await ScriptedUpstream.start(Self.echo)
    let bench = RemoteBench(try RemoteBench.spec([upstream]))
    let plane = bench.plane()
    _ = try await plane.load(RemoteBench.version)
    let told = try plane.metadata(model: "m", version: "2")
    #expect(told.inputs.map(\.takesAnyShape) == [true])
    #expect(told.outputs.map(\.takesAnyShape) == [true])
    let count = shape.reduce(1, *)
    let call = InferenceCall(
      model: "m", version: "2",
      request: InferRequest(inputs: [
        Tensor(name: "X", shape: shape, fp32: (0..<count).map { Float($0) })
      ]), client: "test", arrivedAt: Timestamp(seconds: 1))
    let result = await withCheckedContinuation { continuation in
      plane.infer(call) { continuation.resume(returning: $0) }
    }
    let outputs = try result.get().response.outputs
    #expect(outputs.map(\.shape) == [shape])
    #expect(outputs.first?.elementCount == count)
    plane.unload(RemoteBench.version, pinned: true)
    await bench.end(nil)
    try await upstream.die()
  }
}
