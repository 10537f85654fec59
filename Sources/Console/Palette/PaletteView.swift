import TextUI

/// The palette over the panels: a line to type into, and what was found below it.
struct PaletteView {
  private let state: ConsoleState
  private let palette: PaletteState

  init(_ state: ConsoleState, _ palette: PaletteState) {
    self.state = state
    self.palette = palette
  }

  private static let width = 84
  private static let rowsMax = 14
  private static let placeholder =
    "an action, a model, a version, a feature, a theme, words of a runbook"

  func draw(in area: Rect, on grid: inout CellGrid, look: Look) {
    let found = state.paletteFound
    let rows = min(max(found.count, 1), PaletteView.rowsMax, max(1, area.height - 4))
    let size = Size(width: min(PaletteView.width, area.width - 2), height: rows + 4)
    let place = area.centered(size)
    // Near the top: what is found may be few or many, and the line stays where it is.
    let rect = Rect(
      x: place.x, y: area.y + min(1, area.height - place.height), width: place.width,
      height: place.height)
    grid.fill(rect)
    let inner = Panel(
      "palette", hotkey: state.keymap.label(.palette).first,
      value: look.text("\(found.count { $0.entry.kind != "search" }) found", .quiet),
      isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    TextField(palette.input, placeholder: PaletteView.placeholder)
      .draw(in: inner.row(0), on: &grid, look: look)
    guard !found.isEmpty else {
      grid.write(
        look.text("nothing fits; Backspace takes letters away", .quiet),
        in: inner.row(1).inset(left: 1), ellipsis: look.glyphs.ellipsis)
      return
    }
    Table(
      columns: [
        Table.Column("WHAT", .flexible(minimum: 24)), Table.Column("KIND", .fixed(8)),
        Table.Column("KEY", .fixed(6), align: .right),
      ],
      rows: found.enumerated().map { row($1, item: $0, look) }, selection: palette.selected,
      showsHeader: false
    ).draw(in: inner.inset(top: 1, bottom: 1), on: &grid, look: look)
    if found.indices.contains(palette.selected), let why = found[palette.selected].entry.obstacle {
      grid.write(
        look.status(.warn, why), in: inner.row(inner.height - 1).inset(left: 1),
        ellipsis: look.glyphs.ellipsis)
    }
  }

  private func row(_ found: ConsoleState.Found, item: Int, _ look: Look) -> Table.Row {
    let entry = found.entry
    let tone: Tone = entry.obstacle == nil ? .normal : .quiet
    let title = highlighted(entry.title, found.positions, tone, look)
    return Table.Row(
      [
        title, look.text(entry.kind, .quiet), StyledText(entry.key, look.theme.accent.bold),
      ], item: item)
  }

  /// The letters that were typed stand out, by weight and colour.
  private func highlighted(
    _ title: String, _ positions: [Int], _ tone: Tone, _ look: Look
  ) -> StyledText {
    let hits = Set(positions)
    var text = StyledText()
    for (index, character) in title.enumerated() {
      let style = hits.contains(index) ? look.theme.accent.bold : look.style(tone)
      text += StyledText(String(character), style)
    }
    return text
  }
}
