import Curses
import Testing
import TextUI

@Suite struct TerminalTests {
  private var xterm: Terminfo {
    var entry = Terminfo.plain
    entry.names = ["xterm-256color", "xterm with 256 colors"]
    entry.set(Terminfo.Number.maxColors, number: 256)
    entry.set(Terminfo.Number.maxPairs, number: 65_536)
    entry.set(Terminfo.Text.setForeground, text: "\u{1B}[%p1%dm")
    entry.set(Terminfo.Flag.canChangeColor, flag: true)
    return entry
  }

  private func terminal(_ environment: [String: String]) -> Terminal {
    var linux = xterm
    linux.set(Terminfo.Number.maxColors, number: 8)
    var dumb = Terminfo(names: ["glass"])
    dumb.set(Terminfo.Number.maxColors, number: 8)
    let known = ["xterm-256color": xterm, "linux": linux, "glass": dumb]
    return Terminal(environment: environment) { known[$0] }
  }

  @Test func `exact colours need COLORTERM to say so, and no entry of their own`() throws {
    let terminal = terminal(["TERM": "xterm-256color", "COLORTERM": "truecolor"])
    #expect(terminal.depth == .trueColor)
    let description = try #require(terminal.description)
    #expect(description.number(Terminfo.Number.maxColors) == 1 << 24)
    #expect(description.extendedFlags == ["RGB"])
    #expect(!description.flag(Terminfo.Flag.canChangeColor))
    #expect(terminal.terminfoVariable?.hasPrefix("hex:1E02") == true)
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], ColorDepth.indexed256),
    (["TERM": "linux"], .ansi8),
    (["TERM": "xterm-256color", "COLORTERM": "yes"], .indexed256),
    (["TERM": "xterm-256color", "COLORTERM": "24bit"], .trueColor),
    (["TERM": "xterm-256color", "NO_COLOR": "1", "COLORTERM": "truecolor"], .mono),
    (["TERM": "xterm-256color", "NO_COLOR": ""], .indexed256),
    (["TERM": "dumb", "COLORTERM": "truecolor"], .mono),
    (["TERM": "xterm-kitty", "COLORTERM": "truecolor"], .trueColor),
    (["TERM": "alacritty"], .indexed256), (["TERM": "xterm-ghostty", "NO_COLOR": "1"], .mono),
    (["TERM": "tmux-256color"], .mono), (["TERM": "unknown-x"], .mono), (["TERM": "glass"], .mono),
    ([:], .mono),
  ])
  func `how many colours an environment gives`(
    environment: [String: String], depth: ColorDepth
  ) {
    #expect(terminal(environment).depth == depth)
  }

  @Test func `an emulator that the database lacks goes by the entry that it is like`() {
    let terminal = terminal(["TERM": "xterm-kitty"])
    #expect(terminal.name == "xterm-256color")
    #expect(terminal.takesModes)
  }

  @Test func `a terminal that is only guessed at is told as little as possible`() {
    let terminal = terminal([:])
    #expect(!terminal.takesModes)
    #expect(!terminal.endsAttributes)
    #expect(terminal.description == .plain)
  }

  @Test func `a description survives being encoded`() throws {
    var entry = xterm
    entry.set(Terminfo.Number.maxColors, number: 1 << 24)
    let decoded = try #require(Terminfo(entry.encoded))
    #expect(decoded == entry)
  }

  @Test func `no bytes crash the decoder`() {
    let bytes = xterm.encoded
    for count in 0..<bytes.count {
      _ = Terminfo(Array(bytes[..<count]))
      var broken = bytes
      broken[count] ^= 0xFF
      _ = Terminfo(broken)
    }
  }
}

@Suite struct ColorQuantizerTests {
  private func ink(_ depth: ColorDepth, _ style: Style) -> Ink {
    ColorQuantizer(depth: depth).ink(style)
  }

  @Test func `the terminal's own colours stay its own at every depth`() {
    for depth in [ColorDepth.mono, .ansi8, .ansi16, .indexed256, .trueColor] {
      #expect(ink(depth, .plain) == Ink())
    }
  }

  @Test(arguments: [
    (Color.rgb(255, 0, 0), Int32(196)), (.rgb(0, 0, 0), 16), (.rgb(255, 255, 255), 231),
    (.rgb(128, 128, 128), 244), (.rgb(89, 176, 255), 75),
  ])
  func `the nearest of 256, never one that the user has changed`(color: Color, index: Int32) {
    #expect(ink(.indexed256, Style(color)).foreground == index)
  }

  @Test func `exact colours are exact, save those that the palette has`() {
    #expect(ink(.trueColor, Style(.rgb(26, 42, 62))).foreground == 0x1A2A3E)
    #expect(ink(.trueColor, Style(.rgb(89, 176, 255))).foreground == 75)
    let blue = ink(.trueColor, Style(.rgb(0, 0, 60))).foreground
    #expect(blue == 0x013C)
  }

  @Test func `with few colours the hue stays, grey stays grey`() {
    let theme = Theme.defaultDark
    #expect(ink(.ansi16, theme.critical).foreground == 9)
    #expect(ink(.ansi16, theme.warn).foreground == 11)
    #expect(ink(.ansi16, theme.ok).foreground == 10)
    #expect(ink(.ansi16, theme.dim).foreground == 8)
    #expect(ink(.ansi8, theme.critical).foreground == 1)
    #expect(ink(.ansi8, theme.dim) == Ink(attributes: .dim))
  }

  /// Schemes of the themes whose greys have a tint: warm and dark, warm and light, violet.
  private static let tinted: [[UInt32]] = [
    [0x1e1814, 0x272019, 0x3d3029, 0x746459, 0xa08c7d, 0xe6dace, 0xf3ebe2, 0xfbf6f0] + bright,
    [0xf7f1e3, 0xebe2cd, 0xd5cab4, 0x94886b, 0x6f664f, 0x2e2a20, 0x1f1c15, 0x14110c] + dark,
    [0x17151f, 0x1f1c2c, 0x322d4a, 0x6f688c, 0x938dae, 0xdcd8ec, 0xece9f6, 0xf7f5fc] + bright,
  ]
  private static let bright: [UInt32] = [
    0xf96084, 0xffb059, 0xffd080, 0x85d18e, 0x65d2d2, 0x59b0ff, 0xb08dff, 0xc08060,
  ]
  private static let dark: [UInt32] = [
    0xb8223c, 0x9a5b00, 0x806400, 0x2f7434, 0x006f74, 0x1f5fae, 0x7a3fae, 0x7c4a22,
  ]

  @Test(arguments: tinted, [ColorDepth.ansi8, .ansi16])
  func `a tinted grey is no alarm, and a selected row is seen and read`(
    scheme: [UInt32], depth: ColorDepth
  ) throws {
    let colors = scheme.map { Color.rgb(UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255)) }
    let theme = try #require(Theme(base16: colors)).forFewColors
    for style in [theme.dim, theme.faint, theme.border, theme.behindDialog] {
      let ink = ink(depth, style)
      #expect(ink == (depth == .ansi16 ? Ink(foreground: 8) : Ink(attributes: .dim)))
    }
    for style in [theme.text, theme.dim, theme.accent, theme.critical, theme.warn, theme.ok] {
      let ink = ink(depth, style.on(theme.selection))
      #expect(ink == Ink(foreground: depth == .ansi16 ? 15 : 7, background: 4))
    }
  }

  @Test func `what is well is green, where the theme has an olive for it`() throws {
    var colors = Self.tinted[0].map {
      Color.rgb(UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255))
    }
    colors[0xB] = .rgb(163, 199, 109)
    let theme = try #require(Theme(base16: colors))
    #expect(ink(.ansi16, theme.ok).foreground == ink(.ansi16, theme.warn).foreground)
    #expect(ink(.ansi16, theme.forFewColors.ok).foreground == 10)
    #expect(ink(.ansi8, theme.forFewColors.ok).foreground == 2)
    // One for colour-blind eyes has a blue for it, and keeps it.
    colors[0xB] = .rgb(79, 179, 232)
    let blue = try #require(Theme(base16: colors))
    #expect(blue.forFewColors.ok == blue.ok)
  }

  @Test func `a band is white on dark hues and black on light ones`() {
    for theme in [Theme.defaultDark.forFewColors, Theme.defaultLight.forFewColors] {
      #expect(
        ink(.ansi16, theme.alarmBand) == Ink(foreground: 15, background: 1, attributes: .bold))
      #expect(
        ink(.ansi16, theme.headerBand) == Ink(foreground: 0, background: 3, attributes: .bold))
      #expect(ink(.ansi16, theme.button) == Ink(foreground: 15, background: 8))
      #expect(ink(.ansi8, theme.button) == Ink(foreground: 0, background: 7))
    }
  }

  @Test func `no yellow is written on a light background`() {
    let theme = Theme.defaultLight
    #expect(ink(.ansi16, theme.warn) == Ink(attributes: .bold))
    #expect(ink(.ansi16, theme.critical).foreground == 1)
    #expect(ink(.ansi16, theme.ok).foreground == 2)
    #expect(ink(.ansi16, theme.accent).foreground == 4)
    #expect(ink(.ansi16, theme.dim).foreground == 8)
  }

  @Test func `text can be told from its background at every depth`() {
    let theme = Theme.defaultDark
    for depth in [ColorDepth.ansi8, .ansi16, .indexed256, .trueColor] {
      for style in [theme.button, theme.focusedButton, theme.dangerButton, theme.field] {
        let ink = ink(depth, style)
        #expect(ink.foreground != ink.background)
      }
      for color in [theme.text, theme.dim, theme.accent, theme.critical, theme.warn, theme.ok] {
        let ink = ink(depth, color.on(theme.selection))
        #expect(ink.foreground != ink.background)
      }
    }
  }

  @Test func `without colours a light background is reverse and nothing else is left`() {
    #expect(ink(.mono, Style(.rgb(255, 0, 0)).bold) == Ink(attributes: .bold))
    #expect(ink(.mono, Style(.default, on: .rgb(255, 255, 255))) == Ink(attributes: .reverse))
    #expect(ink(.mono, Style(.default, on: .rgb(20, 30, 40))) == Ink())
  }
}

@Suite struct PairTableTests {
  @Test func `a pair is given once and kept`() {
    var table = PairTable(capacity: 2)
    let first = PairTable.Colors(foreground: 1, background: -1)
    #expect(table.pair(PairTable.Colors(foreground: -1, background: -1)) == .known(0))
    #expect(table.pair(first) == .new(1))
    #expect(table.pair(first) == .known(1))
    #expect(table.pair(PairTable.Colors(foreground: 2, background: -1)) == .new(2))
    #expect(table.pair(PairTable.Colors(foreground: 3, background: -1)) == .exhausted)
    table.removeAll()
    #expect(table.pair(PairTable.Colors(foreground: 3, background: -1)) == .new(1))
  }
}

@Suite struct StyleRunsTests {
  private let red = Style(.rgb(255, 0, 0))

  private func inks(_ cells: [Cell]) -> [Ink] {
    let quantizer = ColorQuantizer(depth: .indexed256)
    return StyleRuns.inks(of: cells) { quantizer.ink($0) }
  }

  @Test func `a blank between words takes the look of the word before it`() {
    let inks = inks([Cell("a", red), Cell(" "), Cell("b", red)])
    #expect(StyleRuns.parts(of: inks) == [0..<3])
  }

  @Test func `a blank with another background does not`() {
    let selected = Cell(" ", Style(.default, on: .rgb(0, 0, 95)))
    #expect(StyleRuns.parts(of: inks([Cell("a", red), selected])) == [0..<1, 1..<2])
  }

  @Test func `long blanks stay plain, so that they can be erased`() {
    let cells = [Cell("a", red)] + Array(repeating: Cell(" "), count: 20)
    #expect(StyleRuns.parts(of: inks(cells)) == [0..<1, 1..<21])
  }

  @Test func `underlined blanks are seen, so they keep their look`() {
    let cells = [Cell("a", red), Cell(" ", Style.plain.underline)]
    #expect(StyleRuns.parts(of: inks(cells)) == [0..<1, 1..<2])
  }

  @Test func `parts cover the run without gaps`() {
    let cells = (0..<1300).map { Cell($0 % 7 == 0 ? " " : "x", $0 / 600 == 1 ? red : .plain) }
    let parts = StyleRuns.parts(of: inks(cells))
    #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == 1300)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(parts.allSatisfy { $0.count <= 512 })
    #expect(StyleRuns.parts(of: []).isEmpty)
  }
}
