import InferenceProtocol

extension ModelSignature {
  /// The first thing in which two signatures differ, in words; nil when they are the same.
  ///
  /// Optional inputs are left out: they may be weights, which are new in each version. A request that names one and does
  /// not fit another version counts against that, see `Admission.mismatch`.
  func difference(from other: ModelSignature) -> String? {
    guard inputs != other.inputs || outputs != other.outputs else { return nil }
    return Self.difference(inputs, other.inputs) ?? Self.difference(outputs, other.outputs)
      ?? "the order differs"
  }

  private static func difference(
    _ mine: [TensorMetadata], _ theirs: [TensorMetadata]
  ) -> String? {
    for tensor in theirs {
      guard let own = mine.first(where: { $0.name == tensor.name }) else {
        return "\"\(tensor.name)\" is missing"
      }
      guard own == tensor else { return "\"\(tensor.name)\": \(text(own)), not \(text(tensor))" }
    }
    return mine.first { own in !theirs.contains { $0.name == own.name } }
      .map { "\"\($0.name)\" is new" }
  }

  private static func text(_ tensor: TensorMetadata) -> String {
    let labels = tensor.labels.map { " of \($0.joined(separator: ", "))" } ?? ""
    let shape = tensor.takesAnyShape ? "any shape" : WireError.text(tensor.shape)
    return "\(tensor.datatype.rawValue) \(shape)\(labels)"
  }
}
