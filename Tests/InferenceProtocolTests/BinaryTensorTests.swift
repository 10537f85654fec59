import InferenceProtocol
import Testing

/// Triton's binary tensor extension, both ways.
@Suite struct BinaryTensorTests {
  static let request = InferRequest(
    id: "b",
    inputs: [
      Tensor(name: "X", shape: [2, 2], fp32: [1, 2, 3, .nan]),
      Tensor(name: "s", shape: [2], strings: ["", "é"]),
    ])

  @Test(arguments: [["X"], ["s"], ["X", "s"]])
  func `inputs go out in binary and come back`(binary: [String]) throws {
    let message = Self.request.body { binary.contains($0) }
    #expect(message.contentType == "application/octet-stream")
    guard binary.contains("X") else { return }
    let read = try InferRequest.parse(message.bytes, headerLength: message.headerLength)
    #expect(read.inputs.map(\.storage) == Self.request.inputs.map(\.storage))
  }

  @Test func `outputs are binary where the request asks for it`() throws {
    var request = Self.request
    request.parameters["binary_data_output"] = .bool(true)
    request.outputs = [
      InferRequest.RequestedOutput(name: "a", parameters: ["binary_data": .bool(false)]),
      InferRequest.RequestedOutput(name: "b"),
    ]
    let response = InferResponse(
      modelName: "m",
      outputs: [
        Tensor(name: "a", shape: [1], fp32: [1]), Tensor(name: "b", shape: [1], int64: [2]),
      ])
    let message = try response.body(for: request, limit: 1_000)
    #expect(message.bytes.suffix(8) == [2, 0, 0, 0, 0, 0, 0, 0])
    let read = try InferResponse.parse(message.bytes, headerLength: message.headerLength)
    #expect(read == response)
  }

  @Test(arguments: [false, true])
  func `a response is printed to its limit, and no further`(isBinary: Bool) throws {
    let response = InferResponse(
      modelName: "m",
      outputs: [
        Tensor(name: "a", shape: [1], fp32: [1]),
        Tensor(name: "b", shape: [2_000], int64: Array(repeating: 7, count: 2_000)),
      ])
    let request = InferRequest(parameters: ["binary_data_output": .bool(isBinary)], inputs: [])
    let whole = try response.body(for: request, limit: .max)
    #expect(try response.body(for: request, limit: whole.bytes.count) == whole)
    let error = #expect(throws: OverlongOutput.self) {
      _ = try response.body(for: request, limit: 3_000)
    }
    #expect(error?.name == "b")
    #expect(error?.shape == [2_000])
    #expect(error?.isBinary == isBinary)
  }

  @Test(arguments: [
    (3, "Inference-Header-Content-Length is 9999, but the body has 3 bytes"),
    (0, "tensor \"X\": expected 16 bytes of binary data, found 15"),
    (1, "1 bytes follow the last binary tensor"),
    (2, "tensor \"X\": expected 16 bytes of binary data, found 12"),
  ])
  func `sizes that do not agree are refused`(kind: Int, message: String) throws {
    let size = kind == 2 ? 12 : 16
    let json = Array(
      #"{"inputs":[{"name":"X","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":\#(size)}}]}"#
        .utf8)
    let tail = [UInt8](repeating: 0, count: kind == 0 ? 15 : kind == 1 ? 17 : size)
    #expect(throws: WireError.self) {
      do throws(WireError) {
        _ = try InferRequest.parse(
          kind == 3 ? [1, 2, 3] : json + tail, headerLength: kind == 3 ? 9999 : json.count)
      } catch {
        #expect(error.description == message)
        throw error
      }
    }
  }

  @Test func `a string that runs past its part is refused`() {
    let json = Array(
      #"{"inputs":[{"name":"s","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":5}}]}"#
        .utf8)
    #expect(throws: WireError.binaryStrings(tensor: "s", element: 0)) {
      try InferRequest.parse(json + [2, 0, 0, 0, 65], headerLength: json.count)
    }
  }
}
