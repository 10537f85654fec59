/// What a click on a place means.
package enum ClickTarget: Sendable, Hashable {
  /// An item of the list that is drawn there, by its number.
  case item(Int)
  /// The same as the key of that label.
  case key(String)
  /// A place on a plot, by parts of its width and height from its lower left corner: 0 through 1.
  case place(across: Double, up: Double)
}

extension CellGrid {
  /// Notes what a click into a rectangle means, of a place whichever is hit; what is drawn later lies above. It is no part of the picture: two
  /// grids that look the same are equal.
  package mutating func mark(_ rect: Rect, _ target: ClickTarget) {
    clickPlaces.append((rect.intersection(clip), target))
  }

  /// What a click there means; nil for nothing.
  package func target(at point: Point) -> ClickTarget? {
    guard let (rect, target) = clickPlaces.last(where: { $0.0.contains(point) }) else { return nil }
    guard case .place = target else { return target }
    return .place(
      across: (Double(point.x - rect.x) + 0.5) / Double(rect.width),
      up: 1 - (Double(point.y - rect.y) + 0.5) / Double(rect.height))
  }
}
