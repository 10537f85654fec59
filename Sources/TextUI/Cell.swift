/// One place of a grid: what stands there and how it looks.
///
/// A character two columns wide stands in its left cell, and its right cell is a `continuation`.
package struct Cell: Sendable, Equatable {
  package var character: Character
  package var style: Style

  package init(_ character: Character, _ style: Style = .plain) {
    self.character = character
    self.style = style
  }

  package static let blank = Cell(" ")

  /// The mark that a cell is the right half of the wide character before it.
  package static let continuationMark: Character = "\u{0}"

  package var isContinuation: Bool { character == Cell.continuationMark }
}
