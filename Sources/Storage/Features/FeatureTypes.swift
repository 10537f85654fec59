package import InferenceProtocol

/// A version's features as the model declares them: a value in a training file is counted as the model sees it, and left out
/// where it must not be kept.
package struct FeatureTypes: Sendable, Equatable {
  private struct Column: Sendable, Equatable {
    /// What it is called in live traffic.
    var name: String
    /// What a training file calls it.
    var alias: String
    var input: String
    var type: DataType
  }

  private var columns: [Column] = []
  /// Whether the model tells all of its features: how many an input has may be open, and not all of many are watched.
  private var isWhole = true

  /// - Parameters:
  ///   - inputs: as the model declares them.
  ///   - names: of the features in their order, as `FeatureLayout` takes them.
  package init(_ inputs: [TensorMetadata] = [], names: [String] = []) {
    // What has more than two dimensions has no features.
    for input in inputs where input.shape.count <= 2 {
      guard let width = Self.width(of: input), columns.count + width <= FeatureLayout.limit else {
        isWhole = false
        continue
      }
      for offset in 0..<width {
        let position = columns.count
        let name =
          position < names.count
          ? names[position] : width == 1 ? input.name : "\(input.name)[\(offset)]"
        columns.append(Column(name: name, alias: name, input: input.name, type: input.datatype))
      }
    }
  }

  /// The same under the names that a training file gives its features.
  package func called(_ names: [String]) -> FeatureTypes {
    guard FeatureLayout.isByOrder(names, columns.map(\.name)) else { return self }
    var called = self
    for (index, name) in names.enumerated() { called.columns[index].alias = name }
    return called
  }

  /// The names of a training file that no live value will ever have, with the features that there are; nil where all fit, and
  /// where the model does not tell its features.
  package func strangers(_ names: [String]) -> (strange: [String], known: [String])? {
    guard !columns.isEmpty, isWhole else { return nil }
    let known = columns.map(\.alias)
    let strange = names.filter { !known.contains($0) }
    return strange.isEmpty ? nil : (strange, known)
  }

  /// Features that a training file with these names has no column for, under the names of live traffic; none where the model
  /// does not tell its features.
  package func missing(in names: [String]) -> [String] {
    guard isWhole else { return [] }
    return columns.filter { !names.contains($0.alias) }.map(\.name)
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
  package func isText(_ feature: String) -> Bool { column(feature)?.type == .bytes }

  /// Whether it is among the names of features and inputs that must not be kept.
  package func isRedacted(_ feature: String, by redacted: Set<String>) -> Bool {
    guard let column = column(feature) else { return redacted.contains(feature) }
    return !redacted.isDisjoint(with: [feature, column.name, column.input])
  }

  /// A number as the model sees it: a score, or a feature that is not known, in single precision.
  package func seen(_ value: Double, _ feature: String) -> Double {
    switch column(feature)?.type {
    case .fp16: Double(Float16(value))
    case .fp32, .bf16, nil: Double(Float(value))
    default: value
    }
  }

  private func column(_ feature: String) -> Column? { columns.first { $0.alias == feature } }
}
