private import CNcurses
package import TextUI

/// Writes the links of a picture over what ncurses has painted, which knows none.
///
/// A cell that is painted anew leads nowhere until it is written once more, so all links of a row follow each change in
/// it. Cursor and colours are as before afterwards: ncurses goes on where it was.
///
/// Source: "Hyperlinks in terminal emulators" (OSC 8); ECMA-48 and DEC STD 070 for the rest.
package struct LinkWriter: Sendable {
  private let quantizer: ColorQuantizer

  package init(depth: ColorDepth) {
    quantizer = ColorQuantizer(depth: depth)
  }

  /// - Parameter previous: what is on the screen; nil: everything was painted anew.
  /// - Returns: nothing where no row with a link has changed, or has lost one.
  package func bytes(_ grid: CellGrid, since previous: CellGrid?) -> [UInt8] {
    guard grid.hasLinks || previous?.hasLinks ?? false else { return [] }
    var rows = Set(0..<grid.height)
    var runs: [LinkRun] = []
    if let previous, previous.size == grid.size {
      let changes = grid.changes(since: previous)
      rows = Set(changes.map(\.y))
      // What led somewhere and is painted alike, but leads nowhere now, is not painted anew by ncurses.
      for change in changes { runs += grid.unlinked(in: change, since: previous) }
    }
    for y in rows.sorted() { runs += grid.linkRuns(ofRow: y) }
    guard !runs.isEmpty else { return [] }
    let body = runs.reduce(into: "") { text, run in text += self.text(of: run) }
    return Array("\u{1B}7\(body)\u{1B}8".utf8)
  }

  private func text(of run: LinkRun) -> String {
    var text = "\u{1B}[\(run.y + 1);\(run.x + 1)H"
    // One id for all parts of a link, so that they light up together.
    if let link = run.link {
      text += "\u{1B}]8;id=\(run.number);\(link.address)\u{1B}\\"
    }
    var style: Style?
    for cell in run.cells where !cell.isContinuation {
      if cell.style != style {
        style = cell.style
        text += quantizer.ink(cell.style).sgr(quantizer.depth)
      }
      text += Self.shown(cell)
    }
    if run.link != nil { text += "\u{1B}]8;;\u{1B}\\" }
    return text
  }

  /// As the C side paints it: what the locale takes for another width is a question mark.
  private static func shown(_ cell: Cell) -> String {
    let scalars = cell.character.unicodeScalars
    guard let first = scalars.first else { return " " }
    if cell.character.isASCII { return String(cell.character) }
    let width = vigia_locale_width(first.value)
    return width == 1 || width == 2 ? String(cell.character) : "?"
  }
}

extension Ink {
  /// The sequence that sets it from nothing.
  fileprivate func sgr(_ depth: ColorDepth) -> String {
    var parts = ["0"]
    for (attribute, number) in [
      (Style.Attributes.bold, 1), (.dim, 2), (.italic, 3), (.underline, 4), (.reverse, 7),
    ] where attributes.contains(attribute) {
      parts.append("\(number)")
    }
    parts += Self.color(foreground, depth, basic: 30, bright: 90, chosen: 38)
    parts += Self.color(background, depth, basic: 40, bright: 100, chosen: 48)
    return "\u{1B}[\(parts.joined(separator: ";"))m"
  }

  private static func color(
    _ number: Int32, _ depth: ColorDepth, basic: Int32, bright: Int32, chosen: Int32
  ) -> [String] {
    guard number >= 0, depth > .mono else { return [] }
    if depth <= .ansi16 { return ["\(number < 8 ? basic + number : bright + number - 8)"] }
    if number < 256 { return ["\(chosen);5;\(number)"] }
    return ["\(chosen);2;\(number >> 16 & 255);\(number >> 8 & 255);\(number & 255)"]
  }
}
