/// What happened, each event with its time: a line each, and more for a long one where lines are to spare.
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

  package init(_ entries: [Entry]) { self.entries = entries }

  /// Draws the entries in their order, as far as there is room. What a text lacks in width it gets in lines that no entry needs,
  /// the first entries before the others.
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let timeWidth = entries.map { $0.time.displayWidth }.max() ?? 0
    let width = rect.width - 1 - timeWidth - Self.gap
    var spare = rect.height - entries.count
    let rows = entries.flatMap { entry -> [Table.Row] in
      let lines = lines(of: entry.text, width: width)
      guard lines.count - 1 <= spare else {
        return [Table.Row([StyledText(entry.time, look.theme.dim), entry.text])]
      }
      spare -= lines.count - 1
      return lines.enumerated().map { index, line in
        Table.Row([StyledText(index == 0 ? entry.time : "", look.theme.dim), line])
      }
    }
    Table(
      columns: [
        Table.Column("", .fixed(timeWidth)), Table.Column("", .flexible(minimum: 1)),
      ], rows: rows, showsHeader: false, gap: Self.gap
    ).draw(in: rect, on: &grid, look: look)
  }

  private static let gap = 2

  /// All but the first hang under the text behind its mark.
  private func lines(of text: StyledText, width: Int) -> [StyledText] {
    let hang = 2
    guard text.width > width, width > hang else { return [text] }
    let lines = text.wrapped(to: width - hang)
    return lines.enumerated().map { $0 == 0 ? $1 : StyledText("  ") + $1 }
  }
}
