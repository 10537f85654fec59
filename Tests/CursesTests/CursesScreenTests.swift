import Curses
import Glibc
import Testing
import TextUI

/// A pseudo-terminal: what the screen is given, and what stands at its other end.
private final class Pty {
  let master: Int32
  let terminal: Int32

  init(columns: UInt16, rows: UInt16) throws {
    // The ioctls behind posix_openpt and its kin, which Swift's Glibc does not have.
    let unlock: UInt = 0x4004_5431
    let getNumber: UInt = 0x8004_5430
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var number: Int32 = 0
    try #require(master >= 0 && ioctl(master, unlock, &number) == 0)
    try #require(ioctl(master, getNumber, &number) == 0)
    terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    resize(columns: columns, rows: rows)
  }

  deinit {
    close(terminal)
    close(master)
  }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// What was written since the last call; empty when nothing is waiting.
  func output() -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 0) > 0, waiting.revents & Int16(POLLIN) != 0 {
      let count = read(master, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    write(master, bytes, bytes.count)
  }

  func attributes() -> termios {
    var attributes = termios()
    tcgetattr(terminal, &attributes)
    return attributes
  }
}

@Suite(.serialized) struct CursesScreenTests {
  private func screen(_ pty: Pty, environment: [String: String]) throws -> CursesScreen {
    try CursesScreen(
      CursesOptions(environment: environment, input: pty.terminal, output: pty.terminal))
  }

  private let trueColor = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]

  @Test func `a picture is sent once, and nothing when nothing changed`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: trueColor)
    #expect(screen.size == Size(width: 40, height: 5))
    var grid = CellGrid(screen.size)
    grid.write("hello", at: Point(x: 3, y: 2), style: Style(.rgb(1, 200, 100)))
    screen.present(grid)
    #expect(pty.output().contains("hello"))
    screen.present(grid)
    #expect(pty.output().isEmpty)
    grid.write("j", at: Point(x: 3, y: 2), style: Style(.rgb(1, 200, 100)))
    screen.present(grid)
    let change = pty.output()
    #expect(change.contains("j") && change.utf8.count < 40)
    screen.close()
    screen.close()
  }

  @Test func `a step of the cursor in a wide table costs few bytes`() throws {
    let pty = try Pty(columns: 200, rows: 50)
    let screen = try screen(pty, environment: trueColor)
    let look = screen.look(.defaultDark)
    let columns = (0..<14).map { Table.Column("COLUMN \($0)", .fixed(11)) }
    let rows = (0..<20).map { row in
      Table.Row(
        (0..<14).map { column in
          look.text("\(row * 31 + column * 7) ", column % 3 == 0 ? .normal : .ok)
            + look.text("ms", .quiet)
        })
    }
    func present(_ selection: Int) -> Int {
      var grid = CellGrid(screen.size)
      Table(columns: columns, rows: rows, selection: selection)
        .draw(in: grid.bounds, on: &grid, look: look)
      let before = screen.bytesSent
      screen.present(grid)
      return screen.bytesSent - before
    }
    #expect(present(3) > 2_000)
    let costs = (4..<18).map { present($0) }
    #expect(costs.allSatisfy { $0 > 20 && $0 < 450 }, "\(costs)")
    screen.close()
  }

  @Test func `a link goes to a terminal that shows links, once, and not where it is off`() throws {
    for (isKnown, isOn) in [(true, true), (false, true), (true, false)] {
      let pty = try Pty(columns: 40, rows: 5)
      var environment = trueColor
      if isKnown { environment["VTE_VERSION"] = "7200" }
      let screen = try CursesScreen(
        CursesOptions(
          environment: environment, input: pty.terminal, output: pty.terminal, links: isOn))
      try #require(screen.showsUnicode)
      _ = pty.output()
      var grid = CellGrid(screen.size)
      grid.write("the page", at: Point(x: 3, y: 2))
      grid.link(Rect(x: 3, y: 2, width: 8, height: 1), to: Hyperlink("https://example.com/")!)
      screen.present(grid)
      let output = pty.output()
      #expect(output.contains("]8;id=1;https://example.com/") == (isKnown && isOn))
      screen.present(grid)
      #expect(pty.output().isEmpty)
      grid.write("x", at: Point(x: 0, y: 0))
      screen.present(grid)
      let next = pty.output()
      #expect(next.utf8.count < 20 && !next.contains("]8;"))
      screen.close()
      #expect(!pty.output().contains("]8;"))
    }
  }

  @Test func `a terminal is asked for its background, and its answer is no key`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try CursesScreen(
      CursesOptions(
        environment: trueColor, input: pty.terminal, output: pty.terminal, asksBackground: true))
    #expect(pty.output().contains("\u{1B}]11;?\u{1B}\\\u{1B}[c"))
    pty.type("j\u{1B}]11;rgb:ffff/ff")
    #expect(screen.nextEvents(timeout: .seconds(5)).events == [.key(.character("j"))])
    pty.type("ff/ffff\u{1B}\\\u{1B}[?62cq")
    #expect(
      screen.nextEvents(timeout: .seconds(5)).events
        == [.background(.rgb(255, 255, 255)), .key(.character("q"))])
    screen.close()
    for environment in [["TERM": "tmux-256color"], ["TERM": "dumb"], ["TERM": "screen"]] {
      let quiet = try Pty(columns: 40, rows: 5)
      let other = try CursesScreen(
        CursesOptions(
          environment: environment, input: quiet.terminal, output: quiet.terminal,
          asksBackground: true))
      #expect(!quiet.output().contains("]11;"))
      other.close()
    }
  }

  @Test func `the terminal is as it was after close`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let before = pty.attributes()
    let screen = try screen(pty, environment: trueColor)
    #expect(pty.attributes().c_lflag != before.c_lflag)
    screen.present(CellGrid(screen.size))
    screen.close()
    #expect(pty.attributes().c_lflag == before.c_lflag)
    #expect(pty.attributes().c_iflag == before.c_iflag)
    let output = pty.output()
    for ending in ["\u{1B}[?1049l", "\u{1B}[?2004l", "\u{1B}[?1006l", "\u{1B}[?25h"] {
      #expect(output.contains(ending), "missing \(ending.dropFirst())")
    }
  }

  @Test func `keys come in one batch, and a timeout gives an empty one`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: trueColor)
    pty.type("j\u{1B}[Bq")
    #expect(
      screen.nextEvents(timeout: .seconds(60)).events
        == [.key(.character("j")), .key(.down), .key(.character("q"))])
    #expect(screen.nextEvents(timeout: .zero).events == [])
    pty.type("\u{1B}")
    #expect(screen.nextEvents(timeout: .seconds(60)).events == [.key(.escape)])
    screen.close()
  }

  @Test func `a wake ends the wait, several are one`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: trueColor)
    let waker = screen.waker
    waker.wake()
    waker.wake()
    #expect(screen.nextEvents(timeout: .seconds(60)).events == [.wake])
    #expect(screen.nextEvents(timeout: .zero).events == [])
    screen.close()
    waker.wake()
  }

  @Test func `a resize is an event and the next picture has the new size`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: trueColor)
    screen.present(CellGrid(screen.size))
    pty.resize(columns: 1, rows: 1)
    kill(getpid(), SIGWINCH)
    let size = Size(width: 1, height: 1)
    #expect(screen.nextEvents(timeout: .seconds(60)).events == [.resized(size)])
    #expect(screen.size == size)
    var grid = CellGrid(width: 9, height: 9)
    grid.write("x", at: Point(x: 0, y: 0))
    screen.present(grid)
    #expect(pty.output().contains("x"))
    screen.close()
  }

  @Test func `all rows of the terminal scroll, from the start and after a resize`() throws {
    let pty = try Pty(columns: 40, rows: 36)
    let screen = try screen(pty, environment: ["TERM": "vt100"])
    screen.present(CellGrid(screen.size))
    let first = pty.output()
    #expect(first.contains("\u{1B}[1;36r") && !first.contains("\u{1B}[1;24r"))
    pty.resize(columns: 40, rows: 30)
    kill(getpid(), SIGWINCH)
    _ = screen.nextEvents(timeout: .seconds(60))
    screen.present(CellGrid(screen.size))
    let second = pty.output()
    let region = try #require(second.firstRange(of: "\u{1B}[1;30r"))
    let clear = try #require(second.firstRange(of: "\u{1B}[J"))
    #expect(region.upperBound <= clear.lowerBound)
    screen.close()
  }

  /// Rows of a long text each, `first` and those after it at the top.
  private func listing(_ size: Size, from first: Int, rows: Range<Int>) -> CellGrid {
    var grid = CellGrid(size)
    for y in 0..<size.height {
      let number = rows.contains(y) ? first + y : y
      grid.write("\(number) row with a text of its own \(number * 7_919)", at: Point(x: 0, y: y))
    }
    return grid
  }

  @Test(arguments: [(10..<16, false), (0..<30, true)])
  func `rows are moved by the terminal where many have changed, not where a few look alike`(
    rows: Range<Int>, isMoved: Bool
  ) throws {
    let pty = try Pty(columns: 80, rows: 30)
    let screen = try screen(pty, environment: trueColor)
    screen.present(listing(screen.size, from: 0, rows: rows))
    _ = pty.output()
    screen.present(listing(screen.size, from: 1, rows: rows))
    let moved = pty.output()
    // A region of the terminal, or its last row, takes in a line.
    #expect(moved.utf8.contains(10) == isMoved, "\(moved.debugDescription)")
    screen.close()
  }

  /// Where the cursor is after a row's last column, terminals that claim to be "ansi" do not agree.
  @Test func `what follows a last column is placed by row and column`() throws {
    let pty = try Pty(columns: 12, rows: 3)
    let screen = try screen(pty, environment: ["TERM": "ansi"])
    screen.present(CellGrid(screen.size))
    _ = pty.output()
    var grid = CellGrid(screen.size)
    grid.write("twelve cells", at: Point(x: 0, y: 0))
    grid.write("two", at: Point(x: 4, y: 1))
    screen.present(grid)
    #expect(pty.output().contains("twelve cells\u{1B}[2;5Htwo"))
    screen.close()
  }

  @Test func `signals become events`() throws {
    // A test may be run by what ignores it, and then it stays ignored.
    signal(SIGHUP, SIG_DFL)
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: trueColor)
    kill(getpid(), SIGTERM)
    #expect(screen.nextEvents(timeout: .seconds(60)).events == [.terminate])
    kill(getpid(), SIGHUP)
    #expect(screen.nextEvents(timeout: .seconds(60)).events.last == .hangUp)
    #expect(screen.nextEvents(timeout: .zero).events == [.hangUp])
    screen.close()
  }

  @Test func `there is one screen at a time`() throws {
    let pty = try Pty(columns: 40, rows: 5)
    let first = try screen(pty, environment: trueColor)
    #expect(throws: CursesError.alreadyOpen) { try screen(pty, environment: trueColor) }
    first.close()
    try screen(pty, environment: trueColor).close()
  }

  @Test func `what is no terminal is refused`() throws {
    let file = open("/dev/null", O_RDWR)
    defer { close(file) }
    #expect(throws: CursesError.notATerminal) {
      try CursesScreen(CursesOptions(environment: [:], input: file, output: file))
    }
  }

  @Test(arguments: [
    ["TERM": "dumb"], ["TERM": "no-such-terminal"], [:], ["TERM": "vt100"],
    ["TERM": "xterm-256color", "NO_COLOR": "1"],
  ])
  func `a terminal without colours gets none`(environment: [String: String]) throws {
    let pty = try Pty(columns: 40, rows: 5)
    let screen = try screen(pty, environment: environment)
    #expect(screen.colorDepth == .mono)
    var grid = CellGrid(screen.size)
    grid.write("alert", at: Point(x: 0, y: 0), style: Style(.rgb(255, 0, 0)).bold)
    screen.present(grid)
    screen.close()
    let output = pty.output()
    #expect(output.contains("alert"))
    #expect(output.firstMatch(of: /\x1b\[[0-9;]*(3[0-7]|4[0-7]|38|48)[0-9;]*m/) == nil)
  }

  @Test func `more colours than pairs are painted all the same`() throws {
    let pty = try Pty(columns: 100, rows: 10)
    let screen = try screen(pty, environment: ["TERM": "linux"])
    #expect(screen.colorDepth == .ansi8)
    var grid = CellGrid(screen.size)
    for index in 0..<1000 {
      let style = Style(
        .rgb(UInt8(index * 37 % 256), UInt8(index * 91 % 256), UInt8(index % 256)),
        on: .rgb(UInt8(index % 256), UInt8(index * 53 % 256), UInt8(index * 17 % 256)))
      grid[index % 100, index / 100] = Cell("#", style)
    }
    screen.present(grid)
    screen.close()
    #expect(pty.output().filter { $0 == "#" }.count >= 1000)
  }

  @Test func `a terminal that nobody reads blocks nobody, and gets the last picture in the end`()
    throws
  {
    let pty = try Pty(columns: 200, rows: 60)
    let screen = try screen(pty, environment: trueColor)
    for round in 0..<40 {
      var grid = CellGrid(screen.size)
      for index in 0..<12_000 {
        grid[index % 200, index / 200] = Cell(
          round % 2 == 0 ? "a" : "b", Style(.rgb(UInt8(index % 251), UInt8(round), 99)))
      }
      if round == 39 { grid.write("the last", at: Point(x: 0, y: 0)) }
      screen.present(grid)
    }
    #expect(screen.nextEvents(timeout: .zero).events == [])
    var output = ""
    var events: [InputEvent] = []
    while events.isEmpty {
      output += pty.output()
      events = screen.nextEvents(timeout: .milliseconds(20)).events
    }
    #expect(events == [.wake])
    #expect(!output.contains("the last"))
    var grid = CellGrid(screen.size)
    grid.write("the last", at: Point(x: 0, y: 0))
    screen.present(grid)
    #expect(pty.output().contains("the last"))
    screen.close()
  }

  @Test func `moving a selection costs at most 600 bytes`() throws {
    let pty = try Pty(columns: 120, rows: 10)
    let screen = try screen(pty, environment: trueColor)
    let look = screen.look(.defaultDark)
    func picture(_ selection: Int) -> CellGrid {
      var grid = CellGrid(screen.size)
      let row = Table.Row([
        StyledText("electricity", look.theme.text.bold), look.status(.ok, "7 champion"), "90 %",
        Sparkline([1, 2, 3], style: look.theme.accent).text(width: 18, glyphs: look.glyphs),
        Format.latency(seconds: 0.412).styled(look), Format.percent(0.01).styled(look),
        look.status(.warn, "2/18"), "98 %",
      ])
      let widths = [20, 14, 5, 18, 7, 7, 6, 5]
      Table(
        columns: widths.map { Table.Column("", .fixed($0)) },
        rows: Array(repeating: row, count: 5), selection: selection
      ).draw(in: grid.bounds, on: &grid, look: look)
      return grid
    }
    screen.present(picture(0))
    _ = pty.output()
    for selection in 1..<5 {
      screen.present(picture(selection))
      #expect(pty.output().utf8.count <= 600)
    }
    screen.close()
  }
}
