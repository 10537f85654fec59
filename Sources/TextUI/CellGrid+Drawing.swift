extension CellGrid {
  /// Writes text on one line, sanitized, clipped at the grid's edges and at `maxWidth` columns.
  ///
  /// - Parameters:
  ///   - style: a background of `.default` leaves the background that is there already, so that
  ///     text can be laid over a selection or a dialog.
  ///   - maxWidth: a wide character that would only half fit is left out.
  /// - Returns: the columns that the text takes, whether they were inside the grid or not.
  @discardableResult
  package mutating func write(
    _ text: String, at point: Point, style: Style = .plain, maxWidth: Int = .max
  ) -> Int {
    guard maxWidth > 0 else { return 0 }
    var column = 0
    forEachGlyph(in: text) { glyph, glyphWidth in
      guard column + glyphWidth <= maxWidth else { return false }
      put(glyph, width: glyphWidth, at: Point(x: point.x + column, y: point.y), style: style)
      column += glyphWidth
      return true
    }
    return column
  }

  /// Writes text of several styles; see `write(_:at:style:maxWidth:)`.
  @discardableResult
  package mutating func write(_ text: StyledText, at point: Point, maxWidth: Int = .max) -> Int {
    var column = 0
    for span in text.spans {
      let left = maxWidth - column
      guard left > 0 else { break }
      let drawn = write(
        span.text, at: Point(x: point.x + column, y: point.y), style: span.style, maxWidth: left)
      column += drawn
      guard drawn == span.text.displayWidth else { break }
    }
    return column
  }

  /// Writes text into the first row of a rectangle, cut with an ellipsis when it does not fit.
  package mutating func write(
    _ text: StyledText, in rect: Rect, align: Alignment = .left, ellipsis: String = "…"
  ) {
    guard !rect.isEmpty else { return }
    let fitted = text.truncated(to: rect.width, ellipsis: ellipsis)
    let spare = rect.width - fitted.width
    let offset =
      switch align {
      case .left: 0
      case .center: spare / 2
      case .right: spare
      }
    write(fitted, at: Point(x: rect.x + offset, y: rect.y), maxWidth: rect.width)
  }

  /// Puts the same cell everywhere in a rectangle.
  package mutating func fill(_ rect: Rect, with cell: Cell = .blank) {
    let area = rect.intersection(clip)
    for y in area.y..<(area.y + area.height) {
      for x in area.x..<(area.x + area.width) { self[x, y] = cell }
    }
  }

  /// Paints the background of a rectangle and leaves its text.
  package mutating func paint(_ rect: Rect, _ background: Color) {
    restyle(rect) { $0.on(background) }
  }

  /// Draws the outline of a rectangle; one smaller than 2 x 2 has none.
  package mutating func drawBox(_ rect: Rect, style: Style, glyphs: Glyphs) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    for x in (rect.x + 1)..<rect.lastX {
      put(glyphs.horizontal, at: Point(x: x, y: rect.y), style: style)
      put(glyphs.horizontal, at: Point(x: x, y: rect.lastY), style: style)
    }
    for y in (rect.y + 1)..<max(rect.y + 1, rect.lastY) {
      put(glyphs.vertical, at: Point(x: rect.x, y: y), style: style)
      put(glyphs.vertical, at: Point(x: rect.lastX, y: y), style: style)
    }
    put(glyphs.topLeft, at: rect.origin, style: style)
    put(glyphs.topRight, at: Point(x: rect.lastX, y: rect.y), style: style)
    put(glyphs.bottomLeft, at: Point(x: rect.x, y: rect.lastY), style: style)
    put(glyphs.bottomRight, at: Point(x: rect.lastX, y: rect.lastY), style: style)
  }

  /// Puts one character that is known to be one column wide, over the background that is there.
  package mutating func put(_ character: Character, at point: Point, style: Style) {
    put(character, width: 1, at: point, style: style)
  }

  private mutating func put(_ glyph: Character, width: Int, at point: Point, style: Style) {
    var style = style
    if style.background == .default { style.background = self[point].style.background }
    if width == 2 {
      putWide(glyph, point.x, point.y, style: style)
    } else {
      self[point] = Cell(glyph, style)
    }
  }
}

/// Where text stands when it is narrower than its place.
package enum Alignment: Sendable, Hashable {
  case left
  case center
  case right
}
