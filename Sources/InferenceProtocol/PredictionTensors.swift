/// What went into a prediction and what came out of it, for whoever measures it afterwards.
///
/// Holds the request's own storage by reference: making one copies no element.
package struct PredictionTensors: Sendable, Equatable {
  /// As the request had them; those that the model has a default for come last.
  package var inputs: [Tensor]
  /// How many of `inputs`, the first, each request has.
  package var required: Int
  /// Those that the model has a default for, whether the request named them or not.
  package var optional: [TensorMetadata]
  /// As the engine gave them, also those that the client did not ask for; empty when there was no answer.
  package var outputs: [Tensor]

  /// - Parameter required: nil: all of `inputs`.
  package init(
    inputs: [Tensor], outputs: [Tensor] = [], required: Int? = nil, optional: [TensorMetadata] = []
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.required = required ?? inputs.count
    self.optional = optional
  }

  /// The inputs that features stand in: what a request sets by way of exception is none.
  package var featureInputs: [Tensor] {
    required < inputs.count ? Array(inputs.prefix(required)) : inputs
  }

  /// Bytes of all elements, in V2's binary form.
  ///
  /// - Complexity: O(tensors), of BYTES tensors O(elements).
  package var byteCount: Int {
    inputs.reduce(0) { $0 + $1.byteCount } + outputs.reduce(0) { $0 + $1.byteCount }
  }
}
