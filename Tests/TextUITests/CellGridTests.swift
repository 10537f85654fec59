import Testing
import TextUI

@Suite struct CellGridTests {
  @Test func `text is clipped at every edge`() {
    var grid = CellGrid(width: 4, height: 2)
    grid.write("abcdef", at: Point(x: -2, y: 0))
    grid.write("xyz", at: Point(x: 2, y: 1))
    grid.write("out", at: Point(x: 0, y: 2))
    grid.write("out", at: Point(x: 0, y: -1))
    #expect(grid.text == "cdef\n  xy")
  }

  @Test func `writing keeps the background that is there`() {
    var grid = CellGrid(width: 3, height: 1)
    grid.paint(grid.bounds, .rgb(1, 2, 3))
    grid.write("a", at: Point(x: 0, y: 0), style: Style(.rgb(9, 9, 9)))
    #expect(grid[0, 0].style == Style(.rgb(9, 9, 9), on: .rgb(1, 2, 3)))
  }

  @Test func `a wide character takes two cells, and half of it is never left`() {
    var grid = CellGrid(width: 6, height: 1)
    #expect(grid.write("日本", at: Point(x: 0, y: 0)) == 4)
    #expect(grid[1, 0].isContinuation)
    grid.write("x", at: Point(x: 1, y: 0))
    #expect(grid.text == " x本")
    grid.write("y", at: Point(x: 2, y: 0))
    #expect(grid.text == " xy")
  }

  @Test func `a wide character that only half fits becomes blank or is left out`() {
    var grid = CellGrid(width: 3, height: 1)
    grid.write("a日b", at: Point(x: 1, y: 0))
    #expect(grid.text == " a")
    #expect(grid.write("日", at: Point(x: 0, y: 0), maxWidth: 1) == 0)
  }

  @Test func `control characters written into a grid are visible, never active`() {
    var grid = CellGrid(width: 20, height: 1)
    grid.write("a\u{1B}[2Jb\u{202E}c", at: Point(x: 0, y: 0))
    #expect(grid.text == #"a\e[2Jb\u{202E}c"#)
  }

  @Test func `a combining mark shares the cell of its base`() {
    var grid = CellGrid(width: 4, height: 1)
    #expect(grid.write("e\u{301}x", at: Point(x: 0, y: 0)) == 2)
    #expect(grid[0, 0].character == "e\u{301}")
    #expect(grid[1, 0].character == "x")
  }

  @Test func `a box that is too small for an outline has none`() {
    var grid = CellGrid(width: 4, height: 3)
    grid.drawBox(Rect(x: 0, y: 0, width: 1, height: 3), style: .plain, glyphs: .unicode)
    #expect(grid.text == "\n\n")
    grid.drawBox(grid.bounds, style: .plain, glyphs: .unicode)
    #expect(grid.text == "╭──╮\n│  │\n╰──╯")
  }

  @Test func `fitting to another size keeps the upper left and cuts no character in half`() {
    var grid = CellGrid(width: 4, height: 2)
    grid.write("ab日", at: Point(x: 0, y: 0))
    #expect(grid.fitted(to: Size(width: 3, height: 1)).text == "ab")
    #expect(grid.fitted(to: Size(width: 5, height: 3)).text == "ab日\n\n")
  }

  @Test func `the style snapshot names styles in order of appearance`() {
    var grid = CellGrid(width: 3, height: 1)
    grid.write("ab", at: Point(x: 0, y: 0), style: Style(.rgb(255, 0, 16)).bold)
    #expect(grid.styleSnapshot == "aa.\na #ff0010 bold")
  }
}
