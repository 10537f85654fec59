/// Alerts that have one cause, in one line.
package struct AlertGroup: Sendable, Equatable, Identifiable {
  /// The one to act on.
  package var lead: Alert
  /// Its consequences, and those of the same rule for the same model.
  package var others: [Alert]

  package var id: AlertID { lead.id }

  /// - Parameter alerts: in the order in which they are shown.
  package static func groups(of alerts: [Alert]) -> [AlertGroup] {
    let known = Dictionary(alerts.map { ($0.id, $0) }) { first, _ in first }
    /// The end of the chain of causes.
    func root(_ alert: Alert) -> Alert {
      var (current, seen) = (alert, Set([alert.id]))
      while let next = current.inhibitedBy.flatMap({ known[$0] }), seen.insert(next.id).inserted {
        current = next
      }
      return current
    }
    var groups: [AlertGroup] = []
    var places: [String: Int] = [:]
    for alert in alerts {
      let lead = root(alert)
      let key = [
        lead.name, lead.model ?? "", lead.source ?? "", lead.state == .resolved ? "over" : "",
      ].joined(separator: "\u{0}")
      if let place = places[key] {
        if groups[place].lead.id != alert.id { groups[place].others.append(alert) }
      } else {
        places[key] = groups.count
        groups.append(AlertGroup(lead: lead, others: lead.id == alert.id ? [] : [alert]))
      }
    }
    return groups
  }
}
