package import Domain
import TextUI

/// How the versions of a snapshot stand, the same wherever it is said: what serves badly comes first; what serves well may
/// still answer wrongly, or be asked other things than it has learned, or have an alert.
package struct VersionHealth {
  /// The gravest open alert of each version: of the one that it names, else of its model's champion.
  private let alerts: [ModelVersion: Alert.Severity]

  package init(_ snapshot: SystemSnapshot) {
    let named = snapshot.pressingAlerts.map(\.addressed).filter { $0.source == nil }.compactMap {
      alert in
      alert.model.flatMap(snapshot.model).map { model in
        (
          ModelVersion(model: model.name, version: alert.version ?? model.deployment.champion),
          alert.severity
        )
      }
    }
    alerts = Dictionary(named, uniquingKeysWith: max)
  }

  package func of(_ version: VersionSnapshot, in model: ModelSnapshot) -> Health {
    let health = measured(version, in: model)
    guard health.tone != .critical,
      let alert = alerts[ModelVersion(model: model.name, version: version.version)]
    else { return health }
    let isWell = health.tone == .ok
    switch (alert, health.tone) {
    case (.critical, _): return Health(.critical, isWell ? "alert" : health.word)
    case (.warning, .ok), (.warning, .quiet):
      return Health(.warn, isWell ? "alert" : health.word)
    default: return health
    }
  }

  private func measured(_ version: VersionSnapshot, in model: ModelSnapshot) -> Health {
    let health = Health(version, objective: model.objective)
    guard health.tone == .ok, version.variant != .shadow, let judgement = model.judgement else {
      return health
    }
    if judgement.concept(of: version.version)?.state == .drift { return Health(.critical, "wrong") }
    if let wrong = judgement.accuracyHealth(of: version.version), wrong.tone != .ok { return wrong }
    let isDrifting = judgement.drift(of: version.version)?.openSince != nil
    return isDrifting ? Health(.warn, "drift") : health
  }
}

extension SystemSnapshot {
  package var versionHealth: VersionHealth { VersionHealth(self) }
}
