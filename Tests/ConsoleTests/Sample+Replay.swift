import Domain

/// A bad promotion of an hour ago, paged, taken in hand, acted on and closed.
extension Sample {
  /// Seconds from now: the first bad sample, the page, the acknowledgement, the act, its proof and the end.
  enum Step {
    static let active = -3_720.0
    static let page = -3_600.0
    static let ack = -3_540.0
    static let act = -3_480.5
    static let proof = -3_430.0
    static let end = -1_600.0
  }

  static let replayed: IncidentReport = {
    var alert = IncidentAlert(
      id: burn.id, name: burn.name, model: "fraud", severity: .critical, summary: burn.summary,
      activeAt: at(Step.active), firedAt: at(Step.page))
    alert.resolvedAt = at(-3_400)
    var incident = Incident(
      id: IncidentID(12), model: "fraud", title: "ModelErrorBudgetBurnFast (fraud 31)",
      severity: .critical, openedAt: at(Step.page), openedBy: "vigia", detection: alert,
      alerts: [alert])
    incident.acknowledgedAt = at(Step.ack)
    incident.acknowledgedBy = "ana"
    incident.closedAt = at(Step.end)
    func line(_ time: Double, _ actor: String, _ text: String, _ kind: IncidentEntry.Kind)
      -> IncidentEntry
    {
      IncidentEntry(time: at(time), actor: actor, text: text, kind: kind)
    }
    return IncidentReport(
      incident: incident,
      entries: [
        line(Step.page, "vigia", "opened by a page", .opened),
        line(Step.page, "vigia", "ModelErrorBudgetBurnFast fires", .note),
        line(Step.ack, "ana", "took it in hand", .acknowledged(id: burn.id, isTakenBack: false)),
        line(Step.act, "ana", "limited fraud to 200 req/s", .note),
        line(Step.proof, "vigia", "recovered after 50 s", .note),
        line(Step.end, "vigia", "closed: quiet for half an hour", .closed),
      ])
  }()

  /// As a source would answer: the page fires from its second on, and the limit stands in the ledger.
  static func past(_ query: PastQuery) -> SystemSnapshot {
    let isPaged = query.at >= at(Step.page)
    var snapshot = isPaged ? alerted([burn]) : snapshot()
    snapshot.time = query.at
    snapshot.saturation = nil
    if isPaged {
      var incident = replayed.incident
      incident.closedAt = nil
      snapshot.incidents = [IncidentSummary(incident: incident)]
    }
    snapshot.auditHead = query.at >= at(Step.act) ? 41 : 40
    return snapshot
  }
}
