/// A cell's place: column `x` and row `y`, counted from the top left.
package struct Point: Sendable, Hashable {
  package var x: Int
  package var y: Int

  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// An extent in cells; never negative.
package struct Size: Sendable, Hashable {
  package let width: Int
  package let height: Int

  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }
}

/// A rectangle of cells. A rectangle may lie outside the grid it is used on: drawing clips.
package struct Rect: Sendable, Hashable {
  package let x: Int
  package let y: Int
  package let width: Int
  package let height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  package init(_ size: Size) {
    self.init(x: 0, y: 0, width: size.width, height: size.height)
  }

  /// The last column that still belongs to the rectangle (`x - 1` when it is empty).
  package var lastX: Int { x + width - 1 }
  /// The last row that still belongs to the rectangle (`y - 1` when it is empty).
  package var lastY: Int { y + height - 1 }
  package var isEmpty: Bool { width == 0 || height == 0 }
  package var size: Size { Size(width: width, height: height) }
  package var origin: Point { Point(x: x, y: y) }

  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= lastX && point.y >= y && point.y <= lastY
  }

  /// Smaller by so many cells on each side; empty rather than inside out.
  package func inset(horizontal: Int = 0, vertical: Int = 0) -> Rect {
    inset(left: horizontal, top: vertical, right: horizontal, bottom: vertical)
  }

  package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
    Rect(
      x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  /// One row of it, counted from its top.
  package func row(_ index: Int) -> Rect { Rect(x: x, y: y + index, width: width, height: 1) }

  /// What both cover; empty when they do not meet.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(lastX, other.lastX) - left + 1,
      height: min(lastY, other.lastY) - top + 1)
  }

  /// A rectangle of the given size in its middle, cut to fit.
  package func centered(_ size: Size) -> Rect {
    let width = min(size.width, self.width)
    let height = min(size.height, self.height)
    return Rect(
      x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width,
      height: height)
  }
}
