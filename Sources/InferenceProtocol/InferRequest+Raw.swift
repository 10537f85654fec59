extension InferRequest {
  /// Reads a raw request (`Inference-Header-Content-Length: 0`): the body is the bytes of the model's one input and
  /// nothing else, and all outputs go back in binary form.
  ///
  /// One dimension that varies has the length that the bytes give; where several do, the first is 1. A BYTES input is
  /// one element: the whole body, without its length before it.
  ///
  /// Source: Triton's binary tensor data extension, "Raw Binary Request".
  ///
  /// - Parameter inputs: of the model, as its metadata have them; of optional ones the default is taken.
  package static func raw(
    _ body: Span<UInt8>, inputs: [TensorMetadata], limits: WireLimits = WireLimits()
  ) throws(WireError) -> InferRequest {
    let required = inputs.filter { !$0.isOptional }
    guard let input = required.first, required.count == 1 else {
      throw .rawInputs(found: required.count)
    }
    let tensor: Tensor
    if let width = input.datatype.byteSize {
      let shape = try rawShape(of: input, bytes: body.count, width: width)
      let reader = BinaryTensorReader(
        name: input.name, datatype: input.datatype, shape: shape, limits: limits)
      tensor = Tensor(
        name: input.name, datatype: input.datatype, shape: shape,
        storage: try reader.storage(
          body, start: 0, size: body.count, elementsLeft: limits.elements))
    } else {
      guard input.shape.allSatisfy({ $0 == 1 || $0 < 0 }) else {
        throw .rawShape(tensor: input.name, shape: input.shape)
      }
      tensor = Tensor(
        name: input.name, datatype: input.datatype, shape: input.shape.map { _ in 1 },
        storage: .strings([unsafe body.withUnsafeBufferPointer { unsafe Array($0) }]))
    }
    return InferRequest(parameters: ["binary_data_output": .bool(true)], inputs: [tensor])
  }

  private static func rawShape(
    of input: TensorMetadata, bytes: Int, width: Int
  ) throws(WireError) -> [Int] {
    var shape = input.shape
    if shape.count(where: { $0 < 0 }) > 1, shape[0] < 0 { shape[0] = 1 }
    let open = shape.indices.filter { shape[$0] < 0 }
    guard open.count <= 1, let fixed = Tensor.elementCount(of: shape.filter { $0 >= 0 }) else {
      throw .rawShape(tensor: input.name, shape: input.shape)
    }
    guard let index = open.first else { return shape }
    let (step, overflow) = fixed.multipliedReportingOverflow(by: width)
    guard !overflow else { throw .rawShape(tensor: input.name, shape: input.shape) }
    guard step > 0, bytes > 0, bytes % step == 0 else {
      throw .binarySize(tensor: input.name, expected: step, found: bytes)
    }
    shape[index] = bytes / step
    return shape
  }
}
