/// What a click on a place means.
package enum ClickTarget: Sendable, Hashable {
  /// An item of the list that is drawn there, by its number.
  case item(Int)
  /// The same as the key of that label.
  case key(String)
}

extension CellGrid {
  /// Notes what a click into a rectangle means; what is drawn later lies above. It is no part of the picture: two
  /// grids that look the same are equal.
  package mutating func mark(_ rect: Rect, _ target: ClickTarget) {
    clickPlaces.append((rect.intersection(clip), target))
  }

  /// What a click there means; nil for nothing.
  package func target(at point: Point) -> ClickTarget? {
    clickPlaces.last { $0.0.contains(point) }?.1
  }
}
