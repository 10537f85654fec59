/// An incident with what every console shows of it.
package struct IncidentSummary: Codable, Sendable, Equatable, Identifiable {
  package var incident: Incident
  /// Those that are ticked now, in the order in which they were.
  package var steps: [TickedStep]

  package var id: IncidentID { incident.id }

  package init(incident: Incident, steps: [TickedStep] = []) {
    self.incident = incident
    self.steps = steps
  }

  package func isTicked(_ step: RunbookStep.ID, of runbook: Runbook.ID) -> Bool {
    steps.contains { $0.step == step && $0.runbook == runbook }
  }
}

/// A step of a runbook that somebody has done.
package struct TickedStep: Codable, Sendable, Equatable {
  package var runbook: Runbook.ID
  package var step: RunbookStep.ID
  /// As it read then: the page may change.
  package var text: String
  package var by: String
  package var at: Timestamp

  package init(
    runbook: Runbook.ID, step: RunbookStep.ID, text: String, by: String, at: Timestamp
  ) {
    self.runbook = runbook
    self.step = step
    self.text = text
    self.by = by
    self.at = at
  }
}

/// All that there is of one incident: `GET /vigia/v1/incidents/{id}`.
package struct IncidentReport: Codable, Sendable, Equatable {
  package var incident: Incident
  package var steps: [TickedStep]
  /// Oldest first.
  package var entries: [IncidentEntry]

  package init(incident: Incident, steps: [TickedStep] = [], entries: [IncidentEntry] = []) {
    self.incident = incident
    self.steps = steps
    self.entries = entries
  }
}

/// Which incidents, newest first.
package struct IncidentQuery: Sendable, Equatable {
  package var model: String?
  /// Nil: open and closed ones.
  package var isOpen: Bool?
  /// Only those with a lower number, for the next page.
  package var before: IncidentID?
  package var limit: Int

  package init(
    model: String? = nil, isOpen: Bool? = nil, before: IncidentID? = nil, limit: Int = 50
  ) {
    self.model = model
    self.isOpen = isOpen
    self.before = before
    self.limit = limit
  }
}

/// What is remembered of earlier incidents in which an alert of this name fired.
package struct IncidentPrecedent: Codable, Sendable, Equatable {
  /// The alert's name.
  package var alert: String
  /// Of closed incidents.
  package var count: Int
  package var last: IncidentID
  package var lastOpenedAt: Timestamp
  /// The command's word of the last act that helped; nil where none is known to have.
  package var fix: String?

  package init(
    alert: String, count: Int, last: IncidentID, lastOpenedAt: Timestamp, fix: String? = nil
  ) {
    self.alert = alert
    self.count = count
    self.last = last
    self.lastOpenedAt = lastOpenedAt
    self.fix = fix
  }

  /// Nil where the alert was in none of these.
  ///
  /// - Parameter incidents: closed ones, newest first.
  package init?(alert: String, among incidents: [Incident]) {
    let seen = incidents.filter { $0.alerts.contains { $0.name == alert } }
    guard let last = seen.first else { return nil }
    self.init(
      alert: alert, count: seen.count, last: last.id, lastOpenedAt: last.openedAt,
      fix: seen.lazy.compactMap(\.mitigation?.action).first)
  }

  /// `seen 4x, last fixed by rollback`.
  package var words: String {
    "seen \(count)x" + (fix.map { ", last fixed by \($0)" } ?? "")
  }
}
