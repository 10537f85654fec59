/// One bar cut into the parts of a whole, as where a request's time goes or how traffic is split.
package struct ShareBar: Sendable, Equatable {
  package struct Part: Sendable, Equatable {
    package var name: String
    package var value: Double
    package var style: Style

    package init(_ name: String, _ value: Double, style: Style) {
      self.name = name
      self.value = value
      self.style = style
    }
  }

  package var parts: [Part]
  /// What the whole width means; nil for the sum of the parts. A larger one leaves room at the
  /// right, so that bars of several rows compare.
  package var maximum: Double?

  package init(_ parts: [Part], maximum: Double? = nil) {
    self.parts = parts
    self.maximum = maximum
  }

  /// The columns of each part: proportional, together the whole bar, and at least one for a part
  /// that is more than nothing.
  package func widths(in width: Int) -> [Int] {
    let values = parts.map { $0.value.isFinite ? max(0, $0.value) : 0 }
    let sum = values.reduce(0, +)
    let whole = max(maximum ?? sum, sum)
    guard whole > 0, width > 0 else { return parts.map { _ in 0 } }
    var edge = 0.0
    var used = 0
    return values.map { value in
      edge += value / whole * Double(width)
      let wanted = max(Int(edge.rounded()) - used, value > 0 ? 1 : 0)
      let given = min(wanted, width - used)
      used += given
      return given
    }
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard !rect.isEmpty else { return }
    var x = rect.x
    for (index, width) in widths(in: rect.width).enumerated() {
      let glyph = ShareBar.glyph(index, look)
      for column in x..<(x + width) {
        grid.put(glyph, at: Point(x: column, y: rect.y), style: parts[index].style)
      }
      x += width
    }
  }

  /// The names with their colours, to stand below several bars.
  package func legend(_ look: Look) -> StyledText {
    StyledText.joined(
      parts.enumerated().map { index, part in
        StyledText("\(ShareBar.glyph(index, look)) ", part.style)
          + StyledText(part.name, look.theme.dim)
      }, separator: "   ")
  }

  /// Without colours each part has a density of its own.
  private static func glyph(_ index: Int, _ look: Look) -> Character {
    let ladder: [Character] =
      if !look.glyphs.isUnicode {
        ["#", "=", "-", ".", "+", "*"]
      } else if look.colorDepth == .mono {
        ["█", "▒", "░", "▓"]
      } else {
        ["█"]
      }
    return ladder[index % ladder.count]
  }
}
