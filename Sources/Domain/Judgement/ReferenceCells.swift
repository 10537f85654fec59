/// The cells of a frozen reference, by feature, with what the reference itself has in them: what the counts of a window
/// (`FeatureVerdict.cells`) are drawn against.
package struct ReferenceCells: Codable, Sendable, Equatable {
  /// The reference's number; a later one of the same version has a larger one.
  package var id: Int64
  package var features: [FeatureCells]

  package init(id: Int64, features: [FeatureCells]) {
    self.id = id
    self.features = features
  }

  package func feature(_ name: String, _ subject: FeatureVerdict.Subject) -> FeatureCells? {
    features.first { $0.name == name && $0.subject == subject }
  }
}

/// Where the values of one feature are counted: first the special cells, then the bins.
package struct FeatureCells: Codable, Sendable, Equatable {
  package var name: String
  package var subject: FeatureVerdict.Subject
  /// Numeric: between them lie the bins `(edge, next edge]`, the outer two open; ascending, one fewer than there are bins.
  /// Nil for a categorical feature.
  package var edges: [Double]?
  /// Categorical: the names of the bins, in their order, but for the last bin, which holds all others that the reference
  /// has. Nil for a numeric feature.
  package var levels: [String]?
  /// Rows of the reference: the special cells, then a bin each.
  package var counts: [Int]

  package init(
    name: String, subject: FeatureVerdict.Subject, edges: [Double]? = nil,
    levels: [String]? = nil, counts: [Int]
  ) {
    self.name = name
    self.subject = subject
    self.edges = edges
    self.levels = levels
    self.counts = counts
  }

  /// What stands before the bins, in the order of the cells.
  package enum Special: Int, Sendable, CaseIterable {
    case missing
    /// Not a number, or infinite.
    case notFinite
    /// A level that the reference has not.
    case unseen
    /// Text for a number, or a number for a name.
    case wrongType
  }

  package var total: Int { counts.reduce(0, +) }
}
