import Domain
import TextUI

/// The inbox: a line for each cause, and all that is known of one when it is opened.
struct AlertsPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let groups = state.listedAlerts
    if state.alertList.isOpen, let group = state.selectedAlert,
      let alert = state.regardedAlert
    {
      AlertPage(state, snapshot, alert, in: group).draw(in: rect, on: &grid, look: look)
      return
    }
    let inner = Panel(
      "alerts", detail: state.cursorTime, hotkey: "6",
      value: counts(look), isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    guard !groups.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let facts = facts(look).flatMap { $0.wrapped(to: max(1, inner.width - 2), lines: 2, look) }
    let shown = min(facts.count, max(0, inner.height - 6))
    let parts = inner.rows([.rest, .fixed(shown == 0 ? 0 : shown + 1)])
    AlertTable(state, groups, width: inner.width).draw(in: parts[0], on: &grid, look: look)
    for (index, line) in facts.prefix(shown).enumerated() {
      grid.write(
        line, in: parts[1].row(index + 1).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
  }

  /// How many there are, the gravest first.
  private func counts(_ look: Look) -> StyledText {
    let open = snapshot.openAlerts
    var parts = AlertCounts(open).texts(look)
    let groups = state.alertGroups.filter { !$0.isHeartbeat }
    let rest = [
      (groups.count { !$0.isOver && !$0.isQuiet } - open.count, "pending"),
      (groups.count { !$0.isOver && $0.isQuiet }, "quiet"), (groups.count(where: \.isOver), "over"),
    ]
    parts += rest.filter { $0.0 > 0 }.map { look.text("\($0.0) \($0.1)", .quiet) }
    if parts.isEmpty, snapshot.alertRules == 0 { return look.status(.warn, "no rules") }
    return parts.isEmpty ? look.status(.ok, "none") : StyledText.joined(parts, separator: "  ")
  }

  private var empty: EmptyState {
    guard state.alertGroups.isEmpty else {
      return EmptyState("no alert passes the filter", hints: [Hint("Esc", "clears")])
    }
    if snapshot.alertRules == 0 {
      return EmptyState(
        "This server has no rules that alert, so that nobody is alerted. Name their files in `rules` of its "
          + "configuration, or keep the folder rules that comes with Vigia beside the binary, and start it again; "
          + "`vigia rules list` shows what is in force.",
        hints: [Hint("1", "overview"), Hint("9", "timeline")], tone: .warn)
    }
    if state.showsPast {
      return EmptyState(
        "no alert fired then, and none was over in the 15 min before; which were pending is not kept.",
        hints: [Hint("1", "overview"), Hint("9", "timeline")])
    }
    let since = state.wall.short(snapshot.server.startedAt, now: state.shownTime)
    return EmptyState(
      "no alert is pending or fires, and none was over in the last 15 min. This server looks at its "
        + "rules since \(since); `vigia rules list` shows them.",
      hints: [Hint("1", "overview"), Hint("9", "timeline")])
  }

  /// Of the selected one: what it says, and what was said of it.
  private func facts(_ look: Look) -> [StyledText] {
    guard let group = state.selectedAlert else {
      guard let heartbeat = state.listedAlerts.first(where: \.isHeartbeat) else { return [] }
      return [
        look.text("Nothing fires but the heartbeat. \(heartbeat.lead.name) always does: ")
          + look.text("whoever receives it outside is told when it no longer comes.", .quiet)
      ]
    }
    let alert = group.addressed
    var facts = [
      look.text(
        alert.aside(in: snapshot, isPast: state.showsPast) + alert.sourcedSummary,
        alert.state == .resolved ? .quiet : .normal)
    ]
    let owner = alert.owner.map { "owner \($0)" } ?? ""
    let words = [owner, AlertWords(state, snapshot).standing(of: alert)].filter { !$0.isEmpty }
    if !words.isEmpty { facts.append(look.text(words.joined(separator: "; "), .quiet)) }
    return facts
  }
}

/// What is said of an alert, in sentences.
struct AlertWords {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func clock(_ time: Timestamp) -> String { state.wall.short(time, now: state.shownTime) }

  func acknowledgement(_ one: Acknowledgement) -> String {
    let until = one.until.map { " until \(clock($0))" } ?? " until it is over"
    return "\(one.by) has it in hand since \(clock(one.at))\(until)"
      + (one.note.isEmpty ? "" : ": \(one.note)")
  }

  /// `ada until 14:30: planned`; of a server that tells only which silences they are, those.
  func silenced(_ alert: Alert) -> String {
    guard let silences = alert.silences else { return alert.silencedBy.joined(separator: ", ") }
    return silences.map(state.words(of:)).joined(separator: "; by ")
  }

  /// The cause by its name where it is known here.
  func cause(_ id: AlertID) -> String {
    guard let cause = snapshot.alerts.first(where: { $0.id == id }) else { return "alert \(id)" }
    return [cause.name, cause.subject].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The source with how it stands, where it is known here: an alert of one that is down is as it was.
  func source(_ name: String) -> String {
    guard let source = snapshot.sources.first(where: { $0.name == name }) else { return name }
    let now = state.shownTime
    return "\(name), \(source.health(at: now).word), \(source.words(at: now))"
  }

  /// Who has it, what keeps it quiet, and how long it took; empty where nothing was said.
  func standing(of alert: Alert) -> String {
    var parts: [String] = []
    if let one = alert.acknowledgement { parts.append(acknowledgement(one)) }
    if !alert.silencedBy.isEmpty { parts.append("silenced by \(silenced(alert))") }
    if let id = alert.inhibitedBy { parts.append("follows from \(cause(id))") }
    if let took = alert.tookText { parts.append("over since \(clock(alert.since)), it \(took)") }
    return parts.joined(separator: "; ")
  }
}

extension ConsoleState {
  /// `ada until 14:30:00: planned`.
  func words(of silence: Silence) -> String {
    "\(silence.createdBy) until \(wall.short(silence.endsAt, now: shownTime))"
      + (silence.comment.isEmpty ? "" : ": \(silence.comment)")
  }
}
