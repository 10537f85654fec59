import Domain
import Inference
import InferenceProtocol
import OnnxRuntime
import Testing

/// Every type goes through ONNX Runtime and comes back as it was.
@Suite struct ElementTypeTests {
  @Test(arguments: DataType.allCases.filter { $0 != .bf16 && $0 != .bytes })
  func `an identity model gives each element back`(datatype: DataType) async throws {
    let model = "identity_\(datatype.rawValue.lowercased())"
    let plane = try await Fixtures.serving("types", model)
    let width = try #require(datatype.byteSize)
    let bytes = (0..<(3 * 2 * width)).map { datatype == .bool ? UInt8($0 % 2) : UInt8($0 % 60) }
    let input = Tensor(name: "x", datatype: datatype, shape: [3, 2], storage: .bytes(bytes))
    let output = try await plane.infer(model, InferRequest(inputs: [input])).response.outputs[0]
    #expect(output.storage == input.storage)
    #expect(output.shape == [3, 2])
    #expect(output.datatype == datatype)
  }

  @Test func `strings come back as they were, also empty ones and ones with a zero byte`()
    async throws
  {
    let plane = try await Fixtures.serving("types", "identity_bytes")
    let strings: [[UInt8]] = [[], Array("é€😀".utf8), [65, 0, 66], Array("plain".utf8)]
    let input = Tensor(name: "x", datatype: .bytes, shape: [2, 2], storage: .strings(strings))
    let reply = try await plane.infer("identity_bytes", InferRequest(inputs: [input]))
    #expect(reply.response.outputs[0].storage == .strings(strings))
  }

  @Test(arguments: [
    (DataType.fp32, 24, true), (.fp32, 23, false), (.bytes, 390, true), (.bytes, 389, false),
  ])
  func `outputs above the limit are refused before they are copied`(
    datatype: DataType, limit: Int, fits: Bool
  ) async throws {
    let name = "identity_\(datatype.rawValue.lowercased())"
    let path = "\(Fixtures.root)/Tests/Fixtures/models/types/\(name)/1/model.onnx"
    let file = ModelFile(
      version: ModelVersion(model: name, version: "1"), path: path, sha256: "", byteCount: 0)
    let engine = try await OnnxLoader(
      library: Fixtures.library, session: { _ in SessionSettings(answerBytes: limit) }
    ).load(file)
    let input =
      datatype == .fp32
      ? Tensor(name: "x", shape: [3, 2], fp32: [1, 2, 3, 4, 5, 6])
      : Tensor(name: "x", shape: [3, 2], strings: ["a", "b", "c", "d", "e", "f"])
    let job = EngineJob(
      inputs: [input], rows: 3, deadline: .now + .seconds(30), timeout: .seconds(30))
    let answer = await withCheckedContinuation { continuation in
      engine.submit(job) { continuation.resume(returning: $0) }
    }
    switch answer {
    case .done(let outputs, _, _): #expect(fits && outputs[0].storage == input.storage)
    case .failed(let error, _, _):
      #expect(!fits)
      #expect(
        error
          == .invalid(
            .answerTooLarge(output: "y", shape: [3, 2], bytes: limit + 1, limit: limit)))
    case .withdrawn: Issue.record("it was withdrawn")
    }
    await engine.close()
  }

  @Test func `a tensor without a row comes back without one`() async throws {
    let plane = try await Fixtures.serving("types", "identity_fp32")
    let input = Tensor(name: "x", shape: [0, 2], fp32: [])
    let reply = try await plane.infer("identity_fp32", InferRequest(inputs: [input]))
    #expect(reply.response.outputs[0].shape == [0, 2])
  }
}
