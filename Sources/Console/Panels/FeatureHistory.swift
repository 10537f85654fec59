import Domain
import TextUI

/// All windows of one feature that are known, newest first.
struct FeatureHistory {
  private let state: ConsoleState
  private let feature: FeatureVerdict

  init(_ state: ConsoleState, _ feature: FeatureVerdict) {
    self.state = state
    self.feature = feature
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let windows = state.driftHistory?.windows ?? []
    let inner = Panel(
      "drift", detail: "\(state.selected?.model.name ?? "")  \(feature.name)", hotkey: "4",
      value: look.text(
        "\(windows.count) \(windows.count == 1 ? "window" : "windows"), last \(state.panelSpan.name)",
        .quiet),
      isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    let chart = inner.height >= 16 ? min(18, inner.height / 2) : 0
    let parts = inner.rows([.fixed(chart), .rest])
    if chart > 0 {
      DistributionChart(state, feature).draw(
        in: parts[0].inset(bottom: 1), on: &grid, look: look)
    }
    // Only what can be seen is made: a list may be long.
    let visible = windows.reversed().dropFirst(state.drift.scroll).prefix(
      max(0, parts[1].height - 1))
    let rows = visible.map { window -> Table.Row in
      let time = state.wall.short(Timestamp(seconds: window.to), now: state.shownTime)
      let count = look.text(Format.count(window.rows))
      guard let found = window.features.first(where: { $0.key == feature.key }) else {
        return Table.Row([look.text(time, .quiet), look.text("-", .quiet), count])
      }
      return Table.Row([
        look.text(time, .quiet), found.verdict.status(look), count, index(found.psi, look),
        index(found.ks, look), index(found.w1, look), index(found.js, look),
        look.text(found.adjustedP.map(Figures.probability) ?? "-", .quiet), look.text(found.words),
      ])
    }
    Table(
      columns: [
        Table.Column("WINDOW TO", .fixed(11)), Table.Column("VERDICT", .fixed(9)),
        Table.Column("ROWS", .fixed(6), align: .right),
        Table.Column("PSI", .fixed(6), align: .right),
        Table.Column("KS", .fixed(6), align: .right, dropOrder: 2),
        Table.Column("W1 SD", .fixed(6), align: .right, dropOrder: 3),
        Table.Column("JS", .fixed(6), align: .right, dropOrder: 4),
        Table.Column("P", .fixed(7), align: .right, dropOrder: 1),
        Table.Column("WORDS", .flexible(minimum: 20)),
      ], rows: Array(rows), gap: inner.width < 100 ? 1 : 2
    ).draw(in: parts[1], on: &grid, look: look)
  }

  private func index(_ value: Double?, _ look: Look) -> StyledText {
    value.map { look.text(Figures.index($0)) } ?? look.text("-", .quiet)
  }
}
