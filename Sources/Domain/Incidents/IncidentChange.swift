/// What is to be stored of incidents, all or nothing.
package struct IncidentChange: Sendable, Equatable {
  /// As they stand from now on.
  package var incidents: [Incident]
  /// To be added, in this order.
  package var entries: [Line]

  package struct Line: Sendable, Equatable {
    package var incident: IncidentID
    package var entry: IncidentEntry

    package init(incident: IncidentID, entry: IncidentEntry) {
      self.incident = incident
      self.entry = entry
    }
  }

  package init(incidents: [Incident] = [], entries: [Line] = []) {
    self.incidents = incidents
    self.entries = entries
  }

  package var isEmpty: Bool { incidents.isEmpty && entries.isEmpty }
}
