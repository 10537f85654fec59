package import Domain

/// Where a console begins, in the words that a page carries: `alert/ID`, `incident/ID`, or a panel's name.
package struct Destination: Sendable, Equatable {
  package var place: Place
  /// The moment to stand at; nil for the present.
  package var time: Timestamp?

  package enum Place: Sendable, Equatable {
    case alert(AlertID)
    case incident(IncidentID)
    case panel(PanelID)
  }

  package init(_ place: Place, time: Timestamp? = nil) {
    self.place = place
    self.time = time
  }

  /// Reads the words; those of a panel may be its key.
  package static func place(_ text: String) -> Result<Place, Problem> {
    let words = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    switch (words[0], words.count) {
    case ("alert", 2):
      return AlertID(String(words[1])).map { .success(.alert($0)) } ?? .failure(.noAlertID(text))
    case ("incident", 2):
      return IncidentID(String(words[1])).map { .success(.incident($0)) }
        ?? .failure(.noIncidentID(text))
    default:
      let panel = PanelID.allCases.first { $0.name == text || "\($0.key)" == text }
      return panel.map { .success(.panel($0)) } ?? .failure(.unknown(text))
    }
  }

  package enum Problem: Error, Sendable, Equatable {
    case noAlertID(String)
    case noIncidentID(String)
    case unknown(String)
  }
}

extension Destination.Place {
  /// Whether what it names is in a snapshot. A panel always is.
  package func isKnown(in snapshot: SystemSnapshot) -> Bool {
    switch self {
    case .alert(let id): snapshot.alerts.contains { $0.id == id }
    case .incident(let id): snapshot.incidents.contains { $0.incident.id == id }
    case .panel: true
    }
  }
}
