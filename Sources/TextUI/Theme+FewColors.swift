extension Theme {
  /// The theme for a screen of eight or sixteen colours.
  ///
  /// A tint is none of those: brought down to the nearest hue, a warm grey becomes the red of an alarm, and a dark selection
  /// nothing. So greys lose their tint, only the selection paints a row, and dialogs stand on the terminal's own
  /// background.
  package var forFewColors: Theme {
    let band = Color.rgb(0, 0, 170)
    let grey = Color.rgb(110, 110, 110)
    var theme = self
    theme.ok = Style(ok.foreground.plainGreen, on: .default, ok.attributes)
    theme.dim = Style(dim.foreground.withoutHue, on: .default, dim.attributes)
    theme.faint = Style(grey)
    theme.idle = Style(grey)
    theme.border = Style(grey)
    theme.behindDialog = Style(grey)
    theme.selection = band
    theme.alarm = .default
    theme.dialog = .default
    theme.button = Style(.default, on: grey)
    theme.field = Style(.default, on: band)
    return theme
  }
}

extension Color {
  /// An olive is a yellow to the nearest hue, and so a warning; other colours stay.
  fileprivate var plainGreen: Color {
    guard case .rgb(let red, let green, let blue) = self, green > red, green > blue else {
      return self
    }
    return lightness > 110 ? .rgb(85, 255, 85) : .rgb(0, 128, 0)
  }

  /// As light, without a hue.
  fileprivate var withoutHue: Color {
    guard case .rgb = self else { return self }
    let byte = UInt8(lightness)
    return .rgb(byte, byte, byte)
  }

  /// From 0 through 255. Source of the weights: Rec. 601's luma.
  private var lightness: Double {
    guard case .rgb(let red, let green, let blue) = self else { return 0 }
    return 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
  }
}
