/// A picture made of cells: what every panel draws on, and what a screen shows.
///
/// Drawing clips at the edges and cannot fail. Invariant: each row consists of cells one column
/// wide and of wide characters followed by their continuation; writing over one half of a wide
/// character turns the other half into a space.
package struct CellGrid: Sendable, Equatable {
  package let size: Size
  private(set) var cells: [Cell]
  /// Where drawing has an effect: the whole grid, or less inside of `clipped`.
  private(set) var clip: Rect
  /// What cells lead to, each once.
  var links: [Hyperlink] = []
  var clickPlaces: [(Rect, ClickTarget)] = []

  package init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.width * size.height)
    clip = Rect(size)
  }

  package init(width: Int, height: Int) {
    self.init(Size(width: width, height: height))
  }

  package var width: Int { size.width }
  package var height: Int { size.height }
  package var bounds: Rect { Rect(size) }

  package static func == (left: CellGrid, right: CellGrid) -> Bool {
    left.size == right.size && left.links == right.links && left.cells == right.cells
  }

  /// Draws with nothing outside of a rectangle being touched, however small it is.
  package mutating func clipped<Result>(
    to rect: Rect, _ draw: (inout CellGrid) -> Result
  ) -> Result {
    let outer = clip
    clip = clip.intersection(rect)
    defer { clip = outer }
    return draw(&self)
  }

  /// The cell at a place; outside of the grid reading gives a blank and writing does nothing.
  /// What is written must be one column wide: `write` is the way for text.
  package subscript(x: Int, y: Int) -> Cell {
    get { contains(x, y) ? cells[y * width + x] : .blank }
    set {
      guard clip.contains(Point(x: x, y: y)) else { return }
      separate(x, y)
      cells[y * width + x] = newValue
    }
  }

  package subscript(point: Point) -> Cell {
    get { self[point.x, point.y] }
    set { self[point.x, point.y] = newValue }
  }

  /// The cells of one row, from the left.
  package func row(_ y: Int) -> ArraySlice<Cell> {
    y >= 0 && y < height ? cells[(y * width)..<((y + 1) * width)] : []
  }

  /// Changes how a cell looks and leaves what stands there.
  package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(clip)
    for y in area.y..<(area.y + area.height) {
      for index in (y * width + area.x)..<(y * width + area.x + area.width) {
        cells[index].style = change(cells[index].style)
      }
    }
  }

  /// The upper left part of it in another size, filled up with blanks.
  package func fitted(to newSize: Size) -> CellGrid {
    var grid = CellGrid(newSize)
    grid.links = links
    let columns = min(width, newSize.width)
    for y in 0..<min(height, newSize.height) {
      for x in 0..<columns { grid.cells[y * newSize.width + x] = cells[y * width + x] }
      let isCut = columns < width && cells[y * width + columns].isContinuation
      if isCut, columns > 0 { grid.cells[y * newSize.width + columns - 1].character = " " }
    }
    return grid
  }

  /// Puts a wide character into two cells; at the right edge, where only half of it would fit, a
  /// space takes its place.
  mutating func putWide(_ character: Character, _ x: Int, _ y: Int, style: Style) {
    guard clip.contains(Point(x: x, y: y)), clip.contains(Point(x: x + 1, y: y)) else {
      self[x, y] = Cell(" ", style)
      self[x + 1, y] = Cell(" ", style)
      return
    }
    self[x, y] = Cell(character, style)
    self[x + 1, y] = Cell(" ", style)
    cells[y * width + x + 1] = Cell(Cell.continuationMark, style)
  }

  /// Takes over another grid's numbers of links.
  mutating func renumber(as other: CellGrid) {
    cells = cells(numberedAs: other.links)
    links = other.links
  }

  /// Notes the link of each cell of an area that lies in the grid.
  mutating func setLinks(_ area: Rect, _ number: UInt16) {
    for y in area.y..<(area.y + area.height) {
      for index in (y * width + area.x)..<(y * width + area.x + area.width) {
        cells[index].link = number
      }
    }
  }

  /// Copies a run as it is; the run's own wide characters are whole.
  mutating func overwrite(_ run: ChangedRun) {
    guard run.y >= 0, run.y < height else { return }
    for (offset, cell) in run.cells.enumerated() where contains(run.x + offset, run.y) {
      cells[run.y * width + run.x + offset] = cell
    }
  }

  private func contains(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && y >= 0 && x < width && y < height
  }

  /// Frees a cell from the wide character that it is a half of.
  private mutating func separate(_ x: Int, _ y: Int) {
    let index = y * width + x
    if cells[index].isContinuation, x > 0 { cells[index - 1].character = " " }
    if x + 1 < width, cells[index + 1].isContinuation { cells[index + 1].character = " " }
  }
}
