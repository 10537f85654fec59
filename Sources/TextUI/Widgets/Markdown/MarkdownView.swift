/// A page of Markdown that wraps and scrolls; steps, links and entries can have the focus.
package struct MarkdownView: Sendable, Equatable {
  package var document: MarkdownDocument
  /// Which of the document's targets has the focus; it is never out of sight.
  package var focus: Int?
  /// The line to begin with, unless the focus would be out of sight.
  package var firstLine: Int
  /// Words that are marked where they begin a word of the page, whatever their case.
  package var highlights: [String]

  package init(
    _ document: MarkdownDocument, focus: Int? = nil, firstLine: Int = 0, highlights: [String] = []
  ) {
    self.document = document
    self.focus = focus
    self.firstLine = firstLine
    self.highlights = highlights
  }

  /// What of the page is on the screen.
  package struct Placement: Sendable, Equatable {
    package var firstLine: Int
    package var lineCount: Int
    /// Numbers of the targets in sight, ascending.
    package var targets: [Int]

    package init(firstLine: Int, lineCount: Int, targets: [Int]) {
      self.firstLine = firstLine
      self.lineCount = lineCount
      self.targets = targets
    }
  }

  /// What would be on the screen in so much room.
  package func placement(in size: Size, look: Look = Look()) -> Placement {
    var grid = CellGrid(size)
    return draw(in: Rect(size), on: &grid, look: look)
  }

  /// Draws the page; its first column is the gutter of the focus, as in a table, its last is for the marks of scrolling.
  @discardableResult
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) -> Placement {
    guard !rect.isEmpty else {
      return Placement(firstLine: firstLine, lineCount: 0, targets: [])
    }
    let layout = MarkdownLayout(
      document, width: rect.width - 2, look: look, focus: focus, highlights: highlights)
    let focused = layout.lines.indices.filter { index in
      focus.map { layout.lines[index].targets.contains($0) } ?? false
    }
    var offset = Scroll.offset(
      previous: firstLine, selection: focused.last, count: layout.lines.count,
      visible: rect.height)
    if let first = focused.first { offset = min(offset, first) }
    let visible = layout.lines.dropFirst(offset).prefix(rect.height)
    for (index, line) in visible.enumerated() {
      draw(line, in: rect.row(index), on: &grid, look: look)
    }
    Scroll.drawMarks(offset: offset, count: layout.lines.count, in: rect, on: &grid, look: look)
    return Placement(
      firstLine: offset, lineCount: layout.lines.count,
      targets: Set(visible.flatMap(\.targets)).sorted())
  }

  private func draw(
    _ line: MarkdownLayout.Line, in row: Rect, on grid: inout CellGrid, look: Look
  ) {
    grid.clipped(to: row) { grid in
      if let focus, line.targets.contains(focus) {
        if line.rowTarget == focus { grid.paint(row, look.theme.selection) }
        grid.put(look.glyphs.selection, at: row.origin, style: look.theme.accent)
      }
      grid.write(line.text, at: Point(x: row.x + 1, y: row.y), maxWidth: row.width - 2)
      let text = row.inset(left: 1, right: 1)
      for link in line.links {
        let place = Rect(
          x: text.x + link.columns.lowerBound, y: row.y, width: link.columns.count, height: 1)
        grid.link(place.intersection(text), to: link.link)
      }
    }
  }
}
