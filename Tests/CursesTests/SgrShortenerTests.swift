import Curses
import Testing

@Suite struct SgrShortenerTests {
  private func shorten(_ text: String, endsAttributes: Bool = true) -> String {
    var shortener = SgrShortener(endsAttributes: endsAttributes)
    return String(decoding: shortener.shorten(text.utf8), as: UTF8.self)
      .replacing("\u{1B}", with: "^")
  }

  @Test func `only the colour that changes is said`() {
    let bytes = "\u{1B}[31m\u{1B}[44ma\u{1B}[39;49m\u{1B}[32m\u{1B}[44mb"
    #expect(shorten(bytes) == "^[31;44ma^[32mb")
  }

  /// As terminfo's "linux" and "ansi" have it: each reset chooses the first font too.
  @Test func `a reset that names the font is a reset`() {
    let bytes =
      "\u{1B}[0;10;2m\u{1B}[37;44ma\u{1B}[0;10mb\u{1B}[0;10;1m\u{1B}[31mc\u{1B}[0;10m\u{1B}[44md"
    #expect(shorten(bytes) == "^[2;37;44ma^[mb^[1;31mc^[0;44md")
  }

  @Test func `what no character shows is never said`() {
    #expect(shorten("\u{1B}[31m\u{1B}[m\u{1B}[2;3H") == "^[2;3H")
  }

  @Test func `a blank shows its background and not its foreground`() {
    #expect(shorten("\u{1B}[31;1m \u{1B}[44m x") == " ^[44m ^[1;31mx")
  }

  /// tmux repeats nothing where anything stands between a character and its REP.
  @Test func `a repeated blank has nothing between it and how often`() {
    #expect(shorten("\u{1B}[31;44m \u{1B}[9b\u{1B}[32mx") == "^[44m ^[9b^[32mx")
    #expect(shorten("\u{1B}[31;44m-\u{1B}[9b \u{1B}[3b") == "^[31;44m-^[9b ^[3b")
  }

  @Test func `an underlined or reversed blank shows its foreground`() {
    #expect(shorten("\u{1B}[31;7m ") == "^[7;31m ")
  }

  @Test func `erasing shows the background`() {
    #expect(shorten("\u{1B}[44m\u{1B}[9X\u{1B}[m\u{1B}[K") == "^[44m^[9X^[m^[K")
  }

  @Test(arguments: ["\n", "\u{1B}D", "\u{1B}E", "\u{1B}M"])
  func `a line that scrolls in has the background that was asked for`(_ scroll: String) {
    let bytes = "\u{1B}[44mx\u{1B}[m\(scroll)"
    #expect(shorten(bytes) == "^[44mx^[m\(scroll.replacing("\u{1B}", with: "^"))")
  }

  @Test func `colours of the palette and exact ones are kept apart`() {
    let bytes = "\u{1B}[38;5;75ma\u{1B}[38;5;75mb\u{1B}[38;2;1;2;3mc"
    #expect(shorten(bytes) == "^[38;5;75mab^[38;2;1;2;3mc")
  }

  @Test func `bold ends by its own number, or by a reset where that is shorter or all there is`() {
    #expect(shorten("\u{1B}[1;31ma\u{1B}[m\u{1B}[31mb") == "^[1;31ma^[22mb")
    #expect(shorten("\u{1B}[1;31ma\u{1B}[mb") == "^[1;31ma^[mb")
    #expect(
      shorten("\u{1B}[1;7ma\u{1B}[m\u{1B}[7mb", endsAttributes: false) == "^[1;7ma^[0;7mb")
  }

  @Test func `dim and bold end together, so the other is said again`() {
    #expect(shorten("\u{1B}[1;2;4;31ma\u{1B}[m\u{1B}[1;4;31mb") == "^[1;2;4;31ma^[22;1mb")
  }

  @Test func `what is not understood passes as it is`() {
    #expect(shorten("\u{1B}[58:2::1:2:3ma\u{1B}(Bb") == "^[58:2::1:2:3ma^(Bb")
    #expect(shorten("\u{1B}[?1049h\u{1B}[?25l") == "^[?1049h^[?25l")
  }

  @Test func `the state lasts from picture to picture, and finish says the rest`() {
    var shortener = SgrShortener(endsAttributes: true)
    _ = shortener.shorten("\u{1B}[31ma".utf8)
    #expect(shortener.shorten("\u{1B}[31mb".utf8) == Array("b".utf8))
    #expect(shortener.shorten("\u{1B}[m".utf8) == [])
    #expect(shortener.finish() == Array("\u{1B}[m".utf8))
    #expect(shortener.finish() == [])
  }
}
