/// A key and what it does, as the hint line shows them.
package struct Hint: Sendable, Hashable {
  package var key: String
  package var word: String
  /// It works, and is not what helps just now.
  package var isDim: Bool

  package init(_ key: String, _ word: String, isDim: Bool = false) {
    self.key = key
    self.word = word
    self.isDim = isDim
  }

  package func text(_ look: Look) -> StyledText {
    StyledText(key, isDim ? look.theme.idle : look.theme.accent.bold)
      + StyledText(" " + word, isDim ? look.theme.idle : look.theme.dim)
  }
}

/// The line of keys at the foot of the screen, the most useful first: what does not fit is left
/// out whole, from the end. The last one (help) is kept as long as anything is.
package struct HintBar: Sendable, Equatable {
  package var hints: [Hint]

  package init(_ hints: [Hint]) {
    self.hints = hints
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var texts = hints.map { $0.text(look) }
    let gap = StyledText("   ")
    while texts.count > 1, StyledText.joined(texts, separator: gap).width > rect.width {
      texts.remove(at: texts.count - 2)
    }
    grid.write(
      StyledText.joined(texts, separator: gap), in: rect, ellipsis: look.glyphs.ellipsis)
    var x = rect.x
    for text in texts {
      // Of two keys side by side the first.
      if let label = text.spans.first?.text.split(separator: " ").first {
        let place = Rect(x: x, y: rect.y, width: text.width, height: 1)
        grid.mark(place.intersection(rect), .key(String(label)))
      }
      x += text.width + gap.width
    }
  }
}
