import Domain
import TextUI

/// What of a model's requests went wrong, by reason and by client; each row lists its requests.
struct FailingBox {
  private let state: ConsoleState
  private let model: ModelSnapshot

  init(_ state: ConsoleState, _ model: ModelSnapshot) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let slot = QueryBoard.Slot.failures(model: model.name)
    let report = state.board.failures(slot)
    let inner = Panel("not ok", detail: state.failuresTime, value: value(report, look))
      .draw(in: rect, on: &grid, look: look)
    guard let report, !report.reasons.isEmpty || !report.clients.isEmpty else {
      empty(slot, report).draw(in: inner, on: &grid, look: look)
      return
    }
    let chosen = state.chosenFailing
    let keys = state.failingRows
    let isNarrow = inner.width < 60
    var rows: [Table.Row] = []
    var selection: Int?
    if report.reasons.isEmpty { rows.append(Table.Row([look.text("none", .quiet)])) }
    for (index, key) in keys.enumerated() {
      if index == report.reasons.count {
        rows.append(clientHeader(isNarrow: isNarrow, look))
      }
      if key == chosen { selection = rows.count }
      rows.append(row(key, report, item: index, look))
    }
    if report.otherClients > 0 {
      rows.append(Table.Row([look.text("+ \(report.otherClients) more", .quiet)]))
    }
    Table(
      columns: [
        Table.Column("BY REASON", .flexible(minimum: 10, maximum: 26)),
        Table.Column("NOT OK", .fixed(7), align: .right),
        Table.Column("SHARE", .fixed(7), align: .right),
        Table.Column("MOSTLY", .fixed(10), dropOrder: 1),
      ], rows: rows, selection: selection, gap: inner.width < 50 ? 1 : 2
    ).draw(in: inner, on: &grid, look: look)
  }

  /// Clients are counted by the minute: over which ones, and a client's share is of its own requests, since neither is what the
  /// header says.
  private func clientHeader(isNarrow: Bool, _ look: Look) -> Table.Row {
    let window = state.failuresWindow
    let last = (window.to + 59) / 60 * 60
    let (first, until) = (state.wall.minute(window.from), state.wall.minute(last))
    // The first column has no room for both times.
    let cells =
      isNarrow
      ? ["BY CLIENT", "", "OF OWN", "from \(first)"]
      : ["BY CLIENT, \(first) to \(until)", "", "OF OWN", ""]
    return Table.Row(cells.map { look.text($0, .quiet) })
  }

  private func value(_ report: FailureReport?, _ look: Look) -> StyledText {
    guard let report, report.requests > 0 else { return "" }
    return look.text("of \(Format.compact(Double(report.requests)))", .quiet)
  }

  private func row(
    _ key: FailingRow, _ report: FailureReport, item: Int, _ look: Look
  ) -> Table.Row {
    switch key {
    case .reason(let outcome):
      let count = report.reasons.first { $0.outcome == outcome }?.requests ?? 0
      return Table.Row(
        [
          look.status(outcome.tone, outcome.word), look.text(Format.compact(Double(count))),
          share(count, of: report.requests, look), look.text("", .quiet),
        ], item: item)
    case .client(let name):
      guard let client = report.clients.first(where: { $0.client == name }) else {
        return Table.Row([])
      }
      return Table.Row(
        [
          look.text(name, .accent), look.text(Format.compact(Double(client.failed))),
          share(client.failed, of: client.requests, look), look.text(client.commonest.word, .quiet),
        ], item: item)
    }
  }

  private func share(_ count: Int64, of total: Int64, _ look: Look) -> StyledText {
    total > 0
      ? Format.percent(min(1, Double(count) / Double(total))).styled(look) : look.text("-", .quiet)
  }

  private func empty(_ slot: QueryBoard.Slot, _ report: FailureReport?) -> EmptyState {
    if let failure = state.board.failure(slot) {
      return EmptyState("not known: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard let report else { return EmptyState(state.waiting(slot) ?? "counting") }
    if !state.showsPast, state.cursor == nil, state.shown?.store.paused != nil {
      let count = Format.compact(Double(report.requests))
      return EmptyState(
        report.requests == 0
          ? "telemetry is paused: nothing is counted"
          : "telemetry is paused: of what was counted before, all \(count) were answered",
        tone: .warn)
    }
    return report.requests == 0
      ? EmptyState("no request")
      : EmptyState(
        "all \(Format.compact(Double(report.requests))) requests were answered", tone: .ok)
  }
}
