import Testing
import TextUI

@Suite struct HeatmapTests {
  private let axis = ValueAxis(.logarithmic, from: 0.001, to: 1)
  private let columns: [[Double]?] = [[4, 0, 0, 0], [4, 0, 0, 1], nil, [0, 0, 0, 4]]

  @Test func `columns are moments, rows are values, a moment without data stays blank`() {
    let map = Heatmap(
      columns: columns, axis: axis, time: TimeAxis(times: [PlotTime(at: 0, "13:52")]),
      legend: "requests")
    let text = drawn(28, 6) { grid, rect in map.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(
      text == """
          1 s       +++++      @@@@@

        10 ms
              @@@@@@@@@@@
              13:52
              requests
        """)
  }

  @Test func `two buckets share a cell, and the largest count has the brightest colour`() {
    var grid = CellGrid(width: 4, height: 2)
    Heatmap(columns: columns, axis: axis, label: { _ in "" })
      .draw(in: grid.bounds, on: &grid, look: look)
    let heat = look.theme.heat
    #expect(grid.text == "   ▀\n▀▀" || grid.text == " ▀ ▀\n▀▀")
    #expect(grid[0, 1].style == Style(heat[0], on: heat[heat.count - 1]))
    #expect(grid[2, 0] == .blank)
    #expect(grid[3, 0].style.foreground == heat[heat.count - 1])
    #expect(grid[0, 0].style.background == heat[0])
  }

  @Test func `the objective is a line with its label, marks and cursor cross it`() {
    let map = Heatmap(
      columns: Array(repeating: [0, 0, 0, 0], count: 30), axis: axis,
      objective: PlotLevel(0.05, label: "SLO 50 ms"),
      time: TimeAxis(
        marks: [PlotMark(at: 0.2, key: "a", label: "31 live")],
        cursor: PlotCursor(at: 0.5, label: "13:58")))
    let text = drawn(37, 5) { grid, rect in map.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(
      text == """
          1 s       :        |
              ------:--------|--- SLO 50 ms -
        10 ms       :        |
                    :        |
                    a        ^ 13:58
        """)
  }

  @Test func `the objective's label makes way for the cursor`() {
    let map = Heatmap(
      columns: Array(repeating: [0, 0, 0, 0], count: 30), axis: axis,
      objective: PlotLevel(0.05, label: "SLO"), time: TimeAxis(cursor: PlotCursor(at: 0.93)))
    let text = drawn(22, 4) { grid, rect in map.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text.contains("- SLO ---------|-"))
  }

  @Test func `a few are never shown as none, and quantiles spread one hot cell`() {
    let many: [[Double]?] = [[1, 2, 3, 1000]]
    for scale in [Heatmap.Scale.squareRoot, .quantile] {
      var grid = CellGrid(width: 1, height: 4)
      Heatmap(columns: many, axis: axis, scale: scale, label: { _ in "" })
        .draw(in: grid.bounds, on: &grid, look: asciiLook)
      let column = (0..<4).map { grid[0, $0].character }
      #expect(column[0] == "@")
      #expect(!column.contains(" "))
      if scale == .quantile { #expect(Set(column).count == 4) }
    }
  }

  @Test func `fewer cells than counts keep the largest`() {
    var counts = [Double](repeating: 1, count: 64)
    counts[17] = 500
    var grid = CellGrid(width: 2, height: 4)
    Heatmap(columns: Array(repeating: counts, count: 50), axis: axis, label: { _ in "" })
      .draw(in: grid.bounds, on: &grid, look: asciiLook)
    #expect(grid[0, 2].character == "@")
  }

  @Test(arguments: 0..<20, 0..<8)
  func `a heat map of any size stays inside`(width: Int, height: Int) {
    let rect = Rect(x: 1, y: 1, width: width, height: height)
    var grid = CellGrid(width: 24, height: 12)
    Heatmap(
      columns: columns, axis: axis, objective: PlotLevel(0.05, label: "SLO"),
      time: TimeAxis(times: [PlotTime(at: 1, "now")], cursor: PlotCursor(at: 0.9, label: "13:58")),
      legend: "requests per cell"
    ).draw(in: rect, on: &grid, look: look)
    for y in 0..<12 {
      for x in 0..<24 where !rect.contains(Point(x: x, y: y)) { #expect(grid[x, y] == .blank) }
    }
  }
}

@Suite struct BarTests {
  @Test func `a histogram's bars grow by eighths, and a little is seen`() {
    let histogram = Histogram([
      Histogram.Bucket("1 s", 1), Histogram.Bucket("", 33, note: "33"),
      Histogram.Bucket("1 ms", 80, note: "80"), Histogram.Bucket("", 0),
    ])
    let text = drawn(18, 4) { grid, rect in histogram.draw(in: rect, on: &grid, look: look) }
    #expect(text == " 1 s ▏\n     ████▏      33\n1 ms ██████████ 80\n")
  }

  @Test func `more buckets than rows are added up`() {
    let histogram = Histogram((0..<4).map { Histogram.Bucket("\($0)", 1) }, maximum: 4)
    let text = drawn(6, 2) { grid, rect in histogram.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text == "0 ##\n2 ##")
  }

  @Test func `the parts of a bar are its whole, and a small part keeps a cell`() {
    let bar = ShareBar([
      ShareBar.Part("queue", 1, style: .plain), ShareBar.Part("compute", 999, style: .plain),
    ])
    #expect(bar.widths(in: 20) == [1, 19])
    #expect(bar.widths(in: 0) == [0, 0])
    let half = ShareBar(bar.parts, maximum: 2000)
    #expect(half.widths(in: 20) == [1, 9])
    let text = drawn(8, 1) { grid, rect in bar.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text == "#=======")
  }

  @Test(arguments: 1..<60)
  func `the parts of a whole bar always fill it`(width: Int) {
    let bar = ShareBar([3, 1, 4, 1, 5].map { ShareBar.Part("", $0, style: .plain) })
    #expect(bar.widths(in: width).reduce(0, +) == width)
  }
}
