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
}
