/// One line that says what just happened or what is wrong, with the key that answers it.
package struct Notice: Sendable, Equatable {
  package var tone: Tone
  package var message: String
  package var hint: Hint?

  package init(_ tone: Tone, _ message: String, hint: Hint? = nil) {
    self.tone = tone
    self.message = message
    self.hint = hint
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var text =
      StyledText("\(look.glyph(tone)) ", look.style(tone).bold)
      + StyledText(message, look.style(tone))
    let end = hint.map { "   " + $0.text(look) } ?? StyledText()
    let room = max(rect.width - end.width, rect.width / 2)
    text = text.truncated(to: room, ellipsis: look.glyphs.ellipsis)
    grid.write(text + end, in: rect, ellipsis: look.glyphs.ellipsis)
  }
}
