import Testing
import TextUI

/// Draws on a fresh grid and gives its text.
func drawn(
  _ width: Int, _ height: Int, _ draw: (inout CellGrid, Rect) -> Void
) -> String {
  var grid = CellGrid(width: width, height: height)
  draw(&grid, grid.bounds)
  return grid.text
}

let look = Look()
let asciiLook = Look(glyphs: .ascii)

@Suite struct PanelTests {
  @Test func `the border carries hotkey, name, detail and the one number`() {
    let panel = Panel("latency", detail: "fraud", hotkey: "2", value: "p99 412 ms")
    let text = drawn(44, 3) { grid, rect in panel.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """
        ╭─ 2 latency  fraud ────────── p99 412 ms ─╮
        │                                          │
        ╰──────────────────────────────────────────╯
        """)
  }

  @Test func `the number outlives the name when the panel is narrow`() {
    let panel = Panel("latency", detail: "fraud", hotkey: "2", value: "412 ms")
    let text = drawn(20, 2) { grid, rect in panel.draw(in: rect, on: &grid, look: look) }
    #expect(text == "╭─ 2 lat…  412 ms ─╮\n╰──────────────────╯")
  }

  @Test(arguments: 0..<12)
  func `a panel of any size draws inside of itself`(width: Int) {
    let panel = Panel("latency", hotkey: "2", value: "412 ms", isFocused: true)
    var grid = CellGrid(width: 14, height: 5)
    let rect = Rect(x: 1, y: 1, width: width, height: 3)
    panel.draw(in: rect, on: &grid, look: look)
    for y in 0..<5 {
      for x in 0..<14 where !rect.contains(Point(x: x, y: y)) {
        #expect(grid[x, y] == .blank)
      }
    }
  }

  @Test func `focus is a bold accent border and a bold name, the hotkey is always accent`() {
    var grid = CellGrid(width: 20, height: 2)
    Panel("alerts", hotkey: "6", isFocused: true).draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid[0, 0].style == look.theme.focusedBorder)
    #expect(grid[3, 0].style == look.theme.accent.bold)
    #expect(grid[5, 0].style == look.theme.title)
    Panel("alerts", hotkey: "6").draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid[0, 0].style == look.theme.border)
    #expect(grid[5, 0].style == look.theme.dim)
  }

  @Test func `in ASCII no byte is beyond ASCII`() {
    let text = drawn(16, 2) { grid, rect in
      Panel("x", value: "1").draw(in: rect, on: &grid, look: asciiLook)
    }
    #expect(text == "+- x ------ 1 -+\n+--------------+")
  }
}

@Suite struct LineWidgetTests {
  @Test func `hints that do not fit are left out whole, help stays`() {
    let bar = HintBar([Hint("Enter", "open"), Hint("R", "roll back"), Hint("?", "help")])
    func text(_ width: Int) -> String {
      drawn(width, 1) { grid, rect in bar.draw(in: rect, on: &grid, look: look) }
    }
    #expect(text(40) == "Enter open   R roll back   ? help")
    #expect(text(32) == "Enter open   ? help")
    #expect(text(12) == "? help")
  }

  @Test func `a status line keeps its right side`() {
    let line = StatusLine(left: ["vigia", "PROD", "14:02:31"], right: ["1 page"])
    func text(_ width: Int) -> String {
      drawn(width, 1) { grid, rect in line.draw(in: rect, on: &grid, look: look) }
    }
    #expect(text(30) == "vigia  PROD  14:02:31   1 page")
    #expect(text(22) == "vigia  PROD     1 page")
    #expect(text(9) == "v…  1 page" || text(9) == "…  1 page")
  }

  @Test func `a notice keeps its key`() {
    let notice = Notice(.warn, "31 was promoted 3 min ago by ci", hint: Hint("R", "back"))
    let text = drawn(30, 1) { grid, rect in notice.draw(in: rect, on: &grid, look: look) }
    #expect(text == "▲ 31 was promoted 3 …   R back")
  }

  @Test func `an empty panel says why and which key helps`() {
    let empty = EmptyState("No samples for 42 s", hints: [Hint("r", "retries")])
    let text = drawn(25, 5) { grid, rect in empty.draw(in: rect, on: &grid, look: look) }
    #expect(text == "\n   No samples for 42 s\n\n        r retries\n")
  }
}
