import Domain

extension IncidentReport {
  /// With everything that an incident can have, so that its schema is held against all of it.
  static var full: IncidentReport {
    let time = Timestamp(seconds: 1_700_000_000)
    let command = CommandID(random: (1, 2))
    let alert = IncidentAlert(
      id: AlertID(["alertname": "A"]), name: "A", model: "m", severity: .critical, summary: "s",
      activeAt: time, firedAt: time, resolvedAt: time, times: 2)
    var incident = Incident(
      id: IncidentID(1), model: "m", title: "A (m)", severity: .critical, openedAt: time,
      openedBy: "vigia", detection: alert, alerts: [alert])
    incident.acknowledgedAt = time
    incident.acknowledgedBy = "ana"
    incident.mitigation = .init(at: time, commandID: command, action: "rollback", by: "ana")
    incident.quietSince = time
    incident.closedAt = time
    incident.closedBy = "vigia"
    incident.closeReason = "quiet"
    let proportion = Recovery.Proportion(count: 1, total: 2, low: 0, high: 1)
    let proof = Recovery(
      commandID: command, model: "m", from: "2", to: "1", switchedAt: time,
      status: .recovered(seconds: 41), requests: 2, errors: proportion, slow: proportion,
      errorsBefore: proportion, slowBefore: proportion)
    let kinds: [IncidentEntry.Kind] = [
      .opened, .alertFired(id: alert.id, name: "A"), .alertResolved(id: alert.id, name: "A"),
      .acknowledged(id: alert.id, isTakenBack: false), .silenced(id: "s", isEnded: true),
      .stepTicked(runbook: "A", step: "0f", isDone: true),
      .action(
        act: .init(
          commandID: command, name: "rollback", outcome: .done, from: "2", to: "1", evidence: "{}")),
      .recovery(proof: proof), .freeze(isOn: true), .note, .configuration, .clock(seconds: -2.5),
      .closed,
    ]
    return IncidentReport(
      incident: incident,
      steps: [TickedStep(runbook: "A", step: "0f", text: "Look", by: "ana", at: time)],
      entries: kinds.map { IncidentEntry(time: time, actor: "ana", text: "t", kind: $0) })
  }
}
