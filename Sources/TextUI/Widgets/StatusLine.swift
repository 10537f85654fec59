/// A line with facts at the left and at the right, as the header. Where there is no room the last
/// facts of the left side go first; the right side is what must be seen.
package struct StatusLine: Sendable, Equatable {
  package var left: [StyledText]
  package var right: [StyledText]
  /// Painted over the whole line when something is out of the ordinary; nil for none.
  package var band: Color?
  /// Blank columns between facts.
  package var gap: Int

  package init(
    left: [StyledText], right: [StyledText] = [], band: Color? = nil, gap: Int = 2
  ) {
    self.left = left
    self.right = right
    self.band = band
    self.gap = gap
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard !rect.isEmpty else { return }
    if let band { grid.paint(rect.row(0), band) }
    let separator = StyledText(String(repeating: " ", count: gap))
    let end = StyledText.joined(right.filter { !$0.isEmpty }, separator: separator)
      .truncated(to: rect.width, ellipsis: look.glyphs.ellipsis)
    let room = rect.width - (end.isEmpty ? 0 : end.width + gap)
    var facts = left.filter { !$0.isEmpty }
    while facts.count > 1, StyledText.joined(facts, separator: separator).width > room {
      facts.removeLast()
    }
    grid.write(
      StyledText.joined(facts, separator: separator),
      in: Rect(x: rect.x, y: rect.y, width: room, height: 1), ellipsis: look.glyphs.ellipsis)
    grid.write(end, in: rect.row(0), align: .right)
  }
}
