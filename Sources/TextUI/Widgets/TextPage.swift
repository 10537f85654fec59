/// Paragraphs that wrap and scroll, as a runbook or a help page.
package struct TextPage: Sendable, Equatable {
  package struct Paragraph: Sendable, Equatable {
    /// Before the first line, as a bullet or a tick box; the other lines hang under the text.
    package var marker: StyledText
    package var text: StyledText
    package var indent: Int

    package init(_ text: StyledText, marker: StyledText = "", indent: Int = 0) {
      self.text = text
      self.marker = marker
      self.indent = indent
    }

    package static let gap = Paragraph("")
  }

  package var paragraphs: [Paragraph]
  /// The paragraph that the cursor is on.
  package var selection: Int?
  /// The line to begin with, unless the selection would be out of sight.
  package var firstLine: Int

  package init(_ paragraphs: [Paragraph], selection: Int? = nil, firstLine: Int = 0) {
    self.paragraphs = paragraphs
    self.selection = selection
    self.firstLine = firstLine
  }

  /// Draws the page; its first column is the gutter of the selection, as in a table.
  /// - Returns: the line that it begins with and how many there are.
  @discardableResult
  package func draw(
    in rect: Rect, on grid: inout CellGrid, look: Look
  ) -> (firstLine: Int, lineCount: Int) {
    let lines = lines(width: rect.width - 2)
    let selected = lines.indices.filter { lines[$0].paragraph == selection && selection != nil }
    var offset = Scroll.offset(
      previous: firstLine, selection: selected.last, count: lines.count, visible: rect.height)
    if let first = selected.first { offset = min(offset, first) }
    for (index, line) in lines.dropFirst(offset).prefix(rect.height).enumerated() {
      let row = rect.row(index)
      if line.paragraph == selection, selection != nil {
        grid.paint(row, look.theme.selection)
        grid.put(look.glyphs.selection, at: row.origin, style: look.theme.accent)
      }
      grid.write(line.text, at: Point(x: row.x + 1, y: row.y), maxWidth: rect.width - 2)
    }
    Scroll.drawMarks(offset: offset, count: lines.count, in: rect, on: &grid, look: look)
    return (offset, lines.count)
  }

  /// How many lines it has in so many columns.
  package func lineCount(width: Int) -> Int { lines(width: width - 2).count }

  private func lines(width: Int) -> [(paragraph: Int, text: StyledText)] {
    paragraphs.enumerated().flatMap { number, paragraph in
      let hang = paragraph.indent + paragraph.marker.width
      let indent = StyledText(String(repeating: " ", count: paragraph.indent))
      let blank = StyledText(String(repeating: " ", count: hang))
      return paragraph.text.wrapped(to: max(1, width - hang)).enumerated().map { index, line in
        (number, (index == 0 ? indent + paragraph.marker : blank) + line)
      }
    }
  }
}
