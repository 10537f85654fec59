import Domain
import TextUI

/// What happened while nobody looked, in a few lines on the overview, until it is dismissed.
struct AbsenceBox {
  private let state: ConsoleState
  private let absence: Absence

  init(_ state: ConsoleState, _ absence: Absence) {
    self.state = state
    self.absence = absence
  }

  /// With its border; as much as a fifth of the screen, at least two lines.
  func height(in rows: Int, look: Look) -> Int {
    2 + min(lines(look).count, max(2, rows / 5 - 2))
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let seconds = absence.until.secondsSince(absence.since)
    let inner = Panel(
      "since you last looked", detail: state.wall.short(absence.since, now: absence.until),
      value: look.text("\(Format.age(seconds: seconds).shortText) away   ", .quiet)
        + Hint("Esc", "dismisses").text(look)
    ).draw(in: rect, on: &grid, look: look)
    let lines = lines(look)
    let hidden = lines.count - inner.height
    for (index, line) in lines.prefix(inner.height).enumerated() {
      let more =
        index == inner.height - 1 && hidden > 0
        ? look.text("  and \(hidden) more  (\(PanelID.timeline.key))", .quiet) : ""
      let place = inner.row(index).inset(left: 1)
      grid.write(line, in: place.inset(right: more.width), ellipsis: look.glyphs.ellipsis)
      grid.write(more, in: place, align: .right)
    }
  }

  /// Alerts that still fire, what was done and what came of it, alerts that are over.
  private func lines(_ look: Look) -> [StyledText] {
    // What follows from another is told by that one.
    let alerts = absence.alerts.filter { $0.inhibitedBy == nil }
    let open = alerts.filter(\.isFiring).sorted { $0.severity > $1.severity }
    let over = alerts.filter { !$0.isFiring }
    let lines =
      open.map { alert($0, look) }
      + state.absenceEntries.filter(\.isTold).map { entry($0, look) }
      + over.map { alert($0, look) }
    return lines.isEmpty
      ? [look.text("no alert fired, and nobody changed anything", .quiet)] : lines
  }

  private func alert(_ alert: Alert, _ look: Look) -> StyledText {
    let time = look.text(time(alert.firedAt ?? alert.activeAt) + "  ", .quiet)
    let what = alert.subject.isEmpty ? alert.name : "\(alert.name) of \(alert.subject)"
    guard let took = alert.tookText else {
      return time + look.status(alert.severity.tone, "fires")
        + look.text("  \(what): \(alert.summary)")
    }
    return time + look.status(.ok, "over") + look.text("  \(what), \(took)")
  }

  private func entry(_ entry: AuditEntry, _ look: Look) -> StyledText {
    let who = entry.outcome == .event ? "" : "  by \(entry.principal.name)"
    return look.text(time(entry.time) + "  ", .quiet)
      + look.status(entry.health.tone, entry.health.word)
      + look.text("  \(entry.summary)") + look.text(who, .quiet)
  }

  private func time(_ time: Timestamp) -> String {
    state.wall.short(time, now: absence.until).padded(to: 11)
  }
}

extension AuditEntry {
  /// Commands, and the events that say whether one helped; a reference that was made is no news.
  fileprivate var isTold: Bool {
    outcome != .event || Recovery.Stage(rawValue: action) != nil
      || ["start", "clock-jump", Self.doubtAction].contains(action)
  }
}
