/// A colour as a theme means it. The terminal shows the nearest one it has.
package enum Color: Sendable, Hashable {
  /// The terminal's own; never painted, so that transparent and light terminals stay as they are.
  case `default`
  case rgb(UInt8, UInt8, UInt8)

  /// Half way (or any other part of the way) from this colour to another; `.default` stays.
  package func mixed(with other: Color, _ part: Double) -> Color {
    guard case .rgb(let r, let g, let b) = self, case .rgb(let r2, let g2, let b2) = other else {
      return self
    }
    let t = min(max(part, 0), 1)
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * t).rounded())
    }
    return .rgb(mix(r, r2), mix(g, g2), mix(b, b2))
  }
}

/// How a cell looks. Two styles are equal when a terminal would show them alike.
package struct Style: Sendable, Hashable {
  package struct Attributes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let italic = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
    package static let reverse = Attributes(rawValue: 16)
  }

  package var foreground: Color
  package var background: Color
  package var attributes: Attributes

  package init(
    _ foreground: Color = .default, on background: Color = .default, _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  package static let plain = Style()

  package var bold: Style { adding(.bold) }
  package var dim: Style { adding(.dim) }
  package var italic: Style { adding(.italic) }
  package var underline: Style { adding(.underline) }
  package var reverse: Style { adding(.reverse) }

  package func adding(_ attributes: Attributes) -> Style {
    var style = self
    style.attributes.formUnion(attributes)
    return style
  }

  package func on(_ background: Color) -> Style {
    var style = self
    style.background = background
    return style
  }
}
