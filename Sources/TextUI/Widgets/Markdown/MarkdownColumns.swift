/// A table of a page, fitted to a width.
struct MarkdownColumns {
  let alignments: [Alignment]
  let header: [[MarkdownGlyph]]
  let rows: [[[MarkdownGlyph]]]

  private static let gap = 2
  /// Columns narrower than that would break most words.
  private static let narrowest = 6

  /// Columns side by side, wrapped where they must be; where even that would be too narrow, each row as a list of its
  /// cells under their titles.
  func rows(width: Int, ink: MarkdownInk) -> [MarkdownRow] {
    guard let widths = widths(in: width) else { return records(width: width, ink: ink) }
    let line = String(
      repeating: ink.look.glyphs.horizontal,
      count: widths.reduce(Self.gap * max(0, widths.count - 1), +))
    return row(header, widths, ink) + [MarkdownRow(ink.glyphs(line, ink.look.theme.faint))]
      + rows.flatMap { row($0, widths, ink) }
  }

  /// Nil when the columns do not fit.
  private func widths(in width: Int) -> [Int]? {
    let natural = header.indices.map { column in
      ([header] + rows).map { $0.indices.contains(column) ? widest($0[column]) : 0 }.max() ?? 0
    }
    let room = width - Self.gap * max(0, natural.count - 1)
    guard natural.reduce(0, +) > room else { return natural.map { max(1, $0) } }
    // The widest give way first: all above a common bound are cut to it.
    var bound = 0
    var left = room
    for (index, length) in natural.sorted().enumerated() {
      bound = left / (natural.count - index)
      if length > bound { break }
      left -= length
    }
    guard bound >= Self.narrowest else { return nil }
    var spare = room - natural.map { min($0, bound) }.reduce(0, +)
    return natural.map { length in
      guard length > bound, spare > 0 else { return max(1, min(length, bound)) }
      spare -= 1
      return bound + 1
    }
  }

  private func widest(_ cell: [MarkdownGlyph]) -> Int {
    cell.split(whereSeparator: \.isLineEnd).map { $0.reduce(0) { $0 + $1.width } }.max() ?? 0
  }

  private func row(_ cells: [[MarkdownGlyph]], _ widths: [Int], _ ink: MarkdownInk)
    -> [MarkdownRow]
  {
    let columns = widths.indices.map { column in
      MarkdownRow.wrapped(column < cells.count ? cells[column] : [], to: widths[column])
    }
    return (0..<(columns.map(\.count).max() ?? 0)).map { line in
      var glyphs: [MarkdownGlyph] = []
      for (column, lines) in columns.enumerated() {
        if column > 0 { glyphs += ink.blank(Self.gap) }
        let cell = line < lines.count ? lines[line] : MarkdownRow()
        let spare = max(0, widths[column] - cell.width)
        let before =
          switch column < alignments.count ? alignments[column] : .left {
          case .left: 0
          case .center: spare / 2
          case .right: spare
          }
        glyphs += ink.blank(before) + cell.glyphs
        if column < columns.count - 1 { glyphs += ink.blank(spare - before) }
      }
      return MarkdownRow(glyphs)
    }
  }

  private func records(width: Int, ink: MarkdownInk) -> [MarkdownRow] {
    var result: [MarkdownRow] = []
    for cells in rows {
      if !result.isEmpty { result.append(MarkdownRow()) }
      for (column, cell) in cells.enumerated() {
        let title = column < header.count ? header[column] : []
        let label = title.isEmpty ? [] : title + ink.glyphs(": ", ink.look.theme.dim)
        result += MarkdownRow.wrapped(label + cell, to: width)
      }
    }
    return result
  }
}
