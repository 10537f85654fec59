/// A frame around a panel: a rounded box with its name cut into the border, the key that jumps to
/// it, and at the right the one number that matters.
///
/// `╭─ 2 latency  fraud ───────── p99 412 ms ─╮`
package struct Panel: Sendable, Equatable {
  package var title: String
  /// What the panel is about, as the model's name; dropped before the title is cut.
  package var detail: String
  package var hotkey: Character?
  package var value: StyledText
  package var isFocused: Bool

  package init(
    _ title: String, detail: String = "", hotkey: Character? = nil, value: StyledText = "",
    isFocused: Bool = false
  ) {
    self.title = title
    self.detail = detail
    self.hotkey = hotkey
    self.value = value
    self.isFocused = isFocused
  }

  /// Draws the frame.
  /// - Returns: the place for the content: inside the border, with a column of air at each side.
  @discardableResult
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) -> Rect {
    let border = isFocused ? look.theme.focusedBorder : look.theme.border
    grid.drawBox(rect, style: border, glyphs: look.glyphs)
    let room = rect.width - 6
    if room > 0 {
      let valueWidth = min(value.width, room)
      let title = heading(look).truncated(
        to: room - (valueWidth > 0 ? valueWidth + 2 : 0), ellipsis: look.glyphs.ellipsis)
      cut(title, at: rect.x + 2, y: rect.y, on: &grid)
      if let hotkey {
        let place = Rect(x: rect.x + 2, y: rect.y, width: title.width + 2, height: 1)
        grid.mark(place, .key(String(hotkey)))
      }
      let fitted = value.truncated(to: valueWidth, ellipsis: look.glyphs.ellipsis)
      cut(
        fitted.styled { $0.bold }, at: rect.lastX - 3 - fitted.width, y: rect.y, on: &grid)
    }
    return Panel.content(of: rect)
  }

  /// Where the content of a panel in a rectangle stands.
  package static func content(of rect: Rect) -> Rect { rect.inset(horizontal: 2, vertical: 1) }

  private func heading(_ look: Look) -> StyledText {
    var heading = StyledText()
    if let hotkey { heading += StyledText("\(hotkey) ", look.theme.accent.bold) }
    heading += StyledText(title, isFocused ? look.theme.title : look.theme.dim)
    if !detail.isEmpty {
      heading += StyledText("  " + detail, isFocused ? look.theme.text : look.theme.dim)
    }
    return heading
  }

  private func cut(_ text: StyledText, at x: Int, y: Int, on grid: inout CellGrid) {
    guard !text.isEmpty else { return }
    grid.write(" " + text + " ", at: Point(x: x, y: y))
  }
}
