/// One place of a grid: what stands there and how it looks.
///
/// A character two columns wide stands in its left cell, and its right cell is a `continuation`.
package struct Cell: Sendable, Equatable {
  package var character: Character
  package var style: Style
  /// The number of the page that it leads to, in its grid's table from 1; 0 for nowhere.
  var link: UInt16 = 0

  package init(_ character: Character, _ style: Style = .plain) {
    self.character = character
    self.style = style
  }

  package static let blank = Cell(" ")

  /// The mark that a cell is the right half of the wide character before it.
  package static let continuationMark: Character = "\u{0}"

  package var isContinuation: Bool { character == Cell.continuationMark }
}
