import Domain
import TextUI

/// Requests one by one: those that a cell, a reason or a client stands for.
struct RequestListPanel {
  private let state: ConsoleState
  private let list: RequestListState

  init(_ state: ConsoleState, _ list: RequestListState) {
    self.state = state
    self.list = list
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let requests = state.listedRequests
    let selected = requests.firstIndex { $0.copy == list.selected } ?? 0
    let count =
      requests.isEmpty
      ? StyledText() : look.text("\(selected + 1) of \(words(for: requests.count))", .quiet)
    let inner = Panel(
      "requests", detail: "\(list.scope.model)  \(list.scope.words)  \(times)",
      hotkey: state.panel.key, value: count, isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    guard !requests.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let objective = state.shown?.model(list.scope.model)?.objective
    let words = error(of: requests[selected], inner, look)
    let parts = inner.rows([.rest, .fixed(words.isEmpty ? 0 : words.count + 1)])
    RequestRows(state, objective: objective)
      .table(requests, selection: selected, in: inner, look: look)
      .draw(in: parts[0], on: &grid, look: look)
    for (index, line) in words.enumerated() {
      grid.write(line, in: parts[1].row(index + 1).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
  }

  /// How many are listed, of how many: a list ends at its limit, and of a busy model a part is remembered.
  private func words(for count: Int) -> String {
    let isCut = count >= RequestScope.limit && list.total.map { $0 > count } ?? true
    let rest = list.total.flatMap { $0 > count ? " of \(Format.compact(Double($0)))" : nil } ?? ""
    if isCut, list.scope.isOpenAbove { return "the slowest \(count)\(rest)" }
    let word = isCut ? " listed" : rest.isEmpty ? "" : " remembered"
    return "\(count)\(word)\(rest), slowest first"
  }

  /// What the client of the selected request was told, where it got no answer.
  private func error(of request: RequestSummary, _ inner: Rect, _ look: Look) -> [StyledText] {
    guard inner.height >= 7, let error = request.error else { return [] }
    return (look.text("error  ", .quiet) + look.text(error, request.outcome.tone))
      .wrapped(to: max(1, inner.width - 2), lines: 2, look)
  }

  private var times: String {
    let wall = state.wall
    return "\(wall.time(Timestamp(seconds: list.scope.from))) to "
      + wall.time(Timestamp(seconds: list.scope.to))
  }

  private var empty: EmptyState {
    let slot = QueryBoard.Slot.requestList(list.scope)
    if let failure = state.board.failure(slot) {
      return EmptyState(
        "the requests cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard state.board.requests(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading the requests")
    }
    return EmptyState(
      "none of these requests is remembered: of a busy model a part is, and not for ever",
      hints: [Hint("Esc", "back")])
  }
}
