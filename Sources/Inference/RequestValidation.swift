import InferenceProtocol

extension ModelSignature {
  /// Checks a request's inputs and the names of its outputs.
  func check(_ request: InferRequest) throws(InferenceError) {
    for tensor in request.inputs {
      guard let input = inputs.first(where: { $0.name == tensor.name }) else {
        throw .invalid(.unknownInput(tensor.name, known: inputs.map(\.name)))
      }
      guard input.datatype == tensor.datatype else {
        throw .invalid(
          .datatype(
            input: tensor.name, expected: input.datatype.rawValue, found: tensor.datatype.rawValue))
      }
      guard Self.fits(tensor.shape, input.shape) else {
        throw .invalid(.shape(input: tensor.name, expected: input.shape, found: tensor.shape))
      }
      guard Tensor.elementCount(of: tensor.shape) == tensor.elementCount else {
        throw .invalid(
          .elementCount(input: tensor.name, shape: tensor.shape, found: tensor.elementCount))
      }
    }
    guard request.inputs.count == inputs.count else {
      let given = Set(request.inputs.map(\.name))
      let missing = inputs.first { !given.contains($0.name) }
      throw .invalid(.missingInput(missing?.name ?? "?"))
    }
    for output in request.outputs where !outputs.contains(where: { $0.name == output.name }) {
      throw .invalid(.unknownOutput(output.name, known: outputs.map(\.name)))
    }
  }

  private static func fits(_ found: [Int], _ expected: [Int]) -> Bool {
    guard found.count == expected.count else { return false }
    return zip(found, expected).allSatisfy { $1 == -1 || $0 == $1 }
  }
}
