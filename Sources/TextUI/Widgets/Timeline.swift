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

  /// Draws the entries in their order, as far as there is room. What a text lacks in width it gets in lines that no entry needs:
  /// each its second before any its third, the first entries before the others.
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let timeWidth = entries.map { $0.time.displayWidth }.max() ?? 0
    let width = rect.width - 1 - timeWidth - Self.gap
    let wrapped = entries.map { lines(of: $0.text, width: width) }
    let heights = Self.heights(wrapped.map(\.count), spare: rect.height - entries.count)
    let rows = zip(entries, zip(wrapped, heights)).flatMap { entry, place -> [Table.Row] in
      let (lines, height) = place
      // What has no line of its own stands behind the last, which the table cuts where its room ends.
      let last = StyledText.joined(Array(lines.dropFirst(height - 1)), separator: " ")
      return (lines.prefix(height - 1) + [last]).enumerated().map { index, line in
        Table.Row([
          StyledText(index == 0 ? entry.time : "", look.theme.dim),
          index == 0 ? line : StyledText(Self.hang) + line,
        ])
      }
    }
    Table(
      columns: [
        Table.Column("", .fixed(timeWidth)), Table.Column("", .flexible(minimum: 1)),
      ], rows: rows, showsHeader: false, gap: Self.gap
    ).draw(in: rect, on: &grid, look: look)
  }

  private static let gap = 2

  /// How many of its lines each entry gets.
  private static func heights(_ wanted: [Int], spare: Int) -> [Int] {
    var heights = wanted.map { min(1, $0) }
    var spare = spare
    while spare > 0, let least = zip(wanted, heights).filter({ $0 > $1 }).map(\.1).min() {
      for index in heights.indices
      where heights[index] == least && wanted[index] > least && spare > 0 {
        heights[index] += 1
        spare -= 1
      }
    }
    return heights
  }

  /// All but the first hang under the text behind its mark.
  private static let hang = "  "

  private func lines(of text: StyledText, width: Int) -> [StyledText] {
    guard text.width > width, width > Self.hang.count else { return [text] }
    return text.wrapped(to: width - Self.hang.count)
  }
}
