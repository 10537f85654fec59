package import Domain
import TextUI

/// How the versions of a snapshot stand, the same wherever it is said: what serves badly comes first; what serves well may
/// still answer wrongly, or be asked other things than it has learned, or have an alert.
package struct VersionHealth {
  /// The gravest open alert of each version: of the one that it names, else of its model's champion.
  private let alerts: [ModelVersion: Alert]

  package init(_ snapshot: SystemSnapshot) {
    let named = snapshot.pressingAlerts.map(\.addressed).filter { $0.source == nil }.compactMap {
      alert in
      alert.model.flatMap(snapshot.model).map { model in
        (
          ModelVersion(model: model.name, version: alert.version ?? model.deployment.champion),
          alert
        )
      }
    }
    alerts = Dictionary(named) { $1.severity > $0.severity ? $1 : $0 }
  }

  /// The word is of what makes the tone: what is measured, or where an alert is graver than that, what the alert is of.
  package func of(_ version: VersionSnapshot, in model: ModelSnapshot) -> Health {
    let health = measured(version, in: model)
    // An alert looks back on the requests of before an act: what answers nobody any more does no harm.
    let isOut = version.variant == nil && version.recent.requests == 0
    guard health.tone != .critical, !isOut,
      let alert = alerts[ModelVersion(model: model.name, version: version.version)]
    else { return health }
    switch (alert.severity, health.tone) {
    case (.critical, _), (.warning, .ok), (.warning, .quiet):
      // It may be answered again while its alert looks back on when it was not.
      let isAnswered = alert.ofWhat == "idle" && version.recent.requests > 0
      return Health(alert.severity.tone, isAnswered ? "alert" : alert.ofWhat)
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

extension Alert {
  /// What a part of a series' or a rule's name is of, in the words of `Health` where it has one. The first that fits: names
  /// of several things begin with the one that they are of.
  private static let subjects: [(part: String, word: String)] = [
    ("rollback", "alert"), ("commands_total", "alert"),
    ("model_load", "load"), ("notloaded", "load"), ("loadfail", "load"),
    ("accuracy", "wrong"), ("concept", "wrong"), ("experiment", "worse"), ("worse", "worse"),
    ("drift", "drift"), ("vanished", "drift"), ("shift", "drift"),
    ("label_completeness", "labels"), ("labels", "labels"),
    ("allupstreams", "down"), ("upstream", "upstream"), ("notraffic", "idle"), ("flood", "flood"),
    ("inputreject", "input"),
    ("error", "errors"), ("fail", "errors"), ("latency", "slow"), ("slow", "slow"),
    ("refused", "shed"), ("shed", "shed"),
  ]

  /// What it is of, in a word that fits where a version's status stands: `drift`, `errors`; `alert` where nothing says so.
  var ofWhat: String {
    switch labels["objective"] {
    case "availability": return "errors"
    case "latency": return "slow"
    default: break
    }
    // What stands in braces or as a label says which of a series, not what of.
    let series = (measure ?? "").replacing(
      /\{[^}]*\}|\b(by|without|on|ignoring) *\([^)]*\)/, with: "")
    for text in [series, name].map({ $0.lowercased() }) {
      if let found = Self.subjects.first(where: { text.contains($0.part) }) { return found.word }
    }
    return "alert"
  }
}

extension SystemSnapshot {
  package var versionHealth: VersionHealth { VersionHealth(self) }
}
