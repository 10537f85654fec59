import Domain
import Inference
import InferenceProtocol
import Testing

/// What a version is asked before it answers anybody, and what becomes of it.
@Suite struct TrialRunTests {
  private static let file = ModelFile(
    version: ModelVersion(model: "m", version: "1"), path: "/m/1/model.onnx", sha256: "",
    byteCount: 0)

  private func warmUp(
    recent: [InferRequest] = [], refusesNaN: Bool = true,
    input: TensorMetadata = TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 1]),
    run: @escaping @Sendable (Float) throws(InferenceError) -> Float
  ) throws(InferenceError) -> WarmUp {
    let signature = ModelSignature(
      inputs: [input], outputs: [TensorMetadata(name: "y", datatype: .fp32, shape: [-1, 1])])
    return try TrialRuns(
      file: Self.file, signature: signature, recent: recent, refusesNaN: refusesNaN,
      run: { (inputs, _, _) throws(InferenceError) in
        let rows = inputs[0].shape[0]
        var values: [Float] = []
        for row in 0..<rows { values.append(try run(Float(inputs[0].number(at: row) ?? -9))) }
        return [Tensor(name: "y", shape: [rows, 1], fp32: values)]
      }
    ).result()
  }

  private func request(_ values: Float...) -> InferRequest {
    InferRequest(inputs: [Tensor(name: "x", shape: [values.count, 1], fp32: values)])
  }

  private static func failure(_ reason: String) -> InferenceError {
    .engine(file.version, reason: reason)
  }

  @Test func `a good version is asked with zeros and with the last requests`() throws {
    let found = try warmUp(recent: [request(1), request(2, 3)]) { $0 }
    #expect(found.warnings.isEmpty)
    #expect(found.sample == [Tensor(name: "x", shape: [1, 1], fp32: [0])])
  }

  @Test func `NaN for everything is refused, with all that was tried`() {
    #expect(
      throws: InferenceError.load(
        Self.file.version, path: Self.file.path,
        .notANumber(
          output: "y", trials: "zeros, 2 recent requests, ones, a made-up row"))
    ) { try warmUp(recent: [request(1), request(2)]) { _ in .nan } }
  }

  @Test func `NaN for everything is a warning where the configuration says so`() throws {
    let found = try warmUp(refusesNaN: false) { _ in .nan }
    #expect(
      found.warnings == [
        "a run with zeros gives numbers in \"y\" that are not finite",
        "\"y\" held NaN for each of: zeros, ones, a made-up row",
      ])
  }

  @Test func `NaN for zeros alone is a warning, and so is NaN for some requests`() throws {
    let found = try warmUp(recent: [request(1), request(-1)]) { $0 <= 0 ? .nan : $0 }
    #expect(
      found.warnings == [
        "a run with zeros gives numbers in \"y\" that are not finite",
        "1 of 2 recent requests get numbers in \"y\" that are not finite",
      ])
  }

  @Test func `a version that zeros offend is measured with what it answers`() throws {
    let found = try warmUp(recent: [request(4, 5)]) { value throws(InferenceError) in
      if value == 0 { throw Self.failure("log of zero") }
      return value
    }
    #expect(found.warnings == ["a run with zeros fails: log of zero"])
    #expect(found.sample == [Tensor(name: "x", shape: [1, 1], fp32: [4])])
  }

  @Test func `a version that answers nothing is refused with the reason for zeros`() {
    #expect(
      throws: InferenceError.load(
        Self.file.version, path: Self.file.path, .warmUp(reason: "no"))
    ) { try warmUp { _ throws(InferenceError) in throw Self.failure("no") } }
  }

  @Test func `a version of texts that answers nothing is given the benefit of the doubt`() throws {
    let texts = TensorMetadata(name: "x", datatype: .bytes, shape: [-1, 1])
    let found = try warmUp(input: texts) { _ throws(InferenceError) in
      throw Self.failure("unknown category")
    }
    #expect(found.sample == nil)
    #expect(found.warnings.first?.hasSuffix("with zeros: unknown category") == true)
  }

  @Test func `requests of another signature are counted, not run`() throws {
    let other = InferRequest(inputs: [Tensor(name: "z", shape: [1, 1], fp32: [1])])
    let found = try warmUp(recent: [other, request(1)]) { $0 }
    #expect(found.warnings == ["1 of 2 recent requests do not fit its signature"])
  }
}
