/// Makes the references of a model's features from rows of values, in bounded memory however many come.
///
/// ```swift
/// var builder = ReferenceBuilder(features, seed: 1)
/// for row in rows { builder.add(row: row) }
/// let references = builder.references()
/// ```
package struct ReferenceBuilder: Sendable {
  private var features: [FeatureValues]

  /// - Parameters:
  ///   - capacity: values kept of a feature.
  ///   - seed: of the samples that are taken of longer streams.
  package init(
    _ features: [FeatureDeclaration], capacity: Int = FeatureValues.capacity, seed: UInt64
  ) {
    self.features = features.enumerated().map { index, feature in
      FeatureValues(feature, capacity: capacity, seed: seed &+ UInt64(index) &* 0x9e37_79b9)
    }
  }

  /// The features, in their order.
  package var declarations: [FeatureDeclaration] { features.map(\.feature) }

  /// Each feature's values as bytes, in their order.
  package func serialized() -> [[UInt8]] { features.map { $0.serialized() } }

  /// Goes on from what `serialized` gave.
  ///
  /// - Parameter capacity: that it had.
  package init(
    serialized features: [[UInt8]], capacity: Int = FeatureValues.capacity
  ) throws(SealedBytes.Failure) {
    self.features = []
    for bytes in features {
      self.features.append(try FeatureValues(serialized: bytes, capacity: capacity))
    }
  }

  /// A row of numbers: one of each feature, in their order. For a categorical feature the name is the number's.
  ///
  /// - Precondition: as many as there are features.
  package mutating func add(row: some Collection<Double>) {
    precondition(row.count == features.count, "a row has a value of each feature")
    for (index, value) in row.enumerated() { features[index].add(value) }
  }

  package mutating func add(_ value: Double, to feature: Int) { features[feature].add(value) }

  package mutating func add(_ text: String, to feature: Int) { features[feature].add(text) }

  package mutating func addMissing(to feature: Int) { features[feature].addMissing() }

  /// One a feature, in their order.
  package mutating func references() -> [FeatureReference] {
    features.indices.map { features[$0].reference() }
  }
}
