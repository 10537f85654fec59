import Domain
import TextUI

/// The alerts that somebody has to look at, for the foot of the overview.
struct AlertsBox {
  private let state: ConsoleState
  private let groups: [AlertGroup]

  init(_ state: ConsoleState, _ groups: [AlertGroup]) {
    self.state = state
    self.groups = groups
  }

  /// More of them are counted, not listed.
  private static let most = 4
  private static let leastSummary = 24

  /// What the box would have; nothing without an alert.
  static func height(_ groups: [AlertGroup]) -> Int {
    groups.isEmpty ? 0 : min(groups.count, most) + (groups.count > most ? 3 : 2)
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(
      "alerts", hotkey: "6",
      value: StyledText.joined(AlertCounts(groups).texts(look), separator: "  ")
    ).draw(in: rect, on: &grid, look: look)
    grid.mark(inner, .key("6"))
    let room = min(AlertsBox.most, groups.count <= inner.height ? inner.height : inner.height - 1)
    let listed = groups.prefix(max(0, room))
    let gap = inner.width < 100 ? 1 : 2
    let (rule, model) = AlertTable.widths(
      Array(listed), in: inner.width - 1 - 15 - 5 * gap - AlertsBox.leastSummary)
    let named = 1 + 15 + 5 * gap + rule + model + AlertsBox.leastSummary
    Table(
      columns: [
        Table.Column("", .fixed(6)),
        Table.Column("", .fixed(rule)),
        Table.Column("", .fixed(3)),
        Table.Column("", .fixed(model), dropOrder: 1),
        Table.Column("", .flexible(minimum: AlertsBox.leastSummary)),
        Table.Column("", .fixed(6), align: .right),
      ], rows: listed.map { row($0, isNamed: named <= inner.width, look) }, showsHeader: false,
      gap: gap
    ).draw(
      in: Rect(x: inner.x, y: inner.y, width: inner.width, height: listed.count), on: &grid,
      look: look)
    if groups.count > listed.count, listed.count < inner.height {
      let more = look.text("\(groups.count - listed.count) more: ", .quiet)
      let line = inner.row(listed.count)
      grid.write(more + StyledText("6", look.theme.accent.bold), in: line.inset(left: 1))
    }
  }

  /// - Parameter isNamed: whether there is room for the column of subjects.
  private func row(_ group: AlertGroup, isNamed: Bool, _ look: Look) -> Table.Row {
    let alert = group.addressed
    let age = max(0, state.shownTime.secondsSince(alert.since)).rounded(.down)
    return Table.Row([
      Figures.status(alert.health, look), StyledText(alert.name, look.theme.text.bold),
      look.text(group.others.isEmpty ? "" : "+\(min(group.others.count, 99))", .quiet),
      look.text(alert.subject, .accent),
      look.text(
        alert.aside(in: state.shown, isPast: state.showsPast)
          + (isNamed ? alert.summaryBesideSubject : alert.summary)),
      look.text(Format.age(seconds: age).shortText, .quiet),
    ])
  }
}
