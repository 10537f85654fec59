import Domain
import TextUI

/// Groups of alerts as a table. Its columns are chosen for the width.
struct AlertTable {
  private let state: ConsoleState
  private let groups: [AlertGroup]
  private let width: Int
  /// How wide the owners' column is; nil where there is no room, or nobody is named.
  private let ownerWidth: Int?

  init(_ state: ConsoleState, _ groups: [AlertGroup], width: Int) {
    self.state = state
    self.groups = groups
    self.width = width
    let longest = groups.compactMap { $0.addressed.owner?.displayWidth }.max()
    let most = width < 130 ? 10 : width < 170 ? 16 : 24
    ownerWidth = width < 116 ? nil : longest.map { min(most, max(5, $0)) }
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var rows: [Table.Row] = []
    var selectedRow: Int?
    let selected = state.selectedAlertRow
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

  private func section(_ group: AlertGroup) -> Int {
    group.isHeartbeat ? 3 : group.isOver ? 2 : group.isQuiet ? 1 : 0
  }

  private var columns: [Table.Column] {
    let value = self.value
    let states = groups.map(\.addressed.shortStanding.displayWidth).max() ?? 0
    let standing = isNarrow ? min(12, max(8, states)) : min(width < 130 ? 12 : 18, max(12, states))
    let fixed = 15 + standing + value + (ownerWidth.map { $0 + gap } ?? 0)
    let gaps = (isNarrow ? 6 : 7) * gap
    // With owners the summary gives way first: it stands below for the selected row.
    let summary = ownerWidth == nil || width >= 130 ? AlertTable.leastSummary : 20
    let (rule, model) = AlertTable.widths(
      groups, in: width - 1 - fixed - gaps - (isNarrow ? 0 : summary))
    var columns = [
      Table.Column("ALERT", .fixed(6)),
      Table.Column("STATE", .fixed(standing)),
      Table.Column("AGE", .fixed(6), align: .right),
      Table.Column("RULE", .fixed(rule)),
      Table.Column("AND", .fixed(3)),
      Table.Column("MODEL", .fixed(model), keepsEnds: true),
      Table.Column("VALUE", .fixed(value)),
      Table.Column("WHAT", .flexible(minimum: summary), dropOrder: 1),
    ]
    if let ownerWidth { columns.insert(Table.Column("OWNER", .fixed(ownerWidth)), at: 6) }
    return columns
  }

  private var isNarrow: Bool { width < 100 }
  private static let leastSummary = 26

  /// How wide the column of values is.
  private var value: Int {
    isNarrow ? 12 : min(18, max(12, groups.map(valueWidth).max() ?? 0))
  }

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
    let isDim = group.isOver || group.isQuiet || group.isHeartbeat
    let tone: Tone = isDim ? .quiet : .normal
    let name = StyledText(alert.name, isDim ? look.theme.dim : look.theme.text.bold)
    var cells = [
      Figures.status(alert.health, look), look.text(alert.shortStanding, tone),
      look.text(age(alert), .quiet), name,
      look.text(group.others.isEmpty ? "" : "+\(min(group.others.count, 99))", .quiet),
      look.text(alert.subject, isDim ? .quiet : .accent),
      alert.tookText.map { look.text($0, .quiet) }
        ?? look.text(group.isHeartbeat ? "-" : alert.valueText(in: value), tone),
      look.text(
        alert.aside(in: state.shown, isPast: state.showsPast) + alert.summaryBesideSubject, tone),
    ]
    if ownerWidth != nil { cells.insert(look.text(alert.owner ?? "", tone), at: 6) }
    return Table.Row(
      cells, isAlarm: alert.needsSomebody && alert.severity == .critical, item: index)
  }

  private func age(_ alert: Alert) -> String {
    Format.age(seconds: max(0, state.shownTime.secondsSince(alert.since)).rounded(.down)).shortText
  }
}
