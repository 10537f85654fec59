/// What a panel shows when it has nothing to show: why, and which key helps.
package struct EmptyState: Sendable, Equatable {
  package var reason: String
  package var hints: [Hint]
  package var tone: Tone

  package init(_ reason: String, hints: [Hint] = [], tone: Tone = .quiet) {
    self.reason = reason
    self.hints = hints
    self.tone = tone
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let width = max(1, min(rect.width - 2, 60))
    var lines = StyledText(reason, look.style(tone)).wrapped(to: width)
    if !hints.isEmpty {
      lines.append(StyledText())
      lines.append(StyledText.joined(hints.map { $0.text(look) }, separator: "   "))
    }
    let shown = lines.prefix(rect.height)
    let top = rect.y + (rect.height - shown.count) / 2
    for (index, line) in shown.enumerated() {
      grid.write(
        line, in: Rect(x: rect.x, y: top + index, width: rect.width, height: 1), align: .center,
        ellipsis: look.glyphs.ellipsis)
    }
  }
}
