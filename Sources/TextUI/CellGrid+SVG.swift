extension CellGrid {
  /// Sizes of a cell in pixels, for a font of 14. The width is DejaVu Sans Mono's (1233 of 2048): not every program that
  /// draws SVG obeys `textLength`.
  private static let cellWidth = 8.43
  private static let cellHeight = 17.0
  private static let baseline = 13.0

  /// The picture as SVG 1.1, for a page or a chat. Blocks and bars are drawn as areas, so that a map looks the same
  /// in every font.
  ///
  /// - Parameters:
  ///   - foreground, background: what stands for the terminal's own colours.
  package func svg(foreground: Color, background: Color) -> String {
    let size = (
      width: CellGrid.pixels(Double(width) * CellGrid.cellWidth),
      height: CellGrid.pixels(Double(height) * CellGrid.cellHeight)
    )
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.width)\" height=\"\(size.height)\" "
        + "viewBox=\"0 0 \(size.width) \(size.height)\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" "
        + "font-size=\"14\" shape-rendering=\"crispEdges\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"\(background.summary)\"/>",
    ]
    for y in 0..<height {
      for run in runs(ofRow: y) {
        let paint = Paint(run.style, foreground: foreground, background: background)
        if let back = paint.back {
          lines.append(CellGrid.rect(run.x, y, columns: run.width, fill: back))
        }
        lines += CellGrid.elements(run, y, paint)
      }
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Blocks as areas, what lies between them as text.
  private static func elements(_ run: StyledRun, _ y: Int, _ paint: Paint) -> [String] {
    var elements: [String] = []
    var text = ""
    var textStart = run.x
    var column = run.x
    func endText() {
      if !text.allSatisfy({ $0 == " " }) {
        elements.append(label(text, textStart, y, columns: column - textStart, paint))
      }
      text = ""
    }
    forEachGlyph(in: run.text) { glyph, glyphWidth in
      if let areas = CellArea.areas(of: glyph) {
        endText()
        elements += areas.map { rect(column, y, columns: 1, fill: paint.front, $0) }
        column += 1
        textStart = column
      } else {
        text.append(glyph)
        column += glyphWidth
      }
      return true
    }
    endText()
    return elements
  }

  private static func label(
    _ text: String, _ x: Int, _ y: Int, columns: Int, _ paint: Paint
  ) -> String {
    let left = pixels(Double(x) * cellWidth)
    let base = pixels(Double(y) * cellHeight + baseline)
    let length = pixels(Double(columns) * cellWidth)
    return "<text xml:space=\"preserve\" x=\"\(left)\" y=\"\(base)\" textLength=\"\(length)\" "
      + "fill=\"\(paint.front)\"\(paint.attributes)>\(escaped(text))</text>"
  }

  private static func rect(
    _ x: Int, _ y: Int, columns: Int, fill: String, _ area: CellArea = CellArea()
  ) -> String {
    let left = pixels((Double(x) + area.left) * cellWidth)
    let upper = pixels((Double(y) + area.top) * cellHeight)
    let width = pixels(Double(columns) * cellWidth * (area.right - area.left))
    let height = pixels((area.bottom - area.top) * cellHeight)
    return
      "<rect x=\"\(left)\" y=\"\(upper)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\"/>"
  }

  /// With at most two digits behind the point.
  private static func pixels(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    let rest = hundredths % 100
    return "\(hundredths / 100)."
      + (rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)"))
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }

  /// A style in SVG's words.
  private struct Paint {
    var front: String
    /// Nil: the picture's own background.
    var back: String?
    var attributes = ""

    init(_ style: Style, foreground: Color, background: Color) {
      var (ink, ground) = (style.foreground, style.background)
      if style.attributes.contains(.reverse) {
        (ink, ground) = (
          ground == .default ? background : ground, ink == .default ? foreground : ink
        )
      }
      if ink == .default { ink = foreground }
      if style.attributes.contains(.dim) { ink = ink.mixed(with: background, 0.4) }
      front = ink.summary
      back = ground == .default ? nil : ground.summary
      if style.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
      if style.attributes.contains(.italic) { attributes += " font-style=\"italic\"" }
      if style.attributes.contains(.underline) { attributes += " text-decoration=\"underline\"" }
    }
  }
}
