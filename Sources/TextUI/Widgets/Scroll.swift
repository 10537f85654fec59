/// The arithmetic of showing a part of a long list.
package enum Scroll {
  /// The first line to show so that the selected one is visible, moving as little as possible from
  /// where the list stood, and never showing emptiness below the end.
  ///
  /// - Parameters:
  ///   - previous: the first line shown before.
  ///   - selection: the line that must be visible; nil when none must.
  package static func offset(
    previous: Int, selection: Int?, count: Int, visible: Int
  ) -> Int {
    guard visible > 0, count > visible else { return 0 }
    var offset = min(max(0, previous), count - visible)
    if let selection, selection >= 0, selection < count {
      offset = min(offset, selection)
      offset = max(offset, selection - visible + 1)
    }
    return offset
  }

  /// Marks at the right edge that there is more above or below.
  static func drawMarks(
    offset: Int, count: Int, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    guard rect.height > 0, count > rect.height else { return }
    if offset > 0 {
      grid.put(look.glyphs.up, at: Point(x: rect.lastX, y: rect.y), style: look.theme.dim)
    }
    if offset + rect.height < count {
      grid.put(look.glyphs.down, at: Point(x: rect.lastX, y: rect.lastY), style: look.theme.dim)
    }
  }
}
