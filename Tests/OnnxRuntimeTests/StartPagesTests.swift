import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

struct StartPagesTests {
  @Test func `code that was given back runs when it is needed`() async throws {
    let plane = try await Fixtures.serving("golden", "lr")
    let signature = try plane.metadata(model: "lr", version: nil)
    let width = signature.inputs[0].shape[1]
    let request = InferRequest(
      inputs: [
        Tensor(
          name: signature.inputs[0].name, shape: [1, width],
          fp32: [Float](repeating: 0.5, count: width))
      ])
    let before = try await plane.infer("lr", request)
    #expect(StartPages.giveBack() > 1 << 20)
    let after = try await plane.infer("lr", request)
    #expect(before.response.outputs == after.response.outputs)
    #expect(StartPages.giveBack() > 1 << 20)
  }
}
