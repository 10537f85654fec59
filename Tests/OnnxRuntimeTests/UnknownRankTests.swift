import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

@testable import OnnxRuntime

/// A model that does not say how many dimensions its tensors have takes and gives any shape.
@Suite struct UnknownRankTests {
  /// `y = x`, of FP32 without a shape, or of a scalar.
  private static func identity(isScalar: Bool) -> [UInt8] {
    OneNodeModel.bytes("Identity", of: ["x"], to: "y") { _ in isScalar ? [] : nil }
  }

  private func serving(isScalar: Bool) async throws -> DataPlane {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let folder = root.appending(path: "m/1")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try Data(Self.identity(isScalar: isScalar)).write(to: folder.appending(path: "model.onnx"))
    let plane = DataPlane(
      repository: ModelRepository(root: root.path),
      loader: { (file) throws(InferenceError) in
        try await OnnxLoader(library: Fixtures.library).load(file)
      }, record: { _, _ in })
    plane.rescan()
    _ = try await plane.load(ModelVersion(model: "m", version: "1"))
    try plane.apply(
      Deployment(model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 0)))
    return plane
  }

  @Test(arguments: [[], [4], [2, 3], [1, 2, 2]])
  func `any shape goes in and comes out`(shape: [Int]) async throws {
    let plane = try await serving(isScalar: false)
    let count = shape.reduce(1, *)
    let input = Tensor(name: "x", shape: shape, fp32: (0..<count).map { Float($0) })
    let output = try await plane.infer("m", InferRequest(inputs: [input])).response.outputs[0]
    #expect(output.shape == shape)
    #expect(output.storage == input.storage)
  }

  @Test(arguments: [
    (false, #"{"name":"x","datatype":"FP32","shape":[-1],"any_shape":true}"#),
    (true, #"{"name":"x","datatype":"FP32","shape":[]}"#),
  ])
  func `metadata tell a tensor without a shape from a scalar`(
    isScalar: Bool, text: String
  ) async throws {
    let plane = try await serving(isScalar: isScalar)
    let json = String(
      decoding: try plane.metadata(model: "m", version: nil).json(), as: UTF8.self)
    #expect(json.contains(text), "\(json)")
  }

  @Test func `a scalar takes no other shape`() async throws {
    let plane = try await serving(isScalar: true)
    await #expect(throws: InferenceError.self) {
      _ = try await plane.infer(
        "m", InferRequest(inputs: [Tensor(name: "x", shape: [1], fp32: [1])]))
    }
  }
}
