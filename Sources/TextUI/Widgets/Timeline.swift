/// What happened, one line an event, each with its time.
package struct Timeline: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var time: String
    package var text: StyledText

    package init(_ time: String, _ text: StyledText) {
      self.time = time
      self.text = text
    }
  }

  package var entries: [Entry]
  package var selection: Int?
  package var firstRow: Int

  package init(_ entries: [Entry], selection: Int? = nil, firstRow: Int = 0) {
    self.entries = entries
    self.selection = selection
    self.firstRow = firstRow
  }

  /// Draws the entries in their order.
  /// - Returns: those that are visible.
  @discardableResult
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) -> Range<Int> {
    let timeWidth = entries.map { $0.time.displayWidth }.max() ?? 0
    let table = Table(
      columns: [
        Table.Column("", .fixed(timeWidth)), Table.Column("", .flexible(minimum: 1)),
      ],
      rows: entries.map { Table.Row([StyledText($0.time, look.theme.dim), $0.text]) },
      selection: selection, firstRow: firstRow, showsHeader: false)
    return table.draw(in: rect, on: &grid, look: look)
  }
}
