package import Domain

/// What the configuration says of a model: a seed for one that has no history, and its objectives.
package struct ModelCharter: Sendable, Equatable {
  package var name: String
  /// Nil: the newest version in the repository.
  package var champion: String?
  package var challenger: Deployment.Challenger?
  package var shadow: String?
  package var objective: ServiceObjective?

  package init(
    name: String, champion: String? = nil, challenger: Deployment.Challenger? = nil,
    shadow: String? = nil, objective: ServiceObjective? = nil
  ) {
    self.name = name
    self.champion = champion
    self.challenger = challenger
    self.shadow = shadow
    self.objective = objective
  }

  /// What the first start makes of it.
  ///
  /// - Parameter versions: of the model, as the repository has them.
  /// - Returns: nil when there is no version to serve.
  package func seed(versions: [String], now: Timestamp) -> Deployment? {
    let newest = versions.sorted(by: ModelVersion.isOrdered).last
    guard let champion = champion ?? newest else { return nil }
    return Deployment(
      model: name, revision: 1, champion: champion, championSince: now, challenger: challenger,
      shadow: shadow)
  }

  /// How the audited state, which is in force, differs from the file; nil when it does not.
  package func mismatch(with deployment: Deployment) -> String? {
    var parts: [String] = []
    if let champion, champion != deployment.champion {
      parts.append("champion \(deployment.champion), the configuration says \(champion)")
    }
    if let challenger, challenger != deployment.challenger {
      let found = deployment.challenger.map { "\($0.version) at \($0.weight)" } ?? "none"
      parts.append(
        "challenger \(found), the configuration says \(challenger.version) at \(challenger.weight)")
    }
    if let shadow, shadow != deployment.shadow {
      parts.append("shadow \(deployment.shadow ?? "none"), the configuration says \(shadow)")
    }
    return parts.isEmpty
      ? nil : "serves by its history, not by the configuration: " + parts.joined(separator: "; ")
  }
}
