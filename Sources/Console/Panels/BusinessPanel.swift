import Domain
import TextUI

/// What each model is worth: objectives, accuracy, cost, satisfaction. The page to show to others: no figure
/// on it needs the other panels.
struct BusinessPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let isWide = rect.width >= 110
    let models = snapshot.models
    let wanted = models.count + (isWide ? 5 : 3)
    let rows = rect.rows([
      .fixed(min(wanted, max(5, rect.height / 2))), .fixed(7), .rest,
    ])
    let cells = BusinessCells(isWide: isWide, look: look)
    let inner = Panel(
      "business",
      detail: "last 24 h, objectives \(objectivesTime)"
        + (snapshot.server.isDemo ? ", without the backfill" : ""), hotkey: "B",
      isFocused: true
    ).draw(in: rows[0], on: &grid, look: look)
    Table(
      columns: cells.columns(first: "MODEL", last: "BUDGET LEFT"),
      rows: models.map { row($0, cells) },
      selection: models.firstIndex { $0.name == state.selected?.model.name },
      headerGap: isWide ? 1 : 0, gap: isWide ? 2 : 1
    ).draw(in: inner, on: &grid, look: look)
    guard let model = state.selected?.model else { return }
    ObjectivesBox(model, isPast: state.showsPast).draw(in: rows[1], on: &grid, look: look)
    PeriodsBox(state, model, cells).draw(in: rows[2], on: &grid)
  }

  /// Over how long they were observed: how long that is stands with each below.
  private var objectivesTime: String {
    let projected = Set(
      snapshot.models.flatMap { $0.judgement?.objectives ?? [] }.map { $0.isProjected == true })
    return projected.isSubset(of: [false])
      ? "over 30 days" : projected == [true] ? "so far" : "over up to 30 days"
  }

  private func row(_ model: ModelSnapshot, _ cells: BusinessCells) -> Table.Row {
    let look = cells.look
    let judgement = model.judgement
    func objective(_ kind: ObjectiveSummary.Kind) -> StyledText {
      guard let found = judgement?.objectives.first(where: { $0.kind == kind }) else {
        return look.text(state.showsPast ? "not kept" : "no target", .quiet)
      }
      return cells.attained(found.attained, tone: found.attainedTone)
    }
    return Table.Row(
      [StyledText(model.name, look.theme.text.bold)]
        + cells.cells(judgement?.business, isWaiting: isWaiting(model)) + [
          objective(.availability), objective(.latency),
          Figures.budget(judgement, isWide: cells.isWide, look),
        ])
  }

  /// Whether a demo's model answers in the minute that touches the backfill, of which the objectives alone count anything.
  private func isWaiting(_ model: ModelSnapshot) -> Bool {
    snapshot.server.isDemo && model.judgement?.business?.predictions == 0
      && model.versions.contains { $0.recent.requests > 0 }
  }
}
