package import InferenceProtocol

/// What a version takes and gives.
package struct ModelSignature: Sendable, Equatable {
  package var inputs: [TensorMetadata]
  package var outputs: [TensorMetadata]

  package init(inputs: [TensorMetadata], outputs: [TensorMetadata]) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Rows of a request for this signature: the first dimension of the first input where the model leaves it open,
  /// else 1.
  package func rows(of inputs: [Tensor]) -> Int {
    guard let first = self.inputs.first, first.shape.first == -1,
      let tensor = inputs.first(where: { $0.name == first.name }), let rows = tensor.shape.first
    else { return 1 }
    return rows
  }

  /// A request's inputs in the model's order: clients may send them in any.
  package func ordered(inputs: [Tensor]) -> [Tensor] { Self.ordered(inputs, as: self.inputs) }

  /// Likewise an answer's outputs, which are those that its client asked for.
  package func ordered(outputs: [Tensor]) -> [Tensor] { Self.ordered(outputs, as: self.outputs) }

  /// Tensors that the model does not name come last.
  private static func ordered(_ tensors: [Tensor], as model: [TensorMetadata]) -> [Tensor] {
    if zip(tensors, model).allSatisfy({ $0.name == $1.name }) { return tensors }
    let named = model.compactMap { one in tensors.first { $0.name == one.name } }
    return named + tensors.filter { one in !model.contains { $0.name == one.name } }
  }
}
