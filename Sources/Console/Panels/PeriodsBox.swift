import Domain
import TextUI

/// What one model was worth, a line a day and a line a week.
struct PeriodsBox {
  private let state: ConsoleState
  private let model: ModelSnapshot
  private let cells: BusinessCells

  init(_ state: ConsoleState, _ model: ModelSnapshot, _ cells: BusinessCells) {
    self.state = state
    self.model = model
    self.cells = cells
  }

  private var look: Look { cells.look }

  /// A demo's first minute is partly backfill, and left out whole.
  private var emptyReason: String {
    let isAnswering = model.versions.contains { $0.recent.requests > 0 }
    return state.shown?.server.isDemo == true && isAnswering
      ? "\(model.name) answers: predictions and days are counted from the first whole minute after the backfill"
      : "\(model.name) has answered nothing in the last four weeks"
  }

  func draw(in rect: Rect, on grid: inout CellGrid) {
    let slot = QueryBoard.Slot.business(model: model.name)
    let known = state.board.business(of: model.name)
    // What stands above is some seconds newer: which ones are counted here is said.
    let until = known.map { ", to \(state.wall.time(Timestamp(seconds: $0.window.to)))" } ?? ""
    let inner = Panel("by day and week", detail: model.name + until)
      .draw(in: rect, on: &grid, look: look)
    guard let history = known else {
      let failure = state.board.failure(slot)
      EmptyState(
        failure.map { "the days cannot be read: \($0). Asked again every 5 s." }
          ?? state.waiting(slot) ?? "reading", tone: failure == nil ? .quiet : .warn
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let days = BusinessPeriods(history, state.wall)
    guard !days.days.isEmpty else {
      EmptyState(emptyReason).draw(in: inner, on: &grid, look: look)
      return
    }
    let isRegression = days.weeks.contains { $0.sum.measured > 0 }
    let accuracy = isRegression ? "MEAN ERR" : "ACCURACY"
    // Each table has its header; a third of the lines is for weeks.
    let lines = inner.height - 2
    let weeks = days.weeks.suffix(max(1, lines / 3))
    let shown = days.days.suffix(max(1, min(7, lines - weeks.count)))
    let gap = shown.count + weeks.count < lines ? 1 : 0
    let parts = inner.rows([.fixed(shown.count + 1 + gap), .rest])
    table("DAY", accuracy, shown, "today", in: parts[0], on: &grid, isRegression, history.currency)
    table(
      "WEEK FROM", accuracy, weeks, "this week", in: parts[1], on: &grid, isRegression,
      history.currency)
  }

  private func table(
    _ title: String, _ accuracy: String, _ periods: ArraySlice<BusinessPeriods.Period>,
    _ present: String, in rect: Rect, on grid: inout CellGrid, _ isRegression: Bool,
    _ currency: String?
  ) {
    Table(
      columns: cells.columns(first: title, accuracy: accuracy, last: "UPTIME COST"),
      rows: periods.reversed().map { period in
        let sum = period.sum
        let figures = cells.cells(
          BusinessFigures(sum, currency: currency),
          meanError: isRegression ? sum.meanAbsoluteError : nil)
        return Table.Row(
          [look.text(period.isPresent ? present : period.date, .quiet)] + figures + [
            attained(sum.availability, .availability), attained(sum.inTime, .latency),
            sum.fullCost.map { Figures.money($0, currency ?? "").styled(look) } ?? cells.dash,
          ])
      }, gap: cells.isWide ? 2 : 1
    ).draw(in: rect, on: &grid, look: look)
  }

  /// Without a target a share is a figure, and neither good nor bad.
  private func attained(_ share: Double?, _ kind: ObjectiveSummary.Kind) -> StyledText {
    guard let share else { return look.text("no request", .quiet) }
    let target =
      switch kind {
      case .availability: model.objective?.availability
      case .latency: model.objective?.latencyObjective
      }
    guard let target else {
      return kind == .latency
        ? look.text("no target", .quiet)
        : look.text("  \(Figures.nines(share, isNarrow: !cells.isWide).text)")
    }
    return cells.attained(share, tone: share >= target ? .ok : .warn)
  }
}
