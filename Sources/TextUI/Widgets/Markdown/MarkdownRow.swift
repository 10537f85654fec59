/// One place of a line of a page: a base with its marks, and what it belongs to.
struct MarkdownGlyph: Sendable, Equatable {
  var character: Character
  /// 1 or 2 columns; 0 for the end of a line.
  var width: Int
  var style: Style
  /// The number of the link that it is part of.
  var target: Int?
  /// Where that leads, if a terminal may know.
  var link: Hyperlink?

  static let lineEnd = MarkdownGlyph(character: "\n", width: 0, style: .plain)

  var isSpace: Bool { character == " " }
  var isLineEnd: Bool { width == 0 }
}

/// A line of a page before it is drawn.
struct MarkdownRow: Sendable, Equatable {
  var glyphs: [MarkdownGlyph]
  /// The number of the step or entry that all of it belongs to.
  var target: Int?

  init(_ glyphs: [MarkdownGlyph] = [], target: Int? = nil) {
    self.glyphs = glyphs
    self.target = target
  }

  var width: Int { glyphs.reduce(0) { $0 + $1.width } }

  /// Behind a marker; an empty row stays empty where the marker is blank.
  func hung(under marker: [MarkdownGlyph]) -> MarkdownRow {
    if glyphs.isEmpty, marker.allSatisfy(\.isSpace) { return self }
    return MarkdownRow(marker + glyphs, target: target)
  }

  func styled(_ change: (Style) -> Style) -> MarkdownRow {
    var row = self
    for index in row.glyphs.indices { row.glyphs[index].style = change(row.glyphs[index].style) }
    return row
  }

  /// As spans, the link that has the focus on the background of a selection.
  func text(focus: Int?, selection: Color) -> StyledText {
    var spans: [StyledText.Span] = []
    for glyph in glyphs {
      let isFocused = focus != nil && glyph.target == focus
      let style = isFocused ? glyph.style.on(selection) : glyph.style
      if spans.last?.style == style {
        spans[spans.count - 1].text.append(glyph.character)
      } else {
        spans.append(StyledText.Span(String(glyph.character), style))
      }
    }
    return StyledText(spans)
  }

  /// The columns that lead somewhere.
  var links: [MarkdownLayout.Link] {
    var links: [MarkdownLayout.Link] = []
    var column = 0
    for glyph in glyphs {
      defer { column += glyph.width }
      guard let link = glyph.link else { continue }
      if let last = links.last, last.link == link, last.columns.upperBound == column {
        links[links.count - 1].columns = last.columns.lowerBound..<(column + glyph.width)
      } else {
        links.append(.init(columns: column..<(column + glyph.width), link: link))
      }
    }
    return links
  }

  // MARK: Wrapping

  /// Broken at spaces and where lines end; a longer word is broken anywhere. At least one row.
  static func wrapped(_ glyphs: [MarkdownGlyph], to columns: Int) -> [MarkdownRow] {
    glyphs.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd).flatMap {
      wrapped(line: $0, to: columns)
    }
  }

  private static func wrapped(line glyphs: ArraySlice<MarkdownGlyph>, to columns: Int)
    -> [MarkdownRow]
  {
    var rows: [MarkdownRow] = []
    var (start, width) = (glyphs.startIndex, 0)
    var wordStart: Int?
    for index in glyphs.indices {
      let glyph = glyphs[index]
      while !glyph.isSpace, width + glyph.width > columns, index > start {
        let end = wordStart ?? index
        rows.append(MarkdownRow(trimmed(glyphs[start..<end])))
        start = end
        width = MarkdownRow(Array(glyphs[start..<index])).width
        wordStart = nil
      }
      width += glyph.width
      if glyph.isSpace, index > start { wordStart = index + 1 }
    }
    rows.append(MarkdownRow(trimmed(glyphs[start...])))
    return rows
  }

  /// Broken where a row is full, as code is; rows after the first are set in.
  static func broken(_ glyphs: [MarkdownGlyph], to columns: Int, hang: Int) -> [MarkdownRow] {
    var rows = [MarkdownRow()]
    var width = 0
    for glyph in glyphs {
      if width + glyph.width > columns, width > hang {
        let blank = MarkdownGlyph(character: " ", width: 1, style: glyph.style)
        rows.append(MarkdownRow(Array(repeating: blank, count: hang)))
        width = hang
      }
      rows[rows.count - 1].glyphs.append(glyph)
      width += glyph.width
    }
    return rows
  }

  private static func trimmed(_ glyphs: ArraySlice<MarkdownGlyph>) -> [MarkdownGlyph] {
    var glyphs = glyphs
    while glyphs.last?.isSpace == true { glyphs.removeLast() }
    return Array(glyphs)
  }
}
