import Domain
import TextUI

/// One request: who asked, how long it took, what went in, what came out, and what other versions make of it.
struct RequestPage {
  private let state: ConsoleState
  private let page: RequestPageState

  init(_ state: ConsoleState, _ page: RequestPageState) {
    self.state = state
    self.page = page
  }

  /// Lines of the other facts, and of a few tensors' rows with their frame.
  private static let leastBelow = 14

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let request = state.openRequest
    let status = request.map { look.status($0.summary.outcome.tone, $0.summary.outcome.word) }
    let inner = Panel(
      "request", detail: "\(page.copy.id)", hotkey: state.panel.key, value: status ?? "",
      isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    guard let request else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    // What an engine says of a failure has its reason at the end.
    let most = request.summary.error == nil ? 2 : max(2, inner.height - Self.leastBelow)
    let facts = facts(request, look).enumerated().flatMap { index, fact in
      fact.wrapped(to: max(1, inner.width - 2), lines: index == 0 ? most : 2, look)
    }
    let rows = inner.rows([.fixed(facts.count), .rest])
    for (index, line) in facts.enumerated() {
      grid.write(line, in: rows[0].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    let halves = rows[1].columns(
      inner.width < 100 ? [.share(2), .share(3)] : [.share(1), .share(1)], gap: 1)
    TensorBox(page).drawInputs(request, in: halves[0], on: &grid, look: look)
    var answered = request.outputs.columns.count
    if let version = state.rerunVersion, case .answered(let rerun) = page.runs[version] {
      answered = max(answered, rerun.outputs.columns.count)
    }
    let outputs = min(answered + 3, max(4, halves[1].height / 2))
    let right = halves[1].rows([.fixed(outputs), .rest])
    TensorBox(page).drawOutputs(request, state.rerunVersion, in: right[0], on: &grid, look: look)
    RerunBox(state, page, request).draw(in: right[1], on: &grid, look: look)
  }

  private func facts(_ request: RequestDetail, _ look: Look) -> [StyledText] {
    let summary = request.summary
    func label(_ text: String) -> StyledText { look.text(text.padded(to: 10), .quiet) }
    func time(_ microseconds: Double) -> StyledText {
      Format.latency(microseconds: microseconds).styled(look)
    }
    let rest = max(0, summary.total - summary.queue - summary.compute)
    let answered =
      "\(summary.version) \(summary.variant.name(isShort: false)), revision \(request.revision)"
    let own = request.clientRequestID.map { look.text("   its own id ", .quiet) + look.text($0) }
    let hint =
      (state.openAnswers ?? []).count > 1
      ? look.text("   ", .quiet)
        + Hint(
          state.key(.nextVersion),
          "shows what the \(summary.variant == .shadow ? "client" : "shadow") got"
        ).text(look) : ""
    let error = summary.error.map { [label("error") + look.text($0, summary.outcome.tone)] } ?? []
    return error + [
      label("answered") + look.text(state.wall.precise(summary.time))
        + look.text(" by ", .quiet) + look.text(answered),
      label("client") + look.text(summary.client) + (own ?? ""),
      label("took") + time(summary.total) + look.text(" = queue ", .quiet) + time(summary.queue)
        + look.text(" + compute ", .quiet) + time(summary.compute)
        + look.text(" + rest ", .quiet) + time(rest),
      label("rows") + look.text(Format.count(summary.rows)) + hint,
    ]
  }

  private var empty: EmptyState {
    let slot = QueryBoard.Slot.request(page.copy.id)
    if let failure = state.board.failure(slot) {
      return EmptyState("the request cannot be read: \(failure)", tone: .warn)
    }
    guard state.board.request(page.copy.id) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading the request")
    }
    return EmptyState(
      "no more is kept of this request than the list says: of a busy version a part is kept, and what just came "
        + "in is kept within a second", hints: [Hint("Esc", "back")])
  }
}
