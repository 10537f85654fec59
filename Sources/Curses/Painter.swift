private import CNcurses
import TextUI

/// Brings a picture onto ncurses' screen: our own difference to what is shown, in runs of one
/// style, and one flush at the end.
struct Painter {
  private let quantizer: ColorQuantizer
  private var pairs: PairTable
  private var shown: CellGrid
  /// Something was cleared since the last flush, so a flush is due even for an empty picture.
  private var isCleared = true
  private var inks: [Style: Ink] = [:]
  /// Nil where the terminal knows no links.
  private let linkWriter: LinkWriter?
  private var linkBytes: [UInt8] = []

  init(depth: ColorDepth, pairs: Int32, size: Size, showsLinks: Bool) {
    linkWriter = showsLinks ? LinkWriter(depth: depth) : nil
    quantizer = ColorQuantizer(depth: depth)
    // A screenful never needs more; ncurses' own tables stay small.
    self.pairs = PairTable(capacity: min(pairs - 1, 8192))
    shown = CellGrid(size)
    vigia_screen_resize(Int32(size.height), Int32(size.width))
  }

  /// The terminal has another size; it is cleared with the next picture.
  mutating func resize(to size: Size) {
    vigia_screen_resize(Int32(size.height), Int32(size.width))
    clear(size)
  }

  /// - Parameter grid: of the screen's size.
  /// - Returns: whether there is anything to send.
  mutating func paint(_ grid: CellGrid) -> Bool {
    let runs = grid.changes(since: shown)
    guard !runs.isEmpty || isCleared else { return false }
    let before = isCleared ? nil : shown
    if linkWriter != nil {
      // A cell that is moved within its row would take its link along.
      vigia_screen_keep_places(grid.hasLinks || shown.hasLinks)
    }
    let isFew = Set(runs.map(\.y)).count <= Self.fewRows
    if isCleared || !isFew || !paintByRow(runs) { paintAtOnce(runs, of: grid) }
    linkBytes = linkWriter?.bytes(grid, since: isCleared ? nil : before) ?? []
    shown = grid
    isCleared = false
    return true
  }

  /// What goes to the terminal after ncurses' own bytes.
  mutating func takeLinks() -> [UInt8] {
    defer { linkBytes = [] }
    return linkBytes
  }

  /// The screen was painted anew as it is.
  mutating func linkAgain() { linkBytes = linkWriter?.bytes(shown, since: nil) ?? [] }

  private mutating func clear(_ size: Size) {
    shown = CellGrid(size)
    isCleared = true
    vigia_screen_clear()
  }

  private mutating func paintAtOnce(_ runs: [ChangedRun], of grid: CellGrid) {
    if !paint(runs, isLastTry: false) {
      pairs.removeAll()
      clear(grid.size)
      _ = paint(grid.changes(since: shown), isLastTry: true)
    }
    vigia_screen_flush()
  }

  /// So many rows, at most, are flushed one by one: a list that scrolls changes more.
  private static let fewRows = 10

  /// Flushes each row by itself. ncurses looks for rows that moved, whatever `idlok` says, and weighs moving them by their
  /// characters alone: where a label went up one row, it scrolled the heatmap below it and sent that anew, in its colours.
  ///
  /// - Returns: false when there were not enough colour pairs.
  private mutating func paintByRow(_ runs: [ChangedRun]) -> Bool {
    var rest = runs[...]
    while let row = rest.first?.y {
      let part = rest.prefix { $0.y == row }
      guard paint(Array(part), isLastTry: false) else { return false }
      vigia_screen_flush()
      rest = rest.dropFirst(part.count)
    }
    return true
  }

  /// - Returns: false when there were not enough colour pairs; on the last try colours are left
  ///   out instead.
  private mutating func paint(_ runs: [ChangedRun], isLastTry: Bool) -> Bool {
    for run in runs {
      let inks = StyleRuns.inks(of: run.cells) { ink($0) }
      for part in StyleRuns.parts(of: inks) {
        var pair: Int32 = 0
        switch pairs.pair(PairTable.Colors(inks[part.lowerBound])) {
        case .known(let number): pair = number
        case .new(let number):
          let ink = inks[part.lowerBound]
          if vigia_screen_define_pair(number, ink.foreground, ink.background) == 0 { pair = number }
        case .exhausted:
          guard isLastTry else { return false }
        }
        put(
          run.cells[part], ink: inks[part.lowerBound], pair: pair, x: run.x + part.lowerBound,
          y: run.y)
      }
    }
    return true
  }

  private func put(_ cells: ArraySlice<Cell>, ink: Ink, pair: Int32, x: Int, y: Int) {
    var text: [UInt32] = []
    text.reserveCapacity(cells.count * 2)
    for cell in cells {
      if !cell.isContinuation { text += cell.character.unicodeScalars.lazy.map(\.value) }
      text.append(0)
    }
    vigia_screen_put(
      Int32(y), Int32(x), text, Int32(cells.count), UInt32(ink.attributes.rawValue), pair)
  }

  private mutating func ink(_ style: Style) -> Ink {
    if let ink = inks[style] { return ink }
    // Styles come from themes, but nothing here forbids mixing new ones for ever.
    if inks.count > 4096 { inks.removeAll() }
    let ink = quantizer.ink(style)
    inks[style] = ink
    return ink
  }
}

extension PairTable.Colors {
  fileprivate init(_ ink: Ink) {
    self.init(foreground: ink.foreground, background: ink.background)
  }
}
