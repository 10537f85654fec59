package import TextUI

/// Cuts a run of cells into parts of one look, as few as the eye allows: a change of style costs
/// more bytes than the text that it is for.
package enum StyleRuns {
  /// The longest stretch of blanks that may take the colour of its neighbour; longer ones are left
  /// plain, so that ncurses can erase to the end of the line.
  private static let longestGap = 8
  /// Every cell's ncurses run stays within what one call of the C side takes.
  private static let longestPart = 512

  /// What each cell is painted with. A blank shows no foreground, so between words it takes that of
  /// the word before it (else of the one after it) when the backgrounds are the same.
  package static func inks(of cells: [Cell], quantize: (Style) -> Ink) -> [Ink] {
    var inks = cells.map { quantize($0.style) }
    let visible: Style.Attributes = [.underline, .reverse]
    var index = 0
    while index < cells.count {
      guard cells[index].character == " ", inks[index].attributes.isDisjoint(with: visible) else {
        index += 1
        continue
      }
      var end = index
      while end < cells.count, cells[end].character == " ",
        inks[end].background == inks[index].background,
        inks[end].attributes.isDisjoint(with: visible)
      {
        end += 1
      }
      let plain = Ink(background: inks[index].background)
      var ink = plain
      if end - index <= longestGap || plain.background >= 0 {
        if index > 0, fits(inks[index - 1], plain) {
          ink = inks[index - 1]
        } else if end < cells.count, fits(inks[end], plain) {
          ink = inks[end]
        }
      }
      for place in index..<end { inks[place] = ink }
      index = end
    }
    return inks
  }

  private static func fits(_ neighbor: Ink, _ blank: Ink) -> Bool {
    neighbor.background == blank.background
      && neighbor.attributes.isDisjoint(with: [.underline, .reverse])
  }

  /// Where the look changes.
  package static func parts(of inks: [Ink]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for index in 1..<max(1, inks.count + 1) where index <= inks.count {
      let ends =
        index == inks.count || inks[index] != inks[start] || index - start >= longestPart
      if ends {
        parts.append(start..<index)
        start = index
      }
    }
    return parts
  }
}
