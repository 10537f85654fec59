extension String {
  /// Cut at the end to at most so many columns, an ellipsis showing that something is missing.
  package func truncated(to columns: Int, ellipsis: String = "…") -> String {
    StyledText(self).truncated(to: columns, ellipsis: ellipsis).text
  }

  /// Cut in the middle to at most so many columns: for ids, whose ends tell them apart.
  package func shortened(to columns: Int, ellipsis: String = "…") -> String {
    let whole = displayWidth
    guard whole > columns else { return self }
    let room = columns - ellipsis.displayWidth
    guard room >= 2 else { return truncated(to: columns, ellipsis: ellipsis) }
    let head = prefixFitting((room + 1) / 2)
    let tail = suffixFitting(room / 2)
    return head + ellipsis + tail
  }

  /// Filled up with spaces to so many columns; longer text stays as it is.
  package func padded(to columns: Int, align: Alignment = .left) -> String {
    let spare = max(0, columns - displayWidth)
    switch align {
    case .left: return self + String(repeating: " ", count: spare)
    case .right: return String(repeating: " ", count: spare) + self
    case .center:
      return String(repeating: " ", count: spare / 2) + self
        + String(repeating: " ", count: spare - spare / 2)
    }
  }

  func prefixFitting(_ columns: Int) -> String {
    var result = ""
    var width = 0
    forEachGlyph(in: self) { glyph, glyphWidth in
      guard width + glyphWidth <= columns else { return false }
      width += glyphWidth
      result.append(glyph)
      return true
    }
    return result
  }

  private func suffixFitting(_ columns: Int) -> String {
    var glyphs: [(Character, Int)] = []
    forEachGlyph(in: self) { glyph, glyphWidth in
      glyphs.append((glyph, glyphWidth))
      return true
    }
    var width = 0
    var start = glyphs.endIndex
    while start > 0, width + glyphs[start - 1].1 <= columns {
      start -= 1
      width += glyphs[start].1
    }
    return String(glyphs[start...].map(\.0))
  }
}

extension StyledText {
  /// Cut in the middle to at most so many columns, in the style of its beginning: for names, whose ends tell them apart.
  package func shortened(to columns: Int, ellipsis: String = "…") -> StyledText {
    guard width > columns, let first = spans.first else { return self }
    return StyledText(text.shortened(to: columns, ellipsis: ellipsis), first.style)
  }

  /// Cut at the end to at most so many columns; the ellipsis takes the style of what it replaces.
  package func truncated(to columns: Int, ellipsis: String = "…") -> StyledText {
    guard columns > 0 else { return StyledText() }
    guard width > columns else { return self }
    var room = columns - ellipsis.displayWidth
    guard room >= 0 else { return StyledText(String(repeating: ".", count: columns)) }
    var result: [Span] = []
    for span in spans {
      let spanWidth = span.text.displayWidth
      if spanWidth <= room {
        result.append(span)
        room -= spanWidth
      } else {
        result.append(Span(span.text.prefixFitting(room) + ellipsis, span.style))
        break
      }
    }
    return StyledText(result)
  }

  /// Broken at spaces into lines of at most so many columns; a longer word is broken anywhere. A number keeps its groups and
  /// its unit.
  /// There is always at least one line.
  package func wrapped(to columns: Int) -> [StyledText] {
    guard columns > 0 else { return [] }
    var lines: [StyledText] = []
    var line = StyledText()
    var lineWidth = 0
    func endLine() {
      lines.append(line.trimmingEnd())
      line = StyledText()
      lineWidth = 0
    }
    for var word in words {
      if lineWidth > 0, lineWidth + word.trimmingEnd().width > columns { endLine() }
      while word.trimmingEnd().width > columns {
        let head = word.prefixFitting(columns)
        lines.append(head)
        word = word.dropping(head)
      }
      if lineWidth == 0, word.trimmingEnd().isEmpty, !lines.isEmpty { continue }
      line += word
      lineWidth += word.width
    }
    if lineWidth > 0 || lines.isEmpty { endLine() }
    return lines
  }

  /// Words with the spaces that follow them; leading spaces are a word of their own.
  private var words: [StyledText] {
    var words: [StyledText] = []
    var word: [Span] = []
    var endsInSpace = false
    let all = spans.flatMap(\.text)
    var index = 0
    for span in spans {
      var piece = ""
      for character in span.text {
        defer { index += 1 }
        if endsInSpace, character != " ", !Self.isGlued(all, at: index) {
          if !piece.isEmpty { word.append(Span(piece, span.style)) }
          if !word.isEmpty { words.append(StyledText(word)) }
          word = []
          piece = ""
        }
        piece.append(character)
        endsInSpace = character == " "
      }
      if !piece.isEmpty { word.append(Span(piece, span.style)) }
    }
    if !word.isEmpty { words.append(StyledText(word)) }
    return words
  }

  /// Whether what begins here belongs to the number before it: `51 840`, `6.3 %`, `412 ms`.
  private static func isGlued(_ text: [Character], at index: Int) -> Bool {
    func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
    guard index >= 2, text[index - 1] == " ", isDigit(text[index - 2]) else { return false }
    let next = text[index...].prefix { $0 != " " }
    let digits = next.prefix(while: isDigit)
    if digits.count == 3 { return !next.dropFirst(3).contains(where: isDigit) }
    return units.contains(String(next.prefix { $0.isLetter || "%/".contains($0) }))
  }

  private static let units: Set<String> = [
    "%", "ns", "us", "ms", "s", "min", "h", "d", "req/s", "rows/s", "B", "kB", "MB", "GB", "kB/s",
    "MB/s",
  ]

  private func trimmingEnd() -> StyledText {
    guard let last = spans.last, (last.text.utf8.last ?? 0x20) == 0x20 else { return self }
    var spans = spans
    while let last = spans.last {
      let blanks = last.text.utf8.reversed().prefix { $0 == 0x20 }.count
      let kept = String(Substring(last.text.utf8.dropLast(blanks)))
      if kept.isEmpty {
        spans.removeLast()
      } else {
        spans[spans.count - 1].text = kept
        break
      }
    }
    return StyledText(spans)
  }

  private func prefixFitting(_ columns: Int) -> StyledText {
    var room = columns
    var result: [Span] = []
    for span in spans where room > 0 {
      let head = span.text.prefixFitting(room)
      room -= head.displayWidth
      if !head.isEmpty { result.append(Span(head, span.style)) }
      if head.displayWidth < span.text.displayWidth { break }
    }
    if result.isEmpty, let first = spans.first { return StyledText("?", first.style) }
    return StyledText(result)
  }

  /// The rest after a prefix of so many glyphs; at least one is dropped, so that a caller's loop
  /// ends even where nothing fits.
  private func dropping(_ prefix: StyledText) -> StyledText {
    var count = 0
    for span in prefix.spans {
      forEachGlyph(in: span.text) { _, _ in
        count += 1
        return true
      }
    }
    var result: [Span] = []
    for span in spans {
      var rest = ""
      forEachGlyph(in: span.text) { glyph, _ in
        if count > 0 { count -= 1 } else { rest.append(glyph) }
        return true
      }
      if !rest.isEmpty { result.append(Span(rest, span.style)) }
    }
    return StyledText(result)
  }
}
