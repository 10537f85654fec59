import Testing
import TextUI

/// Text on a painted band is read, whatever colour the terminal's own text has.
struct LegibleTests {
  @Test(arguments: [
    (Color.rgb(250, 250, 248), Color.rgb(16, 16, 16)), (.rgb(30, 40, 60), .rgb(232, 232, 232)),
  ])
  func `text in the terminal's own colour is dark on light and light on dark`(
    band: Color, text: Color
  ) {
    var grid = CellGrid(Size(width: 4, height: 1))
    grid.paint(Rect(grid.size), band)
    grid.write(StyledText("ab"), at: Point(x: 0, y: 0), maxWidth: 2)
    grid.makeLegible()
    #expect(grid[Point(x: 0, y: 0)].style.foreground == text)
    #expect(grid[Point(x: 0, y: 0)].style.background == band)
  }

  @Test func `what has a colour keeps it, and what has no band is the terminal's`() {
    var grid = CellGrid(Size(width: 2, height: 2))
    let red = Color.rgb(200, 0, 0)
    grid.write(
      StyledText("a", Style(red, on: .rgb(250, 250, 250))), at: Point(x: 0, y: 0), maxWidth: 1)
    grid.write(StyledText("b"), at: Point(x: 0, y: 1), maxWidth: 1)
    grid.makeLegible()
    #expect(grid[Point(x: 0, y: 0)].style.foreground == red)
    #expect(grid[Point(x: 0, y: 1)].style.foreground == .default)
  }
}
