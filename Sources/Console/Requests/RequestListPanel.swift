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
      ? StyledText() : look.text("\(selected + 1) of \(requests.count), slowest first", .quiet)
    let inner = Panel(
      "requests", detail: "\(list.scope.model)  \(list.scope.words)  \(times)",
      hotkey: state.panel.key, value: count, isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    guard !requests.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let objective = state.shown?.model(list.scope.model)?.objective
    RequestRows(state, objective: objective)
      .table(requests, selection: selected, in: inner, look: look)
      .draw(in: inner, on: &grid, look: look)
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
