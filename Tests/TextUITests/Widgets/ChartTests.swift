import Testing
import TextUI

@Suite struct SparklineTests {
  @Test func `bars rise with the value, a gap is blank and zero is not`() {
    let spark = Sparkline([0, 1, nil, 4, 8], style: .plain)
    #expect(spark.text(width: 5, glyphs: .unicode).text == "▁▁ ▄█")
    #expect(spark.text(width: 7, glyphs: .unicode).text == "  ▁▁ ▄█")
    #expect(spark.text(width: 5, glyphs: .ascii).text == ".. =@")
  }

  @Test func `a spike survives when values are joined`() {
    var values: [Double?] = Array(repeating: 1, count: 100)
    values[37] = 100
    let text = Sparkline(values, style: .plain).text(width: 10, glyphs: .unicode).text
    #expect(text == "▁▁▁█▁▁▁▁▁▁")
  }

  @Test func `values that are not finite are gaps`() {
    let spark = Sparkline([.nan, .infinity, 1], style: .plain)
    #expect(spark.text(width: 3, glyphs: .unicode).text == "  █")
  }

  @Test func `a group is missing only when all of it is`() {
    #expect(Downsample.maxima([nil, 1, nil, nil], count: 2) == [1, nil])
    #expect(Downsample.maxima([1, 2], count: 0) == [])
  }
}

@Suite struct LineChartTests {
  private let time = TimeAxis(times: [PlotTime(at: 0, "-5 min"), PlotTime(at: 1, "now")])

  @Test func `curves that no colour tells apart are drawn with letters`() {
    let chart = LineChart(series: [
      LineChart.Series("2 challenger", [1, 1, 1], style: .plain, number: 1),
      LineChart.Series("3 champion", [9, 9, 9], style: .plain, number: 2),
    ])
    let mono = Look(theme: .monochrome, colorDepth: .mono)
    let text = drawn(34, 7) { grid, rect in chart.draw(in: rect, on: &grid, look: mono) }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      rows.contains { $0.hasSuffix("+++++++++") } && rows.contains { $0.hasSuffix("ooooooooo") })
    #expect(text.contains("o 2 challenger   + 3 champion"))
    #expect(mono.mark(ofSeries: 2).text == "+")
    #expect(Look().mark(ofSeries: 2).text == "━")
    // One alone is told by itself.
    let alone = LineChart(series: [LineChart.Series("requests/s", [1, 1, 1], style: .plain)])
    let dots = drawn(30, 7) { grid, rect in alone.draw(in: rect, on: &grid, look: mono) }
    #expect(dots.contains("━ requests/s") && !dots.contains("*"))
  }

  @Test func `stacked curves stand on each other, and what adds nothing hides nothing`() {
    let chart = LineChart.stacked([
      LineChart.Series("champion", [4, 4, nil, nil], style: .plain),
      LineChart.Series("challenger", [2, nil, 2, nil], style: .plain.bold),
    ])
    #expect(chart.series[0].values == [4, 4, nil, nil])
    #expect(chart.series[1].values == [6, nil, 2, nil])
    #expect(chart.bands[0].low == [0, 0, 0, nil])
    #expect(chart.bands[1].low == [4, 4, 0, nil] && chart.bands[1].high == [6, nil, 2, nil])
    let text = drawn(30, 12) { grid, rect in chart.draw(in: rect, on: &grid, look: look) }
    #expect(text.contains("░") && text.contains("━ champion   ━ challenger"))
    #expect(text.contains("6") && !text.contains("12"), "the axis fits the sum")
  }

  @Test func `a legend without room for all names has the short ones`() {
    let chart = LineChart(
      series: ["champion", "challenger", "rollback target"].enumerated().map { index, part in
        LineChart.Series("\(index + 1) \(part)", short: "\(index + 1)", [1, 2, 3], style: .plain)
      })
    func text(_ width: Int) -> String {
      drawn(width, 12) { grid, rect in chart.draw(in: rect, on: &grid, look: look) }
    }
    #expect(text(70).contains("━ 1 champion   ━ 2 challenger   ━ 3 rollback target"))
    #expect(text(40).contains("━ 1   ━ 2   ━ 3"))
    #expect(!text(40).contains("…"))
  }

  @Test func `no shade of stacked curves stands above the uppermost curve`() {
    let base = (0..<300).map { Double(40 + $0 * 7 % 11) }
    let chart = LineChart.stacked([
      LineChart.Series("champion", base, style: .plain),
      LineChart.Series("challenger", base.map { $0 / 9 }, style: .plain.bold),
    ])
    let size = Rect(x: 0, y: 0, width: 60, height: 14)
    let plot = chart.plot(in: size)
    let text = drawn(60, 14) { grid, rect in chart.draw(in: rect, on: &grid, look: look) }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    for x in plot.x..<(plot.x + plot.width) {
      let column = (plot.y..<(plot.y + plot.height)).compactMap {
        x < rows[$0].count && rows[$0][x] != " " ? rows[$0][x] : nil
      }
      #expect(column.first != "░" && column.last == "░", "column \(x)")
    }
  }

  @Test func `the cell in which two stacked curves meet is the lower one's`() {
    // Not a cell high, and half of one more.
    let chart = LineChart.stacked([
      LineChart.Series("champion", [0.7, 0.7], style: .plain.dim),
      LineChart.Series("challenger", [9, 9], style: .plain.bold),
    ])
    let size = Rect(x: 0, y: 0, width: 40, height: 14)
    let plot = chart.plot(in: size)
    var grid = CellGrid(width: 40, height: 14)
    chart.draw(in: size, on: &grid, look: look)
    let bottom = plot.y + plot.height - 1
    for x in plot.x..<(plot.x + plot.width) {
      let cell = grid[Point(x: x, y: bottom)]
      #expect(cell.style != .plain.bold, "column \(x)")
    }
  }

  @Test func `a band lies behind its curve, levels lie over it, and a gap is a gap`() {
    let values = (0..<20).map { _ -> Double? in 5 }
    let chart = LineChart(
      series: [LineChart.Series("difference", values, style: .plain)],
      bands: [
        LineChart.Band(
          low: values.map { _ in 2 }, high: (0..<20).map { $0 < 10 ? 8 : nil }, style: .plain.dim)
      ],
      axis: ValueAxis(.linear, from: 0, to: 10), levels: [PlotLevel(9, label: "margin")],
      showsLegend: false, label: { Format.compact($0) })
    let text = drawn(27, 10) { grid, rect in chart.draw(in: rect, on: &grid, look: look) }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[0].contains("margin ╌╌╌") && !rows[0].contains("░"))
    #expect(rows[1].contains("░") && rows[7].contains("░"))
    #expect(!rows[8].contains("░") && !rows[9].contains("░"))
    // Half of it, and what stands beside the curve's dots is left free for them.
    #expect(rows[2].filter { $0 == "░" }.count == 10)
    #expect(
      rows.contains { $0.contains("⠤") || $0.contains("⠒") || $0.contains("⠉") || $0.contains("⣀") }
    )
    // Ends beyond the axis stop at it.
    var beyond = chart
    beyond.bands = [
      LineChart.Band(low: values.map { _ in -50 }, high: values.map { _ in 50 }, style: .plain)
    ]
    let full = drawn(27, 10) { grid, rect in beyond.draw(in: rect, on: &grid, look: look) }
    #expect(full.split(separator: "\n").count { $0.contains("░") } >= 8)
  }

  @Test func `a curve with axis, times and legend`() {
    let chart = LineChart(
      series: [LineChart.Series("requests/s", (0...40).map { Double($0) }, style: .plain)],
      time: time)
    let text = drawn(26, 7) { grid, rect in chart.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """
        40                   ⢀⡠⠔⠊⠉
                         ⣀⠤⠒⠉⠁
        20         ⢀⣀⠤⠔⠊⠉
               ⣀⡠⠔⠊⠁
         0 ⣀⠤⠒⠉
           -5 min              now
           ━ requests/s
        """)
  }

  @Test func `a gap breaks the curve`() {
    let chart = LineChart(
      series: [LineChart.Series("x", [1, 1, nil, nil, 1, 1], style: .plain)], showsLegend: false)
    let text = drawn(16, 1) { grid, rect in chart.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text == "1 ***       ****")
  }

  @Test func `a lone value between gaps is seen`() {
    let chart = LineChart(
      series: [LineChart.Series("x", [nil, 1, nil], style: .plain)], showsLegend: false)
    let text = drawn(15, 1) { grid, rect in chart.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text == "1       *")
  }

  @Test func `levels, marks and the cursor stand behind the curve`() {
    let chart = LineChart(
      series: [LineChart.Series("burn", [0, 0, 0, 0], style: .plain)],
      axis: ValueAxis(.linear, from: 0, to: 4), levels: [PlotLevel(2, label: "2x")],
      time: TimeAxis(
        marks: [PlotMark(at: 0.25, key: "a", label: "31")], cursor: PlotCursor(at: 0.75)),
      showsLegend: false)
    let text = drawn(23, 5) { grid, rect in chart.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(
      text == """
         4      :         |
        2x -----:---------|----
                :         |
         0 ********************
                ^ 31      ^
        """)
  }

  @Test func `values of many decades fit a logarithmic axis`() {
    let chart = LineChart(
      series: [LineChart.Series("p99", [1, 10, 100, 1000], style: .plain)], scale: .logarithmic,
      showsLegend: false)
    let text = drawn(17, 4) { grid, rect in chart.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(
      text == """
        1k            ***
                 *****
        10   ****
           **
        """)
  }

  @Test(arguments: [
    (0.0, "^ 14:02"), (0.5, "        ^ 14:02"), (0.8, "      14:02 ^"), (1, "         14:02 ^"),
  ])
  func `the label of the cursor has its mark under the cursor`(at: Double, label: String) {
    let chart = LineChart(
      series: [LineChart.Series("a", [nil, nil], style: .plain)],
      axis: ValueAxis(.linear, from: 0, to: 4),
      time: TimeAxis(cursor: PlotCursor(at: at, label: "14:02")), showsLegend: false,
      label: { _ in "" })
    let lines = drawn(17, 4) { grid, rect in chart.draw(in: rect, on: &grid, look: asciiLook) }
      .split(separator: "\n", omittingEmptySubsequences: false)
    let labels = lines[lines.count - 1]
    #expect(labels.drop { $0 == " " } == label.drop { $0 == " " })
    let mark = labels.prefix { $0 != "^" }.count
    #expect(mark < labels.count && mark == lines[0].prefix { $0 != "|" }.count)
  }

  @Test(arguments: 0..<16, 0..<9)
  func `a chart of any size stays inside`(width: Int, height: Int) {
    let chart = LineChart(
      series: [LineChart.Series("a", [1, 5, 2], style: .plain)], levels: [PlotLevel(3, label: "3")],
      time: TimeAxis(
        times: time.times, marks: [PlotMark(at: 0.5, key: "a", label: "x")],
        cursor: PlotCursor(at: 1, label: "now")))
    let rect = Rect(x: 1, y: 1, width: width, height: height)
    var grid = CellGrid(width: 20, height: 12)
    chart.draw(in: rect, on: &grid, look: look)
    for y in 0..<12 {
      for x in 0..<20 where !rect.contains(Point(x: x, y: y)) { #expect(grid[x, y] == .blank) }
    }
  }
}

@Suite struct ValueAxisTests {
  @Test(arguments: [
    (0.0, 1.0), (0.7, 0.8), (1, 1), (1.2, 1.5), (734, 800), (950, 1000), (0.031, 0.04),
  ])
  func `the end of an axis is round and not below the values`(value: Double, end: Double) {
    let high = ValueAxis(.linear, fitting: [value]).high
    #expect((high - end).magnitude < 1e-9)
  }

  @Test func `axes that would be none are replaced`() {
    #expect(ValueAxis(.linear, from: 3, to: 3).high == 4)
    #expect(ValueAxis(.logarithmic, from: -1, to: 10).low > 0)
    #expect(ValueAxis(.linear, from: .nan, to: .nan).fraction(0.5) == 0.5)
    #expect(ValueAxis(.linear, fitting: []).high == 1)
  }

  @Test func `decades are evenly spaced on a logarithmic axis`() {
    let axis = ValueAxis(.logarithmic, from: 0.0001, to: 10)
    for (index, value) in [0.0001, 0.001, 0.01, 0.1, 1, 10].enumerated() {
      #expect((axis.fraction(value) - Double(index) / 5).magnitude < 1e-12)
    }
    #expect(axis.fraction(0) == 0)
    #expect(axis.fraction(1000) == 1)
  }
}
