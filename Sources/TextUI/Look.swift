/// How a picture is to be drawn: the theme, the characters, and what the screen can show of them.
package struct Look: Sendable, Hashable {
  package let theme: Theme
  package let glyphs: Glyphs
  package let colorDepth: ColorDepth

  package init(
    theme: Theme = .defaultDark, glyphs: Glyphs = .unicode, colorDepth: ColorDepth = .trueColor
  ) {
    self.theme = theme
    self.glyphs = glyphs
    self.colorDepth = colorDepth
  }

  /// Whether a cell may carry two colours of the heat ramp; else density characters stand for them.
  package var showsHeatColors: Bool { glyphs.isUnicode && colorDepth >= .indexed256 }

  /// Whether series are told apart by letters, since their colours are all the same.
  var marksSeries: Bool { !glyphs.isUnicode || theme.series.count < 2 }

  /// What stands for a series beside its name.
  package func mark(ofSeries index: Int) -> StyledText {
    let mark = marksSeries ? Look.seriesLetters[index % Look.seriesLetters.count] : glyphs.line
    return StyledText(String(mark), theme.series(index))
  }

  static let seriesLetters: [Character] = ["*", "o", "+", "x", "%", "#"]
}

/// What a state means to the reader. Shown by glyph, word and colour together, never by colour
/// alone.
package enum Tone: Sendable, Hashable {
  case normal
  case quiet
  case accent
  case ok
  case info
  case warn
  case critical
}

extension Look {
  package func style(_ tone: Tone) -> Style {
    switch tone {
    case .normal: theme.text
    case .quiet: theme.dim
    case .accent: theme.accent
    case .ok: theme.ok
    case .info: theme.info
    case .warn: theme.warn
    case .critical: theme.critical
    }
  }

  package func glyph(_ tone: Tone) -> Character {
    switch tone {
    case .critical: glyphs.critical
    case .warn: glyphs.warn
    case .quiet: glyphs.hollow
    case .normal, .ok, .accent, .info: glyphs.ok
    }
  }

  package func text(_ text: String, _ tone: Tone = .normal) -> StyledText {
    StyledText(text, style(tone))
  }

  /// A glyph and a word, both in the tone's colour: `■ page`.
  package func status(_ tone: Tone, _ word: String) -> StyledText {
    StyledText("\(glyph(tone)) \(word)", style(tone))
  }
}
