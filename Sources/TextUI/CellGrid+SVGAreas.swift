/// A part of a cell that is filled, in shares of it from the left and from the top.
struct CellArea {
  var left = 0.0
  var right = 1.0
  var top = 0.0
  var bottom = 1.0

  /// What a character fills, which then looks the same in every font and never moves what stands after it; nil for what is
  /// written.
  static func areas(of glyph: Character) -> [CellArea]? {
    if glyph == "▀" { return [CellArea(bottom: 0.5)] }
    if glyph == "│" { return [CellArea(left: 0.44, right: 0.56)] }
    if let eighths = Glyphs.unicode.bars.firstIndex(of: glyph), eighths > 0 {
      return [CellArea(top: 1 - Double(eighths) / 8)]
    }
    if let eighths = Glyphs.unicode.blocks.firstIndex(of: glyph), eighths > 0 {
      return [CellArea(right: Double(eighths) / 8)]
    }
    return brailleDots(glyph)
  }

  /// Source: Unicode, block Braille Patterns: dots 1 to 3 and 7 stand on the left, 4 to 6 and 8 on the right.
  private static func brailleDots(_ glyph: Character) -> [CellArea]? {
    guard let code = glyph.unicodeScalars.first?.value, (0x2800...0x28FF).contains(code) else {
      return nil
    }
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return places.indices.filter { code >> $0 & 1 == 1 }.map { index in
      let x = 0.25 + 0.5 * Double(places[index].0)
      let y = 0.125 + 0.25 * Double(places[index].1)
      return CellArea(left: x - 0.12, right: x + 0.12, top: y - 0.06, bottom: y + 0.06)
    }
  }
}
