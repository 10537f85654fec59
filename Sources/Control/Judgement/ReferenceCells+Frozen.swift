import Domain
import Statistics
import Storage

extension ReferenceCells {
  /// What a window's counts are drawn against. A level's name is cut after so many characters.
  init(_ reference: FrozenReference) {
    self.init(id: reference.id, features: reference.features.map(FeatureCells.init))
  }
}

extension FeatureCells {
  private static let levelLength = 64

  init(_ reference: FeatureReference) {
    let bins = reference.bins
    self.init(
      name: reference.name, subject: FeatureVerdict.Subject(reference.role),
      edges: bins.kind == .numeric ? bins.edges : nil,
      levels: bins.kind == .categorical
        ? bins.levels.map { String($0.prefix(Self.levelLength)) } : nil,
      counts: reference.counts.counts.map(Int.init))
  }
}
