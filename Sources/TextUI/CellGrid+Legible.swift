extension Color {
  /// Whether dark text is read on it; source of the weights: Rec. 709's luma.
  package var isLight: Bool? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    return 0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue) > 140
  }
}

extension CellGrid {
  private static let dark = Color.rgb(16, 16, 16)
  private static let light = Color.rgb(232, 232, 232)

  /// Gives text in the terminal's own colour one that is read wherever a background is painted: the band of a light theme
  /// on a dark terminal is light, and the terminal's text on it would be, too.
  package mutating func makeLegible() {
    restyle(bounds) { style in
      guard style.foreground == .default, let isLight = style.background.isLight else {
        return style
      }
      var style = style
      style.foreground = isLight ? CellGrid.dark : CellGrid.light
      return style
    }
  }
}
