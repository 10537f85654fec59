import Curses
import Testing
import TextUI

/// What a terminal says of its background, and what it never becomes: keys.
struct BackgroundTests {
  private static let end = "\u{1B}[?62;4c"

  private static func decoder() -> KeyDecoder {
    var decoder = KeyDecoder()
    decoder.expectAnswer()
    return decoder
  }

  @Test(arguments: [
    ("\u{1B}]11;rgb:ffff/fafa/e0e0\u{7}", Color.rgb(255, 250, 224)),
    ("\u{1B}]11;rgb:ff/fa/e0\u{1B}\\", .rgb(255, 250, 224)),
    ("\u{1B}]11;rgb:f/0/8\u{7}", .rgb(255, 0, 136)),
    ("\u{1B}]11;rgba:1e1e/1e1e/2e2e/cccc\u{7}", .rgb(30, 30, 46)),
    ("\u{1B}]11;#102030\u{1B}\\", .rgb(16, 32, 48)),
  ])
  func `an answer is a colour`(text: String, color: Color) {
    var decoder = Self.decoder()
    #expect(
      decoder.decode((text + Self.end + "q").utf8) == [.background(color), .key(.character("q"))])
    #expect(!decoder.awaitsAnswer)
  }

  @Test(arguments: [
    "\u{1B}]11;rgb:zz/00/00\u{7}", "\u{1B}]11;rgb:12345/00/00\u{7}", "\u{1B}]11;?\u{7}",
    "\u{1B}]11;rgb:ff/ff/ff\u{1B}", "\u{1B}]11;rgb:ff/ff\u{7}", "\u{1B}]11;#12345\u{7}",
    "\u{1B}]52;c;cm0gLXJmIC8=\u{7}", "\u{1B}]11;rgb:-1/00/00\u{7}", "\u{1B}]11;rgb:ff/ff/ff/R\u{7}",
    "\u{1B}]11;\(String(repeating: "R", count: 4_000))\u{7}", "\u{1B}P1$rR\u{1B}\\",
  ])
  func `a hostile or broken answer is neither colour nor key`(text: String) {
    var decoder = Self.decoder()
    var events = decoder.decode(text.utf8)
    events += decoder.flush()
    events += decoder.decode("q".utf8)
    #expect(events.filter { $0 != .key(.escape) } == [.key(.character("q"))])
  }

  @Test func `keys before and after it are not eaten`() {
    var decoder = Self.decoder()
    let text = "a\u{1B}[B\u{1B}]11;rgb:00/00/00\u{7}b" + Self.end + "c"
    #expect(
      decoder.decode(text.utf8) == [
        .key(.character("a")), .key(.down), .background(.rgb(0, 0, 0)), .key(.character("b")),
        .key(.character("c")),
      ])
  }

  @Test func `while it is awaited an escape key is one after a moment, and keys after it are keys`()
  {
    var decoder = Self.decoder()
    #expect(decoder.decode("\u{1B}".utf8) == [])
    #expect(decoder.patience == .milliseconds(100))
    #expect(decoder.flush() == [.key(.escape)])
    #expect(decoder.decode("]x".utf8) == [.key(.character("]")), .key(.character("x"))])
    _ = decoder.decode(Self.end.utf8)
    #expect(decoder.decode("\u{1B}".utf8) == [])
    #expect(decoder.patience == .milliseconds(25))
  }

  // MARK: Whether it is asked

  @Test(arguments: [
    ["TERM": "xterm-256color"], ["TERM": "xterm-kitty"], ["TERM": "foot"], ["TERM": "alacritty"],
  ])
  func `terminals that answer are asked`(environment: [String: String]) {
    #expect(
      BackgroundQuestion.isSafe(environment: environment, isKnown: true, depth: .trueColor))
  }

  @Test(arguments: [
    ["TERM": "tmux-256color"], ["TERM": "screen.xterm-256color"], ["TERM": "dumb"],
    ["TERM": "linux"], ["TERM": "vt100"], ["TERM": "xterm", "TMUX": "/tmp/tmux-0/default,1,0"],
    ["TERM": "xterm", "STY": "1.pts"], ["TERM": "xterm", "INSIDE_EMACS": "29"],
    ["TERM": "eterm-color"],
  ])
  func `where somebody stands in between, or would print it, nobody is asked`(
    environment: [String: String]
  ) {
    #expect(
      !BackgroundQuestion.isSafe(environment: environment, isKnown: true, depth: .trueColor))
  }

  @Test func `without colours or a description nobody is asked`() {
    let environment = ["TERM": "xterm-256color"]
    #expect(!BackgroundQuestion.isSafe(environment: environment, isKnown: true, depth: .mono))
    #expect(!BackgroundQuestion.isSafe(environment: environment, isKnown: false, depth: .ansi16))
  }
}
