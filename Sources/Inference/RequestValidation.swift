import InferenceProtocol

extension ModelSignature {
  /// Checks a request's inputs, the names of its outputs, and that it asks for nothing that would be left out.
  func check(_ request: InferRequest) throws(InferenceError) {
    if let parameter = request.unsupportedParameter { throw .unsupported(parameter) }
    var overrides = 0
    for tensor in request.inputs {
      let required = inputs.first { $0.name == tensor.name }
      guard let input = required ?? optionalInputs.first(where: { $0.name == tensor.name }) else {
        throw .invalid(.unknownInput(tensor.name, known: knownInputs))
      }
      if required == nil { overrides += 1 }
      guard input.datatype == tensor.datatype else {
        throw .invalid(
          .datatype(
            input: tensor.name, expected: input.datatype.rawValue, found: tensor.datatype.rawValue))
      }
      guard input.takesAnyShape || Self.fits(tensor.shape, input.shape) else {
        throw .invalid(.shape(input: tensor.name, expected: input.shape, found: tensor.shape))
      }
      guard Tensor.elementCount(of: tensor.shape) == tensor.elementCount else {
        throw .invalid(
          .elementCount(input: tensor.name, shape: tensor.shape, found: tensor.elementCount))
      }
    }
    guard request.inputs.count - overrides == inputs.count else {
      let given = Set(request.inputs.map(\.name))
      let missing = inputs.first { !given.contains($0.name) }
      throw .invalid(.missingInput(missing?.name ?? "?"))
    }
    for output in request.outputs where !outputs.contains(where: { $0.name == output.name }) {
      throw .invalid(.unknownOutput(output.name, known: outputs.map(\.name)))
    }
  }

  /// For a message: of many optional inputs, which are weights then, none.
  private var knownInputs: [String] {
    (optionalInputs.count > Self.optionalNamesMax ? inputs : allInputs).map(\.name)
  }

  private static let optionalNamesMax = 8

  private static func fits(_ found: [Int], _ expected: [Int]) -> Bool {
    guard found.count == expected.count else { return false }
    return zip(found, expected).allSatisfy { $1 == -1 || $0 == $1 }
  }
}

extension InferRequest {
  /// What it asks for by a parameter of V2's extensions that is not served, in words: to answer without it would be to
  /// answer wrongly. Parameters that nobody has a meaning for are left alone.
  fileprivate var unsupportedParameter: String? {
    if !parameters.isEmpty, let name = Self.unsupported(parameters, Self.requestParameters) {
      return "the parameter \"\(name)\" of a request"
    }
    for output in outputs where !output.parameters.isEmpty {
      if let name = Self.unsupported(output.parameters, Self.outputParameters) {
        return "output \"\(output.name)\": the parameter \"\(name)\""
      }
    }
    return nil
  }

  private static func unsupported(
    _ parameters: [String: ParameterValue], _ names: Set<String>
  ) -> String? {
    parameters.keys.filter { names.contains($0) || $0.hasPrefix("triton_") }.min()
  }

  private static let requestParameters: Set<String> = [
    "sequence_id", "sequence_start", "sequence_end",
  ]
  private static let outputParameters: Set<String> = [
    "classification", "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset",
  ]
}

extension InferRequest {
  /// `longest`, or less where the parameter `timeout`, in microseconds, asks for it.
  func timeout(atMost longest: Duration) -> Duration {
    guard !parameters.isEmpty, case .integer(let microseconds)? = parameters["timeout"],
      microseconds > 0
    else { return longest }
    return min(longest, .microseconds(microseconds))
  }
}
