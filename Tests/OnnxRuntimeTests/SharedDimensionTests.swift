import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

@testable import OnnxRuntime

/// Requests whose inputs do not fit each other, by a model that adds two rows of the same open length.
@Suite struct SharedDimensionTests {
  private static let adder = OneNodeModel.bytes("Add", of: ["a", "b"], to: "sum") { _ in
    [.open("batch"), .open("n")]
  }

  /// - Parameter lengths: of `a` and `b`, which are [1, n].
  private func answer(_ lengths: [Int]) async throws -> Result<[Tensor], InferenceError> {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("adder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("model.onnx")
    try Data(Self.adder).write(to: path)
    let file = ModelFile(
      version: ModelVersion(model: "adder", version: "1"), path: path.path, sha256: "",
      byteCount: Int64(Self.adder.count))
    let engine = try await OnnxLoader(library: Fixtures.library).load(file)
    let inputs = zip(["a", "b"], lengths).map { name, length in
      Tensor(
        name: name, datatype: .fp32, shape: [1, length],
        storage: .bytes([UInt8](repeating: 0, count: 4 * length)))
    }
    let job = EngineJob(
      inputs: inputs, rows: 1, deadline: .now + .seconds(60), timeout: .seconds(60))
    let answer = await withCheckedContinuation { continuation in
      engine.submit(job) { continuation.resume(returning: $0) }
    }
    await engine.close()
    return switch answer {
    case .done(let outputs, _, _): .success(outputs)
    case .failed(let error, _, _): .failure(error)
    case .withdrawn: .failure(.stopping)
    }
  }

  @Test func `lengths that differ are the request's fault, with both shapes`() async throws {
    let refused = try await answer([3, 2])
    #expect(
      refused.failure?.description
        == "input \"a\" of shape [1,3] and input \"b\" of shape [1,2]: expected the same length of \"n\" in both"
    )
    #expect(refused.failure?.status == 400)
    #expect(refused.failure?.outcome == .invalid)
  }

  @Test func `what the engine takes all the same is not refused`() async throws {
    #expect(try await answer([3, 3]).success?.first?.shape == [1, 3])
    #expect(try await answer([3, 1]).success?.first?.shape == [1, 3], "a 1 is repeated")
  }

  @Test func `nothing is said where no name is shared or no length differs`() {
    let inputs = [
      Tensor(name: "a", datatype: .fp32, shape: [4, 3], storage: .bytes([])),
      Tensor(name: "b", datatype: .fp32, shape: [2, 3], storage: .bytes([])),
      Tensor(name: "c", datatype: .fp32, shape: [1, 3], storage: .bytes([])),
    ]
    #expect(SharedDimensions().disagreement(inputs) == nil)
    #expect(SharedDimensions([("a", ["", "n"]), ("b", ["", "n"])]).disagreement(inputs) == nil)
    #expect(SharedDimensions([("a", ["n", ""]), ("b", ["m", ""])]).disagreement(inputs) == nil)
    #expect(SharedDimensions([("a", ["n", ""]), ("b", ["n", ""])]).disagreement(inputs) != nil)
    #expect(SharedDimensions([("a", ["n", ""]), ("c", ["n", ""])]).disagreement(inputs) == nil)
  }
}

extension Result {
  fileprivate var success: Success? { if case .success(let value) = self { value } else { nil } }
  fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
