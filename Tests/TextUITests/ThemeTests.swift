import Testing
import TextUI

@Suite struct ThemeTests {
  @Test func `the heat ramp has at least twelve different colours`() {
    #expect(Set(Theme.defaultDark.heat).count >= 12)
    #expect(Set(Theme.defaultLight.heat).count >= 12)
  }

  @Test func `text never paints a background`() {
    for theme in [Theme.defaultDark, .defaultLight, .monochrome] {
      for style in [theme.text, theme.dim, theme.title, theme.accent, theme.ok, theme.critical] {
        #expect(style.background == .default)
      }
    }
  }

  @Test func `dim text of the built-in themes is read on every ground`() {
    let grounds: [(Theme, Color)] = [
      (.defaultDark, .rgb(15, 20, 25)), (.defaultLight, .rgb(250, 250, 248)),
    ]
    for (theme, ground) in grounds {
      #expect(theme.dim.foreground.contrast(with: ground) >= 4.5)
      #expect(theme.idle.foreground.contrast(with: ground) >= 3)
      #expect(theme.dim.foreground.contrast(with: theme.selection) >= 3.5)
      #expect(theme.dim.foreground.contrast(with: theme.alarm) >= 3.5)
    }
  }

  @Test func `a base16 scheme needs its sixteen colours`() throws {
    let colors = (0..<16).compactMap { Color(hex: "#0\(String($0, radix: 16))0000") }
    #expect(Theme(base16: Array(colors.dropLast())) == nil)
    let theme = try #require(Theme(base16: colors))
    #expect(theme.accent.foreground == .rgb(13, 0, 0))
    #expect(theme.critical.foreground == .rgb(8, 0, 0))
  }

  @Test func `colours are read from hexadecimal and nothing else`() {
    #expect(Color(hex: "#59b0ff") == .rgb(0x59, 0xb0, 0xff))
    #expect(Color(hex: "59B0FF")?.summary == "#59b0ff")
    #expect(Color(hex: "59b0f") == nil)
    #expect(Color(hex: "+9b0ff") == nil)
  }

  @Test func `every ASCII glyph is ASCII, every glyph is one column wide`() {
    for glyphs in [Glyphs.unicode, .ascii] {
      let all =
        [
          glyphs.topLeft, glyphs.horizontal, glyphs.vertical, glyphs.dashed, glyphs.markLine,
          glyphs.ok, glyphs.warn, glyphs.critical, glyphs.stale, glyphs.partial, glyphs.hollow,
          glyphs.pending, glyphs.mark, glyphs.separator, glyphs.selection, glyphs.up, glyphs.down,
          glyphs.arrow, glyphs.line, glyphs.textCursor,
        ] + glyphs.bars + glyphs.blocks + glyphs.shades
      for glyph in all {
        #expect(String(glyph).displayWidth == 1)
        #expect(glyphs.isUnicode || glyph.isASCII)
      }
      #expect(glyphs.isUnicode || glyphs.ellipsis.allSatisfy(\.isASCII))
    }
  }
}
