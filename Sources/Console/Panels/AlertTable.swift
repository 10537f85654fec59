import Domain
import TextUI

/// Groups of alerts as a table. Its columns are chosen for the width.
struct AlertTable {
  private let state: ConsoleState
  private let groups: [AlertGroup]
  private let width: Int

  init(_ state: ConsoleState, _ groups: [AlertGroup], width: Int) {
    self.state = state
    self.groups = groups
    self.width = width
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var rows: [Table.Row] = []
    var selectedRow: Int?
    let selected = state.selectedAlertIndex
    let isSpaced = groups.count + 4 <= rect.height
    for (index, group) in groups.enumerated() {
      if isSpaced, index > 0, section(groups[index - 1]) != section(group) { rows.append(.gap) }
      if index == selected { selectedRow = rows.count }
      rows.append(row(group, index, look))
    }
    Table(columns: columns, rows: rows, selection: selectedRow, gap: width < 130 ? 1 : 2)
      .draw(in: rect, on: &grid, look: look)
  }

  private func section(_ group: AlertGroup) -> Int { group.isOver ? 2 : group.isQuiet ? 1 : 0 }

  private var columns: [Table.Column] {
    let isNarrow = width < 100
    return [
      Table.Column("ALERT", .fixed(6)),
      Table.Column("STATE", .fixed(isNarrow ? 8 : 12)),
      Table.Column("AGE", .fixed(6), align: .right),
      Table.Column("RULE", .flexible(minimum: isNarrow ? 21 : 24, weight: 2, maximum: 34)),
      Table.Column("AND", .fixed(3)),
      Table.Column("MODEL", .flexible(minimum: 11, weight: 1, maximum: 24)),
      Table.Column("VALUE", .fixed(isNarrow ? 12 : 18)),
      Table.Column("WHAT", .flexible(minimum: 26, weight: 5), dropOrder: 1),
    ]
  }

  private func row(_ group: AlertGroup, _ index: Int, _ look: Look) -> Table.Row {
    let alert = group.addressed
    let isDim = group.isOver || group.isQuiet
    let tone: Tone = isDim ? .quiet : .normal
    let name = StyledText(alert.name, isDim ? look.theme.dim : look.theme.text.bold)
    return Table.Row(
      [
        Figures.status(alert.health, look), look.text(alert.standing, tone),
        look.text(age(alert), .quiet), name,
        look.text(group.others.isEmpty ? "" : "+\(min(group.others.count, 99))", .quiet),
        look.text(alert.subject, isDim ? .quiet : .accent),
        alert.tookText.map { look.text($0, .quiet) } ?? look.text(alert.valueText, tone),
        look.text(alert.sourcedSummary, tone),
      ], isAlarm: alert.needsSomebody && alert.severity == .critical, item: index)
  }

  private func age(_ alert: Alert) -> String {
    Format.age(seconds: max(0, state.shownTime.secondsSince(alert.since)).rounded(.down)).shortText
  }
}
