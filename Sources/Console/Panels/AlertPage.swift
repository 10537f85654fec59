import Domain
import TextUI

/// An open alert: its series, all that is known of it, the page that says what to do, and what changed.
struct AlertPage {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot
  /// The one that was opened.
  private let alert: Alert
  private let others: [Alert]

  init(
    _ state: ConsoleState, _ snapshot: SystemSnapshot, _ alert: Alert, in group: AlertGroup
  ) {
    self.state = state
    self.snapshot = snapshot
    self.alert = alert
    others = group.members.filter { $0.id != alert.id }
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let layout = AlertPageLayout(state, in: rect)
    if !layout.chart.isEmpty {
      AlertChart(state, alert).draw(in: layout.chart, on: &grid, look: look)
    }
    let isReading = state.alertList.isReading
    let inner = Panel(
      "alerts", detail: alert.name, hotkey: "6",
      value: Figures.status(alert.health, look) + look.text("  \(alert.standing)"),
      isFocused: !isReading
    ).draw(in: layout.facts, on: &grid, look: look)
    TextPage(
      AlertFacts(state, snapshot, alert, others).paragraphs(look),
      firstLine: state.alertList.scroll
    ).draw(in: inner, on: &grid, look: look)
    if let reading = state.alertList.reading {
      RunbookPane(state, reading, hotkey: "b", isFocused: isReading)
        .draw(in: layout.runbook, on: &grid, look: look)
    }
    if !layout.changes.isEmpty { drawChanges(in: layout.changes, on: &grid, look: look) }
  }

  /// What was done and found about its model, newest first.
  private func drawChanges(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel("timeline", detail: alert.model ?? "", hotkey: "9")
      .draw(in: rect, on: &grid, look: look)
    let entries = state.timelineEntries.filter { alert.model == nil || $0.model == alert.model }
    guard !entries.isEmpty else {
      EmptyState("nothing was changed lately").draw(in: inner, on: &grid, look: look)
      return
    }
    for (index, entry) in entries.prefix(inner.height).enumerated() {
      let line =
        look.text(state.wall.short(entry.time, now: state.shownTime) + "  ", .quiet)
        + look.text(entry.summary, entry.outcome == .refused ? .warn : .normal)
      grid.write(
        line, in: inner.row(index).inset(left: 1, right: 1), ellipsis: look.glyphs.ellipsis)
    }
  }
}
