/// Rows of cells under a header. The first column of its place is a gutter for the mark of the
/// selected row, so that text does not move when the selection does.
///
/// The band of the selected row covers its first columns, up to `bandWidth`: a band over a whole wide row would send
/// all of its text again with each step of the cursor.
package struct Table: Sendable, Equatable {
  package enum Width: Sendable, Hashable {
    case fixed(Int)
    /// A share of what the fixed columns leave, never less than `minimum` and never more than
    /// `maximum`: on a wide screen the eye must not lose the row.
    case flexible(minimum: Int, weight: Int = 1, maximum: Int = .max)
  }

  package struct Column: Sendable, Equatable {
    package var title: String
    package var width: Width
    package var alignment: Alignment
    /// Which columns go first when there is no room: the highest; 0 stays always.
    package var dropOrder: Int
    /// What does not fit is cut in its middle: names that begin alike.
    package var keepsEnds: Bool
    /// What does not fit goes on over the columns behind it that are blank in its row.
    package var flowsOver: Bool

    package init(
      _ title: String, _ width: Width, align: Alignment = .left, dropOrder: Int = 0,
      keepsEnds: Bool = false, flowsOver: Bool = false
    ) {
      self.title = title
      self.width = width
      self.alignment = align
      self.dropOrder = dropOrder
      self.keepsEnds = keepsEnds
      self.flowsOver = flowsOver
    }
  }

  package struct Row: Sendable, Equatable {
    /// One for each column of the table, also for those that are dropped; missing ones are blank.
    package var cells: [StyledText]
    /// The row is in trouble: its background says so.
    package var isAlarm: Bool
    /// Its number in the caller's list, for clicks; nil for a row that is nothing to choose.
    package var item: Int?

    package init(_ cells: [StyledText], isAlarm: Bool = false, item: Int? = nil) {
      self.cells = cells
      self.isAlarm = isAlarm
      self.item = item
    }

    /// An empty line between groups.
    package static let gap = Row([])
  }

  package var columns: [Column]
  package var rows: [Row]
  package var selection: Int?
  /// The row to begin with, unless the selection would be out of sight.
  package var firstRow: Int
  package var showsHeader: Bool
  /// Blank lines between header and rows.
  package var headerGap: Int
  /// Blank columns between columns.
  package var gap: Int

  package init(
    columns: [Column], rows: [Row], selection: Int? = nil, firstRow: Int = 0,
    showsHeader: Bool = true, headerGap: Int = 0, gap: Int = 2
  ) {
    self.columns = columns
    self.rows = rows
    self.selection = selection
    self.firstRow = firstRow
    self.showsHeader = showsHeader
    self.headerGap = headerGap
    self.gap = gap
  }

  /// Draws the table.
  /// - Returns: the rows that are visible, to be kept as `firstRow` and to find what a click hit.
  @discardableResult
  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) -> Range<Int> {
    let body = rect.inset(top: showsHeader ? 1 + headerGap : 0)
    let offset = Scroll.offset(
      previous: firstRow, selection: selection, count: rows.count, visible: body.height)
    let visible = offset..<min(rows.count, offset + body.height)
    // A list that scrolls has a column for the marks that say so.
    let places = places(in: rect.inset(left: 1, right: rows.count > body.height ? 2 : 0))
    grid.clipped(to: rect) { grid in
      if showsHeader { drawHeader(places: places, on: &grid, look: look) }
      for index in visible {
        draw(
          rows[index], isSelected: index == selection, in: body.row(index - offset),
          places: places, on: &grid, look: look)
      }
      Scroll.drawMarks(offset: offset, count: rows.count, in: body, on: &grid, look: look)
    }
    return visible
  }

  private func drawHeader(places: [(Int, Rect)], on grid: inout CellGrid, look: Look) {
    for (index, place) in places {
      grid.write(
        StyledText(columns[index].title, look.theme.dim), in: place.row(0),
        align: columns[index].alignment, ellipsis: look.glyphs.ellipsis)
    }
  }

  private func draw(
    _ row: Row, isSelected: Bool, in line: Rect, places: [(Int, Rect)], on grid: inout CellGrid,
    look: Look
  ) {
    if let item = row.item { grid.mark(line, .item(item)) }
    if row.isAlarm { grid.paint(line, look.theme.alarm) }
    if isSelected { grid.paint(band(in: line, places), look.theme.selection) }
    for (position, (index, place)) in places.enumerated() where index < row.cells.count {
      let width =
        columns[index].flowsOver ? room(of: row, from: position, places: places) : place.width
      let cell =
        columns[index].keepsEnds
        ? row.cells[index].shortened(to: width, ellipsis: look.glyphs.ellipsis)
        : row.cells[index]
      grid.write(
        cell, in: Rect(x: place.x, y: line.y, width: width, height: 1),
        align: columns[index].alignment, ellipsis: look.glyphs.ellipsis)
    }
    if isSelected {
      grid.put(look.glyphs.selection, at: line.origin, style: look.theme.accent)
    }
  }

  /// The width of a cell and of the blank ones behind it.
  private func room(of row: Row, from position: Int, places: [(Int, Rect)]) -> Int {
    var end = places[position].1
    for (index, place) in places[(position + 1)...] {
      guard index >= row.cells.count || row.cells[index].width == 0 else { break }
      end = place
    }
    return end.x + end.width - places[position].1.x
  }

  /// Where the selection shows: whole columns up to `bandWidth`, the first one in any case.
  private func band(in line: Rect, _ places: [(Int, Rect)]) -> Rect {
    let ends = places.map { $0.1.x + $0.1.width - line.x }
    let end = ends.last { $0 < Table.bandWidth } ?? ends.first ?? line.width
    return Rect(x: line.x, y: line.y, width: min(line.width, end + 1), height: 1)
  }

  private static let bandWidth = 60

  /// The columns that fit, by number, each with its place.
  private func places(in body: Rect) -> [(Int, Rect)] {
    var kept = Array(columns.indices)
    while needed(kept) > body.width,
      let dropped = kept.filter({ columns[$0].dropOrder > 0 }).max(by: {
        (columns[$0].dropOrder, $0) < (columns[$1].dropOrder, $1)
      })
    {
      kept.removeAll { $0 == dropped }
    }
    let tracks = kept.map { index -> Track in
      switch columns[index].width {
      case .fixed(let width): .fixed(width)
      case .flexible(let minimum, let weight, _): .share(weight, minimum: minimum)
      }
    }
    let gaps = max(0, kept.count - 1)
    var widths = Layout.lengths(of: tracks, in: body.width - gap * gaps)
    for (place, index) in kept.enumerated() {
      if case .flexible(_, _, let maximum) = columns[index].width {
        widths[place] = min(widths[place], maximum)
      }
    }
    let spare = body.width - gap * gaps - widths.reduce(0, +)
    let air = gap + (gaps > 0 ? min(Table.mostAir, max(0, spare) / gaps) : 0)
    return Array(zip(kept, body.columns(widths.map { .fixed($0) }, gap: air)))
  }

  /// How many columns of a wide screen's spare room go between two columns of the table.
  private static let mostAir = 4

  private func needed(_ kept: [Int]) -> Int {
    kept.reduce(gap * max(0, kept.count - 1)) { total, index in
      switch columns[index].width {
      case .fixed(let width): total + width
      case .flexible(let minimum, _, _): total + minimum
      }
    }
  }
}
