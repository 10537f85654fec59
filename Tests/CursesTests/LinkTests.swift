import Curses
import Foundation
import Testing
import TextUI

/// Links on a terminal: which, how, and how many bytes.
struct LinkTests {
  private static let page = Hyperlink("https://example.com/a?b=c&d")!
  private static let other = Hyperlink("http://example.org/")!
  private static let open = "\u{1B}]8;id=1;https://example.com/a?b=c&d\u{1B}\\"
  private static let close = "\u{1B}]8;;\u{1B}\\"

  private static func grid(_ draw: (inout CellGrid) -> Void = { _ in }) -> CellGrid {
    var grid = CellGrid(width: 30, height: 4)
    grid.write(
      "see the page now", at: Point(x: 2, y: 1), style: Style(.rgb(90, 160, 255)).underline)
    draw(&grid)
    return grid
  }

  private static func linked(_ link: Hyperlink = page) -> CellGrid {
    grid { $0.link(Rect(x: 6, y: 1, width: 8, height: 1), to: link) }
  }

  private static func written(_ grid: CellGrid, since previous: CellGrid?) -> String {
    String(decoding: LinkWriter(depth: .trueColor).bytes(grid, since: previous), as: UTF8.self)
  }

  @Test func `a link is opened and closed around its text, and the cursor is where it was`() {
    let text = Self.written(Self.linked(), since: nil)
    let style = "\u{1B}[0;4;38;5;75m"
    #expect(
      text == "\u{1B}7\u{1B}[2;7H\(Self.open)\(style)the page\(Self.close)\u{1B}8"
        || text.contains("\(Self.open)\u{1B}[0;4;38;2;90;160;255mthe page\(Self.close)\u{1B}8"))
  }

  @Test func `nothing is written where nothing changed, or in another row`() {
    #expect(Self.written(Self.linked(), since: Self.linked()).isEmpty)
    var next = Self.linked()
    next.write("12 %", at: Point(x: 0, y: 3))
    #expect(Self.written(next, since: Self.linked()).isEmpty)
    #expect(Self.written(Self.grid(), since: Self.grid()).isEmpty)
  }

  @Test func `a change in its row writes it again: what was painted anew leads nowhere`() {
    var next = Self.linked()
    next.write("NOW", at: Point(x: 15, y: 1))
    #expect(Self.written(next, since: Self.linked()).contains("the page"))
  }

  @Test func `another page behind the same text is a change, and so is none`() {
    let changes = Self.linked(Self.other).changes(since: Self.linked())
    #expect(changes.map(\.x) == [6])
    #expect(Self.linked(Self.other) != Self.linked())
    let text = Self.written(Self.grid(), since: Self.linked())
    #expect(text.contains("the page"))
    #expect(!text.contains("]8;"))
    #expect(Self.written(Self.linked(Self.other), since: Self.linked()).contains("example.org"))
  }

  @Test func `what is drawn over a link leads nowhere`() {
    var grid = Self.linked()
    grid.write("XX", at: Point(x: 8, y: 1))
    let runs = grid.linkRuns(ofRow: 1)
    #expect(runs.map(\.x) == [6, 10])
    #expect(grid.link(of: grid[8, 1]) == nil)
    #expect(grid.link(of: grid[6, 1]) == Self.page)
  }

  @Test func `numbers of links may differ from picture to picture`() {
    var before = Self.grid()
    before.link(Rect(x: 0, y: 3, width: 2, height: 1), to: Self.other)
    before.link(Rect(x: 6, y: 1, width: 8, height: 1), to: Self.page)
    // The same page has another number in it.
    #expect(Self.linked().changes(since: before).map(\.y) == [3])
    let runs = before.changes(since: Self.linked())
    #expect(Self.linked().applying(runs, of: before) == before)
  }

  // MARK: Hostile text

  @Test(arguments: [
    "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://example.com",
    "https://", "http:///x", "https://?x", "mailto:a@b", "ssh://host", "//example.com", "",
    "https://example.com/\u{1B}]0;owned\u{7}", "https://example.com/\u{1B}\\rm",
    "https://example.com/\u{9C}x", "https://example.com/\u{9D}52;c;x\u{9C}",
    "https://example.com/\nx", "https://example.com/ x", "https://example.com/\u{7F}",
    "https://example.com/\u{7}", "https://example.com/\u{202E}gpj.exe",
    "https://ex\u{200B}ample.com",
    "https://exаmple.com/", "\u{1B}[2Jhttps://example.com", "https://example.com/\u{0}",
    "https://" + String(repeating: "a", count: 2_100),
  ])
  func `only a plain address of the web is one`(address: String) {
    #expect(Hyperlink(address) == nil)
  }

  @Test(arguments: ["https://example.com", "HTTP://EXAMPLE.COM/x;y=\"'<>", "https://[::1]:8080/"])
  func `and those are`(address: String) {
    #expect(Hyperlink(address)?.address == address)
  }

  @Test func `a hostile page writes no escape but our own`() {
    let hostile = [
      "https://example.com/\u{1B}]52;c;x\u{7}", "https://a/\u{9C}\u{1B}[31m", "javascript:x",
    ]
    var document = MarkdownDocument(
      hostile.map { address in
        .paragraph([.run(MarkdownRun("te\u{1B}[2Jxt \u{9B}31m", link: address))])
      })
    document.blocks.append(.paragraph([.run(MarkdownRun("good", link: Self.page.address))]))
    var grid = CellGrid(width: 60, height: 12)
    _ = MarkdownView(document).draw(in: grid.bounds, on: &grid, look: Look())
    let text = Self.written(grid, since: nil)
    #expect(text.contains(Self.open))
    let opened = text.components(separatedBy: "\u{1B}]8;id=").count - 1
    #expect(opened == text.components(separatedBy: Self.close).count - 1)
    #expect(!text.contains("]52;"))
    #expect(!text.contains("javascript"))
    #expect(!text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) || $0.value == 7 })
    #expect(!grid.text.contains("\u{1B}"))
  }

  // MARK: Which terminals

  @Test(arguments: [
    ["TERM": "xterm-kitty"], ["TERM": "foot-extra"], ["TERM": "alacritty"],
    ["TERM": "xterm-256color", "VTE_VERSION": "6003"],
    ["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"],
    ["TERM": "xterm-256color", "KONSOLE_VERSION": "220401"],
    ["TERM": "xterm-256color", "WT_SESSION": "1"],
    ["TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"],
    ["TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.5a"],
  ])
  func `known terminals show links`(environment: [String: String]) {
    #expect(LinkSupport.isKnown(environment: environment))
  }

  @Test(arguments: [
    [:], ["TERM": "dumb", "VTE_VERSION": "6003"], ["TERM": "xterm-256color"], ["TERM": "linux"],
    ["TERM": "xterm-256color", "VTE_VERSION": "4999"],
    ["TERM": "screen-256color", "TERM_PROGRAM": "WezTerm"],
    ["TERM": "xterm-kitty", "STY": "1.pts-0"],
    ["TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"],
    ["TERM": "tmux-256color", "TMUX": "x", "VTE_VERSION": "6003"],
  ])
  func `others are told nothing of them`(environment: [String: String]) {
    #expect(!LinkSupport.isKnown(environment: environment))
  }
}
