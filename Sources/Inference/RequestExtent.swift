import InferenceProtocol

extension [Tensor] {
  /// How much there is to compute with, as far as shapes tell: elements, where a text counts as one for each 64 bytes
  /// begun.
  ///
  /// - Complexity: O(elements of BYTES tensors).
  var extent: Int {
    reduce(0) { sum, tensor in
      switch tensor.storage {
      case .bytes: sum + tensor.elementCount
      case .strings(let texts): sum + texts.reduce(0) { $0 + Swift.max(1, ($1.count + 63) / 64) }
      }
    }
  }
}

extension ModelSignature {
  /// Whether two requests of as many rows may differ in extent: by the length of a sequence, by that of a text, or in
  /// an input beside the one whose rows are counted.
  var hasOpenExtent: Bool {
    inputs.count > 1
      || inputs.contains {
        $0.datatype == .bytes || $0.takesAnyShape || $0.shape.dropFirst().contains(-1)
      }
  }

  /// The extent of a row in a sample, rounded up.
  func extentPerRow(of sample: [Tensor]) -> Int {
    let rows = Swift.max(1, rows(of: sample))
    return (sample.extent + rows - 1) / rows
  }
}
