/// What went into a prediction and what came out of it, for whoever measures it afterwards.
///
/// Holds the request's own storage by reference: making one copies no element.
package struct PredictionTensors: Sendable, Equatable {
  /// As the request had them, in its order.
  package var inputs: [Tensor]
  /// As the engine gave them, also those that the client did not ask for; empty when there was no answer.
  package var outputs: [Tensor]

  package init(inputs: [Tensor], outputs: [Tensor] = []) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Bytes of all elements, in V2's binary form.
  ///
  /// - Complexity: O(tensors), of BYTES tensors O(elements).
  package var byteCount: Int {
    inputs.reduce(0) { $0 + $1.byteCount } + outputs.reduce(0) { $0 + $1.byteCount }
  }
}
