/// A row of bars, one column a value, the newest at the right. A value that is missing is a blank,
/// zero is the lowest bar: a gap is never read as nothing happening.
package struct Sparkline: Sendable, Equatable {
  package var values: [Double?]
  /// What a full bar means; nil for the largest value.
  package var maximum: Double?
  package var style: Style

  package init(_ values: [Double?], maximum: Double? = nil, style: Style) {
    self.values = values
    self.maximum = maximum
    self.style = style
  }

  /// The bars as text, to be put into a table's cell.
  ///
  /// - Parameter width: more values than columns are joined, the largest of each group standing
  ///   for it; fewer stand at the right.
  package func text(width: Int, glyphs: Glyphs) -> StyledText {
    guard width > 0 else { return StyledText() }
    let sampled = Downsample.maxima(values, count: width)
    let top = maximum ?? sampled.compactMap { $0 }.max() ?? 0
    let bars = sampled.map { value -> Character in
      guard let value, value.isFinite else { return " " }
      return Glyphs.rung(
        of: glyphs.bars, for: max(top > 0 ? value / top : 0, .leastNonzeroMagnitude))
    }
    return StyledText(
      String(repeating: " ", count: max(0, width - bars.count)) + String(bars), style)
  }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    grid.write(text(width: rect.width, glyphs: look.glyphs), in: rect)
  }
}

/// Fewer values that still show every spike.
package enum Downsample {
  /// At most `count` values, each the largest of its group; a group is missing only when all of it
  /// is. Values that are not finite count as missing.
  package static func maxima(_ values: [Double?], count: Int) -> [Double?] {
    let clean = values.map { value in value.flatMap { $0.isFinite ? $0 : nil } }
    guard count > 0, clean.count > count else { return count > 0 ? clean : [] }
    return (0..<count).map { index in
      let from = index * clean.count / count
      let to = max(from + 1, (index + 1) * clean.count / count)
      return clean[from..<to].compactMap { $0 }.max()
    }
  }
}
