/// The characters that pictures are made of: one set for terminals that show Unicode, and one of
/// ASCII alone for those that do not. All are one column wide, but for strings.
package struct Glyphs: Sendable, Hashable {
  package let isUnicode: Bool

  package let topLeft: Character
  package let topRight: Character
  package let bottomLeft: Character
  package let bottomRight: Character
  package let horizontal: Character
  package let vertical: Character
  package let dashed: Character
  package let markLine: Character
  package let cursorLine: Character

  /// States, always beside a word and a colour.
  package let ok: Character
  package let warn: Character
  package let critical: Character
  package let stale: Character
  package let partial: Character
  package let hollow: Character
  package let pending: Character

  package let mark: Character
  package let separator: Character
  package let selection: Character
  package let up: Character
  package let down: Character
  package let arrow: Character
  package let line: Character
  package let bullet: Character
  package let ellipsis: String
  /// Boxes of steps; in ASCII three columns wide.
  package let unticked: String
  package let ticked: String
  package let textCursor: Character

  /// From nothing to full, rising from the bottom of the cell.
  package let bars: [Character]
  /// From nothing to full, growing from the left of the cell.
  package let blocks: [Character]
  /// From nothing to full, by density.
  package let shades: [Character]

  package static let unicode = Glyphs(
    isUnicode: true, topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯",
    horizontal: "─", vertical: "│", dashed: "╌", markLine: "┊", cursorLine: "│", ok: "●", warn: "▲",
    critical: "■", stale: "?", partial: "◐", hollow: "○", pending: "◌", mark: "▲", separator: "›",
    selection: "▌", up: "▲", down: "▼", arrow: "→", line: "━", bullet: "•", ellipsis: "…",
    unticked: "☐", ticked: "☑", textCursor: "▏",
    bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    blocks: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], shades: [" ", "░", "▒", "▓", "█"])

  package static let ascii = Glyphs(
    isUnicode: false, topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
    horizontal: "-", vertical: "|", dashed: "-", markLine: ":", cursorLine: "|", ok: "*", warn: "!",
    critical: "X", stale: "?", partial: "%", hollow: "o", pending: "~", mark: "^", separator: ">",
    selection: ">", up: "^", down: "v", arrow: ">", line: "=", bullet: "-", ellipsis: "..",
    unticked: "[ ]", ticked: "[x]", textCursor: "_",
    bars: [" ", ".", ":", "-", "=", "+", "*", "#", "@"], blocks: [" ", "#"],
    shades: [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"])

  /// The rung of a ladder for a value in 0...1. Zero is the first rung, and anything above zero is
  /// at least the second: a little is never shown as nothing.
  package static func rung(of ladder: [Character], for fraction: Double) -> Character {
    guard fraction > 0, let last = ladder.indices.last else { return ladder.first ?? " " }
    return ladder[min(last, max(1, Int((min(fraction, 1) * Double(last)).rounded())))]
  }
}
