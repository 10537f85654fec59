package import InferenceProtocol

/// What a version takes and gives.
package struct ModelSignature: Sendable, Equatable {
  /// Those that each request has.
  package var inputs: [TensorMetadata]
  package var outputs: [TensorMetadata]
  /// Those that the model has a default for, which a request may name. They have no rows: a request that names one is run alone.
  package var optionalInputs: [TensorMetadata]

  package init(
    inputs: [TensorMetadata], outputs: [TensorMetadata], optionalInputs: [TensorMetadata] = []
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.optionalInputs = optionalInputs
  }

  /// - Parameter inputs: as metadata list them, the optional ones among them.
  package init(described inputs: [TensorMetadata], outputs: [TensorMetadata]) {
    self.init(
      inputs: inputs.filter { !$0.isOptional }, outputs: outputs,
      optionalInputs: inputs.filter(\.isOptional))
  }

  /// As metadata list them.
  package var allInputs: [TensorMetadata] { inputs + optionalInputs }

  /// Whether a checked request names an optional input.
  ///
  /// - Complexity: O(1).
  package func hasOverride(_ inputs: [Tensor]) -> Bool { inputs.count > self.inputs.count }

  /// Names of the optional inputs for a person, the smallest first: of many, which are weights then, three and how many more; nil
  /// without any.
  var optionalWords: String? {
    guard !optionalInputs.isEmpty else { return nil }
    func size(_ tensor: TensorMetadata) -> Int {
      Tensor.elementCount(of: tensor.shape.map { max(1, $0) }) ?? .max
    }
    let names = optionalInputs.sorted { size($0) < size($1) }.map(\.name)
    guard names.count > 4 else { return names.joined(separator: ", ") }
    return names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
  }

  /// Rows of a request for this signature: the first dimension of the first input where the model leaves it open,
  /// else 1.
  package func rows(of inputs: [Tensor]) -> Int {
    guard let first = self.inputs.first, first.shape.first == -1,
      let tensor = inputs.first(where: { $0.name == first.name }), let rows = tensor.shape.first
    else { return 1 }
    return rows
  }

  /// A request's inputs in the model's order, the optional ones last: clients may send them in any.
  package func ordered(inputs: [Tensor]) -> [Tensor] {
    Self.ordered(inputs, as: hasOverride(inputs) ? allInputs : self.inputs)
  }

  /// Likewise an answer's outputs, which are those that its client asked for.
  package func ordered(outputs: [Tensor]) -> [Tensor] { Self.ordered(outputs, as: self.outputs) }

  /// Tensors that the model does not name come last.
  private static func ordered(_ tensors: [Tensor], as model: [TensorMetadata]) -> [Tensor] {
    if zip(tensors, model).allSatisfy({ $0.name == $1.name }) { return tensors }
    let named = model.compactMap { one in tensors.first { $0.name == one.name } }
    return named + tensors.filter { one in !model.contains { $0.name == one.name } }
  }
}
