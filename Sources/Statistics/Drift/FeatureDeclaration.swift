/// How a feature's values are compared.
package enum FeatureKind: String, Sendable, Codable, CaseIterable {
  /// Numbers with an order: compared on quantile bins.
  case numeric
  /// Names without an order, numbers that stand for names included: compared level by level.
  case categorical
}

/// What a column of values is to the model.
package enum FeatureRole: String, Sendable, Codable, CaseIterable {
  case feature
  /// What the model answered. One number a request and free of labels: judged first, each at a level of its own.
  case score
  case predictedClass
}

/// A feature before anything is known of its values.
package struct FeatureDeclaration: Sendable, Equatable, Codable {
  package let name: String
  package let kind: FeatureKind
  package let role: FeatureRole

  package init(name: String, kind: FeatureKind, role: FeatureRole = .feature) {
    self.name = name
    self.kind = kind
    self.role = role
  }
}
