/// A fine raster for curves: 2 x 4 dots a cell in braille, one letter a cell where letters tell the curves. Where two curves
/// share a cell, the dots of both are kept and the later one gives the colour.
struct DotCanvas {
  let width: Int
  let height: Int
  private let place: Rect
  private let isBraille: Bool
  private var dots: [UInt8]
  private var owners: [Int]

  init(_ place: Rect, isBraille: Bool) {
    self.place = place
    self.isBraille = isBraille
    width = place.width * (isBraille ? 2 : 1)
    height = place.height * (isBraille ? 4 : 1)
    dots = Array(repeating: 0, count: place.width * place.height)
    owners = Array(repeating: 0, count: dots.count)
  }

  /// Sets a dot, counted from the top left; outside nothing happens.
  mutating func set(_ x: Int, _ y: Int, owner: Int) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let cell = isBraille ? (y / 4) * place.width + x / 2 : y * place.width + x
    dots[cell] |= isBraille ? DotCanvas.bits[y % 4][x % 2] : 1
    owners[cell] = owner
  }

  /// A straight line, both ends included.
  mutating func line(from start: Point, to end: Point, owner: Int) {
    let steps = max((end.x - start.x).magnitude, (end.y - start.y).magnitude)
    guard steps > 0 else { return set(start.x, start.y, owner: owner) }
    for step in 0...Int(steps) {
      let part = Double(step) / Double(steps)
      set(
        start.x + Int((Double(end.x - start.x) * part).rounded()),
        start.y + Int((Double(end.y - start.y) * part).rounded()), owner: owner)
    }
  }

  func isEmpty(at point: Point) -> Bool {
    guard place.contains(point) else { return true }
    return dots[(point.y - place.y) * place.width + point.x - place.x] == 0
  }

  /// - Parameter numbers: of the curves, for their letters.
  func draw(on grid: inout CellGrid, styles: [Style], numbers: [Int]) {
    let letters = Look.seriesLetters
    for (index, bits) in dots.enumerated() where bits != 0 {
      let owner = owners[index]
      let glyph =
        isBraille
        ? Character(Unicode.Scalar(0x2800 + UInt32(bits)) ?? " ")
        : letters[numbers[owner] % letters.count]
      grid.put(
        glyph, at: Point(x: place.x + index % place.width, y: place.y + index / place.width),
        style: styles[owner])
    }
  }

  private static let bits: [[UInt8]] = [[1, 8], [2, 16], [4, 32], [64, 128]]
}
