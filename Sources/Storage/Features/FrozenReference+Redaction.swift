import Statistics

extension FrozenReference {
  /// The same without the features whose values must not be kept; nil when it has none of them.
  ///
  /// - Parameters:
  ///   - redacted: names of features and inputs.
  ///   - types: of the version's features, under their names in live traffic.
  package func without(_ redacted: Set<String>, _ types: FeatureTypes) -> FrozenReference? {
    guard !redacted.isEmpty else { return nil }
    let types = types.called(features.filter { $0.role == .feature }.map(\.name))
    var kept = self
    kept.features.removeAll { $0.role == .feature && types.isRedacted($0.name, by: redacted) }
    return kept.features.count < features.count ? kept : nil
  }

  /// Whether it holds a feature that another does not.
  package func hasMore(than other: FrozenReference) -> Bool {
    !Set(features.map(\.name)).isSubset(of: other.features.map(\.name))
  }
}
