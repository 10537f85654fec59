package import TextUI

/// A style as ncurses takes it: colours as numbers (-1 is the terminal's own) and attributes.
package struct Ink: Hashable, Sendable {
  package var foreground: Int32 = -1
  package var background: Int32 = -1
  package var attributes: Style.Attributes = []

  package init(
    foreground: Int32 = -1, background: Int32 = -1, attributes: Style.Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// Brings a theme's colours down to those that a terminal has.
package struct ColorQuantizer: Sendable {
  package let depth: ColorDepth

  package init(depth: ColorDepth) {
    self.depth = depth
  }

  package func ink(_ style: Style) -> Ink {
    switch depth {
    case .mono: monochrome(style)
    case .ansi8, .ansi16: basic(style)
    case .indexed256:
      Ink(
        foreground: number(style.foreground) { ColorQuantizer.indexed($0, $1, $2) },
        background: number(style.background) { ColorQuantizer.indexed($0, $1, $2) },
        attributes: style.attributes)
    case .trueColor:
      Ink(
        foreground: number(style.foreground, ColorQuantizer.exact),
        background: number(style.background, ColorQuantizer.exact), attributes: style.attributes)
    }
  }

  private func number(_ color: Color, _ quantize: (Int, Int, Int) -> Int32) -> Int32 {
    guard case .rgb(let red, let green, let blue) = color else { return -1 }
    return quantize(Int(red), Int(green), Int(blue))
  }

  /// A light background becomes reverse, a dark one nothing; colours of text say nothing.
  private func monochrome(_ style: Style) -> Ink {
    var attributes = style.attributes
    if case .rgb(let red, let green, let blue) = style.background,
      ColorQuantizer.luminance(Int(red), Int(green), Int(blue)) > 110
    {
      attributes.formSymmetricDifference(.reverse)
    }
    return Ink(attributes: attributes)
  }

  /// Text keeps its hue on the terminal's own background alone: on a painted one it is black or white, since which two hues
  /// can be told apart there is the palette's affair.
  private func basic(_ style: Style) -> Ink {
    let ground = ground(style.background)
    guard ground < 0 else {
      let isLight = [2, 3, 6, 7].contains(ground)
      return Ink(
        foreground: isLight ? 0 : (depth == .ansi16 ? 15 : 7), background: ground,
        attributes: style.attributes.subtracting(.dim))
    }
    var ink = Ink(attributes: style.attributes)
    guard case .rgb(let red, let green, let blue) = style.foreground else { return ink }
    let light = ColorQuantizer.luminance(Int(red), Int(green), Int(blue))
    if let hue = ColorQuantizer.hue(Int(red), Int(green), Int(blue)) {
      // A dark colour is made for a light background, where no palette's yellow is read, and cyan hardly.
      let isDark = light <= 110
      if hue == 3, isDark {
        ink.attributes.insert(.bold)
      } else if hue == 6, isDark, Int(blue) > 3 * Int(green) / 2 {
        ink.foreground = 4
      } else {
        ink.foreground = hue + (depth == .ansi16 && !isDark ? 8 : 0)
      }
    } else if light < 40 {
      ink.foreground = 0
    } else if light < 150 {
      // Eight colours have no grey: the dim attribute says it.
      if depth == .ansi16 { ink.foreground = 8 } else { ink.attributes.insert(.dim) }
    }
    return ink
  }

  /// What a background is painted with; -1 leaves the terminal's own, as of a dark grey.
  private func ground(_ color: Color) -> Int32 {
    guard case .rgb(let red, let green, let blue) = color else { return -1 }
    if let hue = ColorQuantizer.hue(Int(red), Int(green), Int(blue)) { return hue }
    let light = ColorQuantizer.luminance(Int(red), Int(green), Int(blue))
    return light <= 50 ? -1 : (light > 150 || depth == .ansi8 ? 7 : 8)
  }

  /// The nearest of the six pure colours by hue; nil for what looks grey.
  private static func hue(_ red: Int, _ green: Int, _ blue: Int) -> Int32? {
    let high = max(red, green, blue)
    let low = min(red, green, blue)
    let chroma = high - low
    guard chroma >= 32 else { return nil }
    let sector: Double
    if high == red {
      sector = Double(green - blue) / Double(chroma)
    } else if high == green {
      sector = 2 + Double(blue - red) / Double(chroma)
    } else {
      sector = 4 + Double(red - green) / Double(chroma)
    }
    let colors: [Int32] = [1, 3, 2, 6, 4, 5]
    return colors[(Int(sector.rounded()) + 6) % 6]
  }

  static func luminance(_ red: Int, _ green: Int, _ blue: Int) -> Int {
    (red * 299 + green * 587 + blue * 114) / 1000
  }

  /// Red, green and blue in one number. A colour that the palette of 256 has to within a shade that
  /// no eye tells apart is given by its place there, which takes half of the bytes; since
  /// numbers up to 255 mean the palette, pure blues get a trace of green.
  private static func exact(_ red: Int, _ green: Int, _ blue: Int) -> Int32 {
    let index = indexed(red, green, blue)
    let near = paletteColor(Int(index))
    let tolerance = 7
    if abs(near.red - red) <= tolerance, abs(near.green - green) <= tolerance,
      abs(near.blue - blue) <= tolerance
    {
      return index
    }
    let value = Int32(red << 16 | green << 8 | blue)
    return value < 256 ? value + 256 : value
  }

  /// The nearest colour of xterm's cube and grey ramp; the first sixteen are the user's own.
  package static func indexed(_ red: Int, _ green: Int, _ blue: Int) -> Int32 {
    func step(_ value: Int) -> Int {
      value < 48 ? 0 : (value < 115 ? 1 : (value - 35) / 40)
    }
    let cube = 16 + 36 * step(red) + 6 * step(green) + step(blue)
    let mean = (red + green + blue) / 3
    let gray = 232 + min(23, max(0, (mean - 3) / 10))
    func distance(_ index: Int) -> Int {
      let color = paletteColor(index)
      let (r, g, b) = (color.red - red, color.green - green, color.blue - blue)
      return r * r * 2 + g * g * 4 + b * b * 3
    }
    return Int32(distance(gray) < distance(cube) ? gray : cube)
  }

  private static func paletteColor(_ index: Int) -> (red: Int, green: Int, blue: Int) {
    if index >= 232 {
      let value = 8 + 10 * (index - 232)
      return (value, value, value)
    }
    let levels = [0, 95, 135, 175, 215, 255]
    let place = max(0, index - 16)
    return (levels[place / 36], levels[place / 6 % 6], levels[place % 6])
  }
}
