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
    Table(columns: columns, rows: rows, selection: selectedRow, gap: gap)
      .draw(in: rect, on: &grid, look: look)
  }

  private var gap: Int { width < 130 ? 1 : 2 }

  private func section(_ group: AlertGroup) -> Int { group.isOver ? 2 : group.isQuiet ? 1 : 0 }

  private var columns: [Table.Column] {
    let isNarrow = width < 100
    let value = isNarrow ? 12 : min(18, max(12, groups.map(valueWidth).max() ?? 0))
    let fixed = (isNarrow ? 23 : 27) + value
    let gaps = (isNarrow ? 6 : 7) * gap
    let (rule, model) = AlertTable.widths(
      groups, in: width - 1 - fixed - gaps - (isNarrow ? 0 : AlertTable.leastSummary))
    return [
      Table.Column("ALERT", .fixed(6)),
      Table.Column("STATE", .fixed(isNarrow ? 8 : 12)),
      Table.Column("AGE", .fixed(6), align: .right),
      Table.Column("RULE", .fixed(rule)),
      Table.Column("AND", .fixed(3)),
      Table.Column("MODEL", .fixed(model), keepsEnds: true),
      Table.Column("VALUE", .fixed(value)),
      Table.Column("WHAT", .flexible(minimum: AlertTable.leastSummary), dropOrder: 1),
    ]
  }

  private static let leastSummary = 26

  private func valueWidth(_ group: AlertGroup) -> Int {
    (group.addressed.tookText ?? group.addressed.valueText).displayWidth
  }

  /// What the names of rules and of what they are about need, the rules' cut first where there is no room for both.
  static func widths(_ groups: [AlertGroup], in room: Int) -> (rule: Int, model: Int) {
    let names = groups.map(\.addressed.name.displayWidth).max() ?? 0
    let subjects = groups.map(\.addressed.subject.displayWidth).max() ?? 0
    let model = min(max(8, subjects), 24, max(13, room - names))
    return (rule: max(8, min(names, 34, room - model)), model: model)
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
