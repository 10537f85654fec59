import Domain
import TextUI

/// A console that somebody opened from what a page carries.
extension ConsoleState {
  /// Goes where the console was opened for. What is gone is said, beside what is nearest to it.
  mutating func arrive(in snapshot: SystemSnapshot) {
    guard let destination = configuration.destination else { return }
    switch destination.place {
    case .panel(let panel): self.panel = panel
    case .alert(let id): arrive(at: id, snapshot)
    case .incident(let id): arrive(at: id, snapshot)
    }
    if let time = destination.time { stand(at: time) }
  }

  private mutating func arrive(at id: AlertID, _ snapshot: SystemSnapshot) {
    panel = .alerts
    if openAlert(id) { return }
    let incidents = snapshot.incidents.map(\.incident)
    for incident in incidents {
      guard let alert = incident.alerts.first(where: { $0.id == id }) else { continue }
      selection = Selection(model: incident.model ?? alert.model)
      let end = alert.resolvedAt.map { " since \(wall.short($0, now: serverNow))" } ?? ""
      say("\(alert.name) is over\(end); it was in \(incident.id), which is open", .warn)
      return
    }
    // Short: the line has 80 columns. What is over is kept for 15 min.
    say("no alert \(id) now: over, or another server's; these are here", .warn)
  }

  private mutating func arrive(at id: IncidentID, _ snapshot: SystemSnapshot) {
    guard let incident = snapshot.incidents.first(where: { $0.incident.id == id })?.incident
    else {
      // It is over: what was recorded of it is played, where there is such a one.
      panel = .timeline
      ask(for: id)
      return
    }
    panel = .alerts
    if let model = incident.model { selection = Selection(model: model) }
    let firing = Set(snapshot.alerts.filter(\.isFiring).map(\.id))
    let own = incident.alerts.map(\.id)
    // The page that opened it while it fires, else another that does.
    let order = own.filter(firing.contains) + own
    if order.contains(where: { openAlert($0) }) { return }
    say("\(id) is open, and none of its alerts is here any more", .info)
  }
}
