package import Domain
import TextUI

/// The list of alerts and the one that is open.
package struct AlertListState: Sendable, Equatable {
  /// The selected alert, or one of its group; nil is the first of the list.
  package var selected: AlertID?
  /// Whether all that is known of an alert is shown.
  package var isOpen = false
  /// The one that was opened: another that comes before it in its group does not take its place.
  package var opened: AlertID?
  /// The first line shown of it.
  package var scroll = 0
  /// The page beside it, while it is open.
  package var reading: RunbookReading?
  /// Whether keys move in the page rather than in what is known of the alert.
  package var isReading = true
}

extension ConsoleState {
  /// The alerts of what is shown by cause: those that somebody has to look at, then quiet ones, then those that are
  /// over.
  package var alertGroups: [AlertGroup] { shown?.alertGroups ?? [] }

  /// Those of them that pass the filter.
  package var listedAlerts: [AlertGroup] {
    guard filters[.alerts]?.text.isEmpty == false else { return alertGroups }
    return alertGroups.filter { group in
      passesFilter(
        of: .alerts,
        group.members.flatMap { alert in
          [
            alert.summary, alert.health.word, alert.standing, alert.owner ?? "",
          ] + alert.labels.values
        })
    }
  }

  /// The position of the selected group in the list; the first one when the selected alert is gone. Nil where that is a heartbeat
  /// and nobody went to it: nothing is to be done about it.
  var selectedAlertRow: Int? { selectedRow(in: listedAlerts) }

  private func selectedRow(in groups: [AlertGroup]) -> Int? {
    let index = selectedIndex(in: groups)
    guard groups.indices.contains(index) else { return nil }
    let group = groups[index]
    return group.isHeartbeat && !group.members.contains { $0.id == alertList.selected }
      ? nil : index
  }

  private func selectedIndex(in groups: [AlertGroup]) -> Int {
    guard let id = alertList.selected else { return 0 }
    return groups.firstIndex { $0.members.contains { $0.id == id } } ?? 0
  }

  package var selectedAlert: AlertGroup? {
    let groups = listedAlerts
    return selectedRow(in: groups).map { groups[$0] }
  }

  /// The alert that is looked at: the one that was opened, as long as it is there; in the list the one of the selected group
  /// that the next word is about.
  var regardedAlert: Alert? {
    let group = selectedAlert
    if alertList.isOpen, let id = alertList.opened,
      let alert = group?.members.first(where: { $0.id == id })
    {
      return alert
    }
    return group?.addressed
  }

  /// The model and version that the selected alert names, so that an act is about what is looked at; nil where it
  /// names none that is served.
  var alertedVersion: (model: ModelSnapshot, version: String)? {
    let alert = alertList.isOpen ? regardedAlert : selectedAlert?.lead
    guard let shown, let alert, let name = alert.model, let model = shown.model(name) else {
      return nil
    }
    let version = alert.version.flatMap { model.version($0)?.version }
    return (model, version ?? model.deployment.champion)
  }

  /// Keeps hold of the selected alert, so that the next key is about the one that is looked at, wherever in the list
  /// it goes.
  mutating func holdAlert() {
    guard panel == .alerts else { return }
    alertList.selected = alertList.isOpen ? regardedAlert?.id : selectedAlert?.id
  }

  // MARK: Keys

  mutating func moveInAlerts(_ intent: Intent) {
    let groups = listedAlerts
    let at = selectedIndex(in: groups)
    if let target = intent.target(from: at, count: groups.count) {
      guard !groups.isEmpty else { return }
      // Whoever moves means this alert, not whichever is first.
      alertList.selected = groups[min(max(target, 0), groups.count - 1)].id
      return
    }
    switch intent {
    case .open:
      guard let group = selectedAlert else {
        say(
          groups.first.map {
            "nothing fires: \($0.lead.name) is the heartbeat, \(key(.down)) goes to it"
          } ?? "there is no alert to open", .quiet)
        return
      }
      open(group.addressed, in: group)
    case .back: if !clearFilter() { panel = .overview }
    default: break
    }
  }

  /// Opens an alert with its page, in whichever group it stands; false where it is not there.
  mutating func openAlert(_ id: AlertID) -> Bool {
    for group in alertGroups {
      guard let alert = group.members.first(where: { $0.id == id }) else { continue }
      open(alert, in: group)
      return true
    }
    return false
  }

  private mutating func open(_ alert: Alert, in group: AlertGroup) {
    alertList = AlertListState(selected: alert.id, isOpen: true, opened: alert.id)
    alertList.reading = RunbookReading(.page(forAlert: alert.name, model: alert.model))
  }

  /// Keys while one group is open; false passes the key on.
  mutating func takeInAlert(_ intent: Intent) -> Bool {
    switch intent {
    case .back:
      alertList.isOpen = false
      alertList.opened = nil
      alertList.reading = nil
    case .open, .nextModel, .previousModel: alertList.isReading.toggle()
    case .filter:
      alertList.isOpen = false
      return false
    case .down: alertList.scroll += 1
    case .up: alertList.scroll -= 1
    case .pageDown: alertList.scroll += 10
    case .pageUp: alertList.scroll -= 10
    case .first: alertList.scroll = 0
    default: return false
    }
    alertList.scroll = min(max(0, alertList.scroll), 400)
    return true
  }

  /// What is looked at goes along to the next panel: the alert's model and version.
  mutating func followAlert(to next: PanelID) {
    guard panel == .alerts, next != .alerts, next != .overview, let alertedVersion else { return }
    selection = Selection(model: alertedVersion.model.name, version: alertedVersion.version)
    latencyVersion = nil
    drift = DriftState()
  }

  /// Leaves the page of an alert that is there no more, not even as over: another one of its group is not what was read. A
  /// question that was opened from it waits for a second look.
  mutating func leaveGoneAlert(_ next: SystemSnapshot, after previous: SystemSnapshot) {
    guard pause == nil, alertList.isOpen, let id = alertList.opened,
      let gone = previous.alerts.first(where: { $0.id == id }),
      !next.alerts.contains(where: { $0.id == id })
    else { return }
    alertList = AlertListState()
    guard panel == .alerts else { return }
    let words = "\(gone.named) is there no more"
    say(words, .warn)
    guard case .act(var asking) = dialog, asking.commandID == nil else { return }
    asking.disarm(at: now)
    asking.note = ActDialog.Note(tone: .warn, text: "changed meanwhile: \(words); look again")
    dialog = .act(asking)
  }

  /// Says which alerts began to fire, whatever panel is shown; while it is paused, which pages did.
  mutating func announce(_ next: SystemSnapshot, after previous: SystemSnapshot) {
    let firing = Set(previous.alerts.filter(\.isFiring).map(\.id))
    let news = next.alerts.filter { $0.needsSomebody && !firing.contains($0.id) }
    guard let gravest = news.max(by: { $0.severity < $1.severity }),
      pause == nil || replay != nil || gravest.severity == .critical
    else { return }
    let rest = news.count == 1 ? "" : ", and \(news.count - 1) more"
    let (place, way) =
      replay == nil ? ("", "(6)") : ("now, not in this replay: ", "(\(key(.goLive)) is live)")
    say(
      "\(place)\(gravest.name) fires: \(gravest.summary)\(rest)  \(way)", gravest.severity.tone)
  }
}
