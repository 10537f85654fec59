import InferenceProtocol
import Testing

/// Bodies that are one tensor's bytes and nothing else.
struct RawRequestTests {
  private func request(
    _ bytes: [UInt8], _ datatype: DataType, _ shape: [Int]
  ) throws(WireError) -> InferRequest {
    try InferRequest.raw(
      bytes.span, inputs: [TensorMetadata(name: "x", datatype: datatype, shape: shape)])
  }

  private let floats: [UInt8] = [
    0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40,
  ]

  @Test(arguments: [
    ([-1, 2], [2, 2]), ([1, 4], [1, 4]), ([-1], [4]), ([2, -1], [2, 2]), ([-1, -1], [1, 4]),
    ([-1, -1, 2], [1, 2, 2]),
  ])
  func `the length that varies is told by the bytes`(shape: [Int], expected: [Int]) throws {
    let request = try request(floats, .fp32, shape)
    #expect(request.inputs[0].shape == expected)
    #expect((0..<4).map { request.inputs[0].number(at: $0) } == [1, 2, 3, 4])
    #expect(request.wantsBinary("anything"))
  }

  @Test func `an input with a default is not in the body`() throws {
    let inputs = [
      TensorMetadata(name: "threshold", datatype: .fp32, shape: [], isOptional: true),
      TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 2]),
    ]
    let request = try InferRequest.raw(floats.span, inputs: inputs)
    #expect(request.inputs.map(\.name) == ["x"])
    #expect(request.inputs[0].shape == [2, 2])
  }

  @Test func `texts are one element, the whole body`() throws {
    let request = try request(Array("São".utf8), .bytes, [-1, 1])
    #expect(request.inputs[0].shape == [1, 1])
    #expect(request.inputs[0].storage == .strings([Array("São".utf8)]))
  }

  @Test(arguments: [
    (15, DataType.fp32, [-1, 2], WireError.binarySize(tensor: "x", expected: 8, found: 15)),
    (0, .fp32, [-1, 2], .binarySize(tensor: "x", expected: 8, found: 0)),
    (16, .fp32, [1, 3], .binarySize(tensor: "x", expected: 12, found: 16)),
    (16, .fp32, [2, -1, -1], .rawShape(tensor: "x", shape: [2, -1, -1])),
    (16, .fp32, [-1, 0], .binarySize(tensor: "x", expected: 0, found: 16)),
    (16, .fp32, [-1, Int.max], .rawShape(tensor: "x", shape: [-1, Int.max])),
    (3, .bytes, [-1, 2], .rawShape(tensor: "x", shape: [-1, 2])),
  ])
  func `bytes that do not tell the shape are refused`(
    count: Int, datatype: DataType, shape: [Int], reason: WireError
  ) throws {
    let error = #expect(throws: WireError.self) {
      try request(Array(repeating: 0, count: count), datatype, shape)
    }
    #expect(error == reason)
  }

  @Test func `a model has one input, or there is a JSON part`() throws {
    let input = TensorMetadata(name: "x", datatype: .fp32, shape: [1])
    let error = #expect(throws: WireError.self) {
      try InferRequest.raw([0, 0, 0, 0].span, inputs: [input, input])
    }
    #expect(error == .rawInputs(found: 2))
  }
}
