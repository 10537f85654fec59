import InferenceProtocol

/// Which columns of a kept request were blanked, by the names that were kept with it.
///
/// Names are those of the configuration at that time, and columns have those of today's, or of none: where a name is not found
/// among them, nobody knows which column it was, and all count as blanked. A zero that was put in a value's place must not be
/// read as the value.
struct Redaction {
  private let names: Set<String>

  init(_ names: some Sequence<String>) { self.names = Set(names) }

  /// One a column of the layout.
  func hidden(_ layout: FeatureLayout, _ tensors: [Tensor]) -> [Bool] {
    let known = layout.columns.map(\.name) + tensors.map(\.name)
    guard names.isSubset(of: known) else { return layout.columns.map { _ in true } }
    return layout.columns.map { names.contains($0.name) || names.contains(tensors[$0.tensor].name) }
  }

  /// Names that no column of the layout has.
  func unknown(_ layout: FeatureLayout, _ tensors: [Tensor]) -> [String] {
    names.subtracting(layout.columns.map(\.name) + tensors.map(\.name)).sorted()
  }
}
