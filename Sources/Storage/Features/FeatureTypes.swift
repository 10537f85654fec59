package import InferenceProtocol

/// The element type of each feature of a version, by its name: a value in a training file is counted as the model sees it.
package struct FeatureTypes: Sendable, Equatable {
  private var types: [String: DataType] = [:]

  /// - Parameters:
  ///   - inputs: as the model declares them.
  ///   - names: of the features in their order, as `FeatureLayout` takes them.
  package init(_ inputs: [TensorMetadata] = [], names: [String] = []) {
    var position = 0
    for input in inputs {
      guard let width = Self.width(of: input), position + width <= FeatureLayout.limit else {
        continue
      }
      for offset in 0..<width {
        let name =
          position < names.count
          ? names[position] : width == 1 ? input.name : "\(input.name)[\(offset)]"
        types[name] = input.datatype
        position += 1
      }
    }
  }

  /// Features a row; nil where there are none, or the model leaves their number open.
  private static func width(of input: TensorMetadata) -> Int? {
    switch (input.shape.count, input.shape.last ?? 1) {
    case (0, _): 1
    case (1, let width): width == -1 ? 1 : width
    case (2, let width) where width > 0: width
    default: nil
    }
  }

  /// Whether the model takes it as text.
  package func isText(_ feature: String) -> Bool { types[feature] == .bytes }

  /// A number as the model sees it: a score, or a feature that is not known, in single precision.
  package func seen(_ value: Double, _ feature: String) -> Double {
    switch types[feature] {
    case .fp16: Double(Float16(value))
    case .fp32, .bf16, nil: Double(Float(value))
    default: value
    }
  }
}
