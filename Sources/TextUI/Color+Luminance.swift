extension Color {
  /// Relative luminance, 0 for black and 1 for white; the terminal's own colour counts as black.
  ///
  /// Source: WCAG 2.2, definition of relative luminance.
  package var luminance: Double {
    guard case .rgb(let red, let green, let blue) = self else { return 0 }
    return 0.2126 * Color.linear(red) + 0.7152 * Color.linear(green) + 0.0722 * Color.linear(blue)
  }

  /// How far apart two colours are in lightness, 1 through 21.
  ///
  /// Source: WCAG 2.2, definition of contrast ratio.
  package func contrast(with other: Color) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// A channel of sRGB as light, 0 through 1.
  private static func linear(_ byte: UInt8) -> Double {
    let value = Double(byte) / 255
    guard value > 0.040_45 else { return value / 12.92 }
    let base = (value + 0.055) / 1.055
    // base to the power of 2.4: its square times the fifth root of its square, by Newton's method.
    let square = base * base
    var root = 1.0
    for _ in 0..<20 {
      let fourth = root * root * root * root
      root -= (fourth * root - square) / (5 * fourth)
    }
    return square * root
  }
}
