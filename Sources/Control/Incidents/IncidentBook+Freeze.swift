package import Domain

extension IncidentBook {
  /// So long at most: a freeze must have an end, also of an incident that everybody forgot.
  static let longestFreeze = 30 * 86_400.0

  /// The deployment as an open incident wants it: no promotions meanwhile, and none refused for its sake afterwards.
  ///
  /// What a person froze is left alone, and what a person thawed stays so. The revision stays, too: no traffic moves, and a
  /// rescue that somebody is about to confirm must not look stale for this.
  ///
  /// - Returns: nil where it is so already.
  package func frozen(_ deployment: Deployment, at now: Timestamp) -> Deployment? {
    var next = deployment
    if let id = deployment.freeze?.incident,
      openIncident(of: deployment.model).map({ $0.id != id || !$0.freezesPromotions }) ?? true
    {
      next.freeze = nil
    }
    if let incident = openIncident(of: deployment.model), incident.freezesPromotions,
      next.activeFreeze(at: now) == nil,
      // One that has reached its end is not begun again.
      now.secondsSince(incident.openedAt) < Self.longestFreeze
    {
      next.freeze = Deployment.Freeze(
        until: incident.openedAt.adding(seconds: Self.longestFreeze), by: Principal.vigia.name,
        reason: "\(incident.id) is open: \(incident.title)", incident: incident.id)
    }
    return next == deployment ? nil : next
  }

  /// The line that says so in the timeline.
  package mutating func take(
    freezeOf deployment: Deployment, at now: Timestamp
  ) -> IncidentChange {
    var change = IncidentChange()
    guard let id = deployment.freeze?.incident else { return change }
    update(&change, .one(id)) { page, change in
      change.add(
        IncidentEntry(
          time: now, actor: Principal.vigia.name,
          text: "promotions of \(deployment.model) are refused until \(id) is closed",
          kind: .freeze(isOn: true)), to: id)
    }
    return change
  }
}
