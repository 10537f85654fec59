import Domain
import TextUI

/// The slowest recent requests of what the latency panel points at.
struct SlowestBox {
  private let state: ConsoleState
  private let model: ModelSnapshot

  init(_ state: ConsoleState, model: ModelSnapshot) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let slot = QueryBoard.Slot.slowest(model: model.name, version: state.latencyVersion)
    let inner = Panel("slowest requests", detail: detail).draw(in: rect, on: &grid, look: look)
    guard let requests = state.board.requests(slot), !requests.isEmpty else {
      let failure = state.board.failure(slot)
      EmptyState(
        failure.map { "the requests cannot be read: \($0)" } ?? state.waiting(slot)
          ?? (state.board.requests(slot) == nil
            ? "reading the requests" : "no request is remembered here"),
        tone: failure == nil ? .quiet : .warn
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    RequestRows(state, objective: model.objective)
      .table(Array(requests.prefix(max(0, inner.height - 1))), in: inner, look: look)
      .draw(in: inner, on: &grid, look: look)
  }

  private var detail: String {
    let cell = state.latencyCell.map { "\(RequestScope.band($0.above, $0.upTo)) " } ?? ""
    return cell + state.pointedTime
  }
}
