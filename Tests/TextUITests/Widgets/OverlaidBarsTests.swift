import Testing
import TextUI

struct OverlaidBarsTests {
  private static func grid(
    _ bars: OverlaidBars, _ width: Int = 40, _ height: Int = 8, look: Look = Look()
  ) -> CellGrid {
    var grid = CellGrid(Size(width: width, height: height))
    bars.draw(in: Rect(grid.size), on: &grid, look: look)
    return grid
  }

  private static let names = (value: "live", mark: "reference")

  @Test func `columns stand beside each other with a mark each, and others apart`() {
    let bars = OverlaidBars(
      bars: [.init(1, mark: 4), .init(4, mark: 4), .init(8, mark: 4), .init(0, mark: 4)],
      borders: ["10", "20", "30"], others: [.init(2, mark: 0, label: "missing")],
      names: Self.names)
    let grid = Self.grid(bars)
    let rows = grid.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[0].filter { $0 == "█" }.count >= 4, "only the tallest reaches the top")
    #expect(rows[6].contains("10") && rows[6].contains("20") && rows[6].contains("30"))
    #expect(rows[6].contains("missing"))
    #expect(rows[7].contains("█ live   ━ reference"))
  }

  @Test func `a mark within a column is in reverse, one above it is not`() {
    let look = Look(theme: .monochrome, colorDepth: .mono)
    let bars = OverlaidBars(
      bars: [.init(8, mark: 4), .init(1, mark: 4)], names: Self.names)
    let grid = Self.grid(bars, look: look)
    var reversed = 0
    var plain = 0
    for y in 0..<6 {
      for x in 0..<40 where grid[x, y].character == "━" {
        if grid[x, y].style.attributes.contains(.reverse) { reversed += 1 } else { plain += 1 }
      }
    }
    #expect(reversed > 0 && plain > 0)
  }

  @Test func `a little is seen, nothing is not, and a mark of nothing neither`() {
    let bars = OverlaidBars(
      bars: [.init(0.000_1, mark: 0), .init(0, mark: 0), .init(1, mark: 0)], names: Self.names)
    let bottom = Self.grid(bars).text.split(separator: "\n")[5]
    #expect(bottom.contains("▁"))
    #expect(!Self.grid(bars).text.split(separator: "\n").prefix(6).joined().contains("━"))
  }

  @Test func `without Unicode it is drawn with letters`() {
    let bars = OverlaidBars(
      bars: [.init(8, mark: 4), .init(1, mark: 4)], borders: ["5"], names: Self.names)
    let text = Self.grid(bars, look: Look(glyphs: .ascii)).text
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(text.contains("#") && text.contains("="))
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 2), (9, 4), (200, 60)])
  func `any size is drawn without leaving its place`(_ width: Int, _ height: Int) {
    let bars = OverlaidBars(
      bars: (0..<20).map { .init(Double($0), mark: 3, label: "level \($0)") },
      others: [.init(1, mark: 1, label: "missing")], names: Self.names)
    var grid = CellGrid(Size(width: 200, height: 60))
    bars.draw(
      in: Rect(x: 0, y: 0, width: width, height: height), on: &grid, look: Look())
    for y in 0..<60 {
      for x in 0..<200 where x >= width || y >= height { #expect(grid[x, y] == .blank) }
    }
    var none = CellGrid(Size(width: 20, height: 6))
    OverlaidBars(bars: [], names: Self.names).draw(in: Rect(none.size), on: &none, look: Look())
    #expect(none.text.allSatisfy { $0 == " " || $0 == "\n" })
  }
}
