/// A page of Markdown as lines of at most so many columns, as far as its words can be broken.
///
/// Text under a heading is set in by two columns, as in a manual page, so that headings are found without colours.
package struct MarkdownLayout: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var text: StyledText
    /// Numbers of what can have the focus and is on this line, in whole or in part.
    package var targets: [Int]
    /// The one that all of the line belongs to.
    package var rowTarget: Int?
    var links: [Link] = []
  }

  struct Link: Sendable, Equatable {
    var columns: Range<Int>
    var link: Hyperlink
  }

  package let lines: [Line]
  /// In reading order.
  package let targets: [MarkdownTarget]

  /// Longer lines are hard to read: the eye loses the next one.
  private static let widest = 100

  package init(
    _ document: MarkdownDocument, width: Int, look: Look = Look(), focus: Int? = nil,
    highlights: [String] = []
  ) {
    var setter = MarkdownSetter(look: look, highlights: highlights)
    let rows = setter.page(document.blocks, width: min(max(1, width), Self.widest))
    targets = setter.targets
    lines = rows.map { row in
      var found: [Int] = row.target.map { [$0] } ?? []
      for glyph in row.glyphs {
        if let target = glyph.target, !found.contains(target) { found.append(target) }
      }
      return Line(
        text: row.text(focus: focus, selection: look.theme.selection), targets: found,
        rowTarget: row.target, links: row.links)
    }
  }
}

/// Sets blocks into rows, and numbers what can have the focus on the way.
struct MarkdownSetter {
  let look: Look
  let ink: MarkdownInk
  private(set) var targets: [MarkdownTarget] = []

  init(look: Look, highlights: [String]) {
    self.look = look
    ink = MarkdownInk(look: look, highlights: highlights)
  }

  /// Blocks that stand deeper keep at least so many columns, even if they go over the edge.
  private static let narrowest = 8
  /// From here on there is room to set text in under headings.
  private static let roomy = 40

  mutating func page(_ blocks: [MarkdownBlock], width: Int) -> [MarkdownRow] {
    var rows: [MarkdownRow] = []
    var indent = 0
    var follows = false
    for block in blocks {
      let isHeading = if case .heading = block { true } else { false }
      if isHeading { indent = 0 }
      if !rows.isEmpty, !follows || isHeading { rows.append(MarkdownRow()) }
      rows += hung(under: ink.blank(indent), width: width) { $0.rows(of: block, width: $1) }
      if isHeading, width >= Self.roomy { indent = 2 }
      follows = isHeading
    }
    return rows
  }

  /// - Parameter isTight: without blank lines between the blocks.
  private mutating func stack(_ blocks: [MarkdownBlock], width: Int, isTight: Bool = false)
    -> [MarkdownRow]
  {
    var rows: [MarkdownRow] = []
    for block in blocks {
      let set = self.rows(of: block, width: width)
      if !rows.isEmpty, !set.isEmpty, !isTight { rows.append(MarkdownRow()) }
      rows += set
    }
    return rows
  }

  private mutating func rows(of block: MarkdownBlock, width: Int) -> [MarkdownRow] {
    switch block {
    case .heading(let level, let text): return heading(level, text, width: width)
    case .paragraph(let text): return paragraph(text, width: width)
    case .list(let list): return self.list(list, width: width)
    case .quote(let blocks):
      let bar = ink.glyphs("\(look.glyphs.vertical) ", look.theme.faint)
      return hung(under: bar, rest: bar, width: width) { $0.stack(blocks, width: $1) }
    case .code(let text): return code(text, width: width)
    case .table(let table):
      let header = table.header.map { ink.glyphs($0, base: look.theme.dim) }
      let cells = table.rows.map { $0.map { glyphs($0) } }
      return MarkdownColumns(alignments: table.alignments, header: header, rows: cells)
        .rows(width: width, ink: ink)
    case .details(let summary, let blocks):
      let mark = ink.glyphs("\(look.glyphs.down) ", look.theme.dim)
      let title = ink.glyphs([.run(MarkdownRun(summary, marks: .strong))])
      return hung(under: mark, width: width) { MarkdownRow.wrapped(title, to: $1) }
        + hung(under: ink.blank(2), width: width) { $0.stack(blocks, width: $1) }
    case .thematicBreak: return [rule(width)]
    case .entries(let entries): return self.entries(entries, width: width)
    }
  }

  // MARK: Blocks

  private mutating func heading(_ level: Int, _ text: [MarkdownInline], width: Int)
    -> [MarkdownRow]
  {
    let style = level <= 2 ? look.theme.title : look.theme.dim.bold
    let rows = MarkdownRow.wrapped(glyphs(text, base: style), to: width)
    let widest = rows.map(\.width).max() ?? 0
    return level == 1 ? rows + [rule(min(widest, width))] : rows
  }

  private mutating func paragraph(_ text: [MarkdownInline], width: Int) -> [MarkdownRow] {
    MarkdownRow.wrapped(glyphs(text), to: width)
  }

  private mutating func list(_ list: MarkdownList, width: Int) -> [MarkdownRow] {
    var rows: [MarkdownRow] = []
    let last = (list.start ?? 0) + list.items.count - 1
    for (index, item) in list.items.enumerated() {
      if !rows.isEmpty, !list.isTight { rows.append(MarkdownRow()) }
      let number = list.start.map { start in
        "\(start + index).".padded(to: "\(last).".count, align: .right)
      }
      let bullet = number ?? (item.box == nil ? String(look.glyphs.bullet) : nil)
      var marker = bullet.map { ink.glyphs($0 + " ", look.theme.dim) } ?? []
      var target: Int?
      if let box = item.box {
        target = add(.step(box.id))
        marker += ink.glyphs(
          (box.isTicked ? look.glyphs.ticked : look.glyphs.unticked) + " ",
          box.isTicked ? look.theme.ok : look.theme.accent)
      }
      rows += self.item(item, marker: marker, target: target, isTight: list.isTight, width: width)
    }
    return rows
  }

  private mutating func item(
    _ item: MarkdownList.Item, marker: [MarkdownGlyph], target: Int?, isTight: Bool, width: Int
  ) -> [MarkdownRow] {
    let dim = look.theme.dim
    return hung(under: marker, width: width) { setter, width in
      let (first, rest) = (item.blocks.prefix(1), item.blocks.dropFirst())
      var rows = setter.stack(Array(first), width: width)
      if item.box?.isTicked == true {
        rows = rows.map { row in row.styled { dim.adding($0.attributes) } }
      }
      if rows.isEmpty { rows = [MarkdownRow()] }
      for index in rows.indices { rows[index].target = target }
      if !rest.isEmpty, !isTight { rows.append(MarkdownRow()) }
      return rows + setter.stack(Array(rest), width: width, isTight: isTight)
    }
  }

  private func code(_ text: String, width: Int) -> [MarkdownRow] {
    var lines = ink.lines(ofCode: text)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let room = max(Self.narrowest, width - 4)
    let rows = lines.flatMap { MarkdownRow.broken($0, to: room, hang: 2) }
    let widest = rows.map(\.width).max() ?? 0
    return rows.map { row in
      ink.isFlat
        ? row.hung(under: ink.blank(4))
        : MarkdownRow(
          ink.blank(1) + ink.glyphs(" ", ink.code) + row.glyphs
            + ink.glyphs(String(repeating: " ", count: widest - row.width + 1), ink.code))
    }
  }

  private mutating func entries(_ entries: [MarkdownEntry], width: Int) -> [MarkdownRow] {
    let labels = entries.map { ink.glyphs([.text($0.label)], base: look.theme.dim) }
    let column = min(labels.map { MarkdownRow($0).width }.max() ?? 0, width * 2 / 5)
    return zip(entries, labels).flatMap { entry, label -> [MarkdownRow] in
      let target = entry.id.map { add(.entry($0)) }
      let left = MarkdownRow.wrapped(label, to: max(1, column))
      let value = ink.glyphs(entry.value)
      let right = MarkdownRow.wrapped(value, to: max(Self.narrowest, width - column - 2))
      return (0..<max(left.count, right.count)).map { index in
        var glyphs = index < left.count ? left[index].glyphs : []
        glyphs += ink.blank(column + 2 - MarkdownRow(glyphs).width)
        if index < right.count { glyphs += right[index].glyphs }
        return MarkdownRow(glyphs, target: target)
      }
    }
  }

  private func rule(_ width: Int) -> MarkdownRow {
    MarkdownRow(
      ink.glyphs(
        String(repeating: look.glyphs.horizontal, count: width), look.theme.faint))
  }

  // MARK: Parts

  /// Rows beside a marker: it stands before the first one, and what is as wide before the others.
  private mutating func hung(
    under marker: [MarkdownGlyph], rest: [MarkdownGlyph]? = nil, width: Int,
    _ rows: (inout MarkdownSetter, Int) -> [MarkdownRow]
  ) -> [MarkdownRow] {
    let taken = MarkdownRow(marker).width
    let following = rest ?? ink.blank(taken)
    return rows(&self, taken == 0 ? width : max(Self.narrowest, width - taken)).enumerated().map {
      $1.hung(under: $0 == 0 ? marker : following)
    }
  }

  /// Text whose links can have the focus.
  private mutating func glyphs(_ text: [MarkdownInline], base: Style = .plain) -> [MarkdownGlyph] {
    var result = self.targets
    let glyphs = ink.glyphs(text, base: base) { link in
      result.append(.link(link))
      return result.count - 1
    }
    targets = result
    return glyphs
  }

  private mutating func add(_ target: MarkdownTarget) -> Int {
    targets.append(target)
    return targets.count - 1
  }
}
