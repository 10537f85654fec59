import Domain
import TextUI

/// All that is known of one group of alerts: what it says, its figures, labels, what people said, and what follows.
struct AlertPage {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot
  /// The one that the next word is about.
  private let alert: Alert
  private let others: [Alert]
  private let words: AlertWords

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot, _ group: AlertGroup) {
    self.state = state
    self.snapshot = snapshot
    alert = group.addressed
    others = group.members.filter { $0.id != group.addressed.id }
    words = AlertWords(state, snapshot)
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(
      "alerts", detail: alert.name, hotkey: "6",
      value: Figures.status(alert.health, look) + look.text("  \(alert.standing)"),
      isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    TextPage(paragraphs(look), firstLine: state.alertList.scroll)
      .draw(in: inner, on: &grid, look: look)
  }

  private func paragraphs(_ look: Look) -> [TextPage.Paragraph] {
    var fields: [(String, String)] = [("what", alert.summary)]
    // The summary stands there already.
    let notes = alert.annotations.filter { $0.key != "summary" && !$0.value.isEmpty }
    fields += notes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    fields.append(("value", alert.valueText))
    fields += times(alert) + said(alert)
    fields.append(
      (
        "labels",
        alert.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
          .joined(separator: "  ")
      ))
    if !alert.group.isEmpty { fields.append(("group", alert.group)) }
    fields.append(("id", "\(alert.id)"))
    let width = min(16, fields.map(\.0.sanitized.displayWidth).max() ?? 0) + 2
    let page = fields.map { name, value in
      TextPage.Paragraph(
        look.text(value),
        marker: look.text(name.truncated(to: width - 2).padded(to: width), .quiet))
    }
    return page + consequences(look)
  }

  private func times(_ alert: Alert) -> [(String, String)] {
    func line(_ time: Timestamp) -> String {
      "\(words.clock(time)), \(Figures.ago(time, state.shownTime))"
    }
    var times = [("true since", line(alert.activeAt))]
    if let fired = alert.firedAt { times.append(("fires since", line(fired))) }
    if let over = alert.resolvedAt {
      times.append(("over since", line(over) + (alert.tookText.map { ", it \($0)" } ?? "")))
    }
    if alert.state == .resolved, alert.firedAt != nil, times.count > 1 { times[1].0 = "fired" }
    return times
  }

  private func said(_ alert: Alert) -> [(String, String)] {
    var said: [(String, String)] = []
    if let one = alert.acknowledgement { said.append(("in hand", words.acknowledgement(one))) }
    if !alert.silencedBy.isEmpty {
      said.append(("silenced by", alert.silencedBy.joined(separator: ", ")))
    }
    if let id = alert.inhibitedBy { said.append(("cause", words.cause(id))) }
    return said
  }

  /// Those of the same cause, a line each.
  private func consequences(_ look: Look) -> [TextPage.Paragraph] {
    guard !others.isEmpty else { return [] }
    let title = StyledText("of the same cause: \(others.count)", look.theme.title)
    return [.gap, TextPage.Paragraph(title)]
      + others.map { alert in
        let told = words.standing(of: alert)
        let rest = [alert.subject, alert.valueText, alert.summary, told].filter { !$0.isEmpty }
        return TextPage.Paragraph(
          look.text("\(alert.name)  ") + look.text(rest.joined(separator: "  "), .quiet),
          marker: Figures.status(alert.health, look)
            + look.text("  \(alert.standing.truncated(to: 12).padded(to: 12)) ", .quiet), indent: 1)
      }
  }
}
