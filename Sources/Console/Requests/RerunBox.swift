import Domain
import TextUI

/// The versions that a kept request can be run on, and what they made of it.
struct RerunBox {
  private let state: ConsoleState
  private let page: RequestPageState
  private let request: RequestDetail

  init(_ state: ConsoleState, _ page: RequestPageState, _ request: RequestDetail) {
    self.state = state
    self.page = page
    self.request = request
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel("run it again", detail: "apart from the traffic", isFocused: true)
      .draw(in: rect, on: &grid, look: look)
    if let obstacle {
      EmptyState(obstacle).draw(in: inner, on: &grid, look: look)
      return
    }
    let versions = state.rerunVersions
    guard let chosen = state.rerunVersion else {
      EmptyState("no version of \(request.summary.version.model) is loaded", tone: .warn)
        .draw(in: inner, on: &grid, look: look)
      return
    }
    let words = explanation(chosen).map {
      StyledText($0, look.theme.text).wrapped(to: inner.width - 2)
    }
    let lines = (words ?? []).prefix(max(0, inner.height - versions.count - 1))
    let parts = inner.rows([.rest, .fixed(lines.count)])
    Table(
      columns: [
        Table.Column("VERSION", .flexible(minimum: 12, maximum: 24)),
        Table.Column("ANSWER", .fixed(14)),
        Table.Column("COMPUTE", .fixed(8), align: .right, dropOrder: 1),
      ],
      rows: versions.enumerated().map { row($1, item: $0, isChosen: $1.version == chosen, look) },
      selection: versions.firstIndex { $0.version == chosen }
    ).draw(in: parts[0], on: &grid, look: look)
    for (index, line) in lines.enumerated() {
      grid.write(line, in: parts[1].row(index).inset(left: 1))
    }
  }

  private func row(
    _ version: VersionSnapshot, item: Int, isChosen: Bool, _ look: Look
  ) -> Table.Row {
    let name = version.version
    let role =
      version.variant?.name(isShort: false) ?? (version.isRollbackTarget ? "rollback target" : "")
    var compute: Double?
    let answer: StyledText
    switch page.runs[name] {
    case nil: answer = isChosen ? Hint("Enter", "runs it").text(look) : look.text("-", .quiet)
    case .asked: answer = look.text("running", .quiet)
    case .failed: answer = look.status(.critical, "not run")
    case .answered(let rerun):
      compute = rerun.failure == nil ? rerun.compute : nil
      answer = word(rerun, look)
    }
    return Table.Row(
      [
        look.text(name) + look.text(" \(role)", .quiet), answer, Figures.latency(compute, look),
      ], item: item)
  }

  private func word(_ rerun: Rerun, _ look: Look) -> StyledText {
    if rerun.failure != nil { return look.status(.critical, "failed") }
    return switch rerun.isSame {
    case true?: look.status(.ok, "same answer")
    case false?: look.status(.warn, "other answer")
    case nil: look.status(.ok, "answered")
    }
  }

  private func explanation(_ version: String) -> String? {
    switch page.runs[version] {
    case .failed(let reason): reason
    case .answered(let rerun): rerun.failure
    case .asked, nil: nil
    }
  }

  private var obstacle: String? {
    switch request.obstacle {
    case .notKept: "not possible: its inputs were not kept"
    case .redacted:
      "not possible: features of it are redacted, so that its inputs are not those of then"
    case nil: nil
    }
  }
}
