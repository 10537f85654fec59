import Testing
import TextUI

@Suite struct TableTests {
  private func table(selection: Int? = nil, rows: Int = 3) -> Table {
    Table(
      columns: [
        Table.Column("MODEL", .flexible(minimum: 6)),
        Table.Column("P99", .fixed(7), align: .right),
        Table.Column("TREND", .fixed(5), dropOrder: 1),
      ],
      rows: (1...rows).map { Table.Row([StyledText("model \($0)"), "\($0) ms", "▁▂▃"]) },
      selection: selection)
  }

  @Test func `columns are aligned under their titles, the gutter marks the selection`() {
    let text = drawn(28, 4) { grid, rect in
      table(selection: 1).draw(in: rect, on: &grid, look: look)
    }
    #expect(
      text == """
         MODEL            P99  TREND
         model 1         1 ms  ▁▂▃
        ▌model 2         2 ms  ▁▂▃
         model 3         3 ms  ▁▂▃
        """)
  }

  @Test func `the highest drop order goes first when there is no room`() {
    let text = drawn(18, 2) { grid, rect in table(rows: 1).draw(in: rect, on: &grid, look: look) }
    #expect(text == " MODEL         P99\n model 1      1 ms")
  }

  @Test func `a cell that does not fit says so`() {
    var table = table(rows: 1)
    table.rows[0].cells[0] = "electricity"
    let text = drawn(18, 2) { grid, rect in table.draw(in: rect, on: &grid, look: look) }
    #expect(text == " MODEL         P99\n electri…     1 ms")
  }

  @Test func `a long cell goes on over blank ones, and stops before the next text`() {
    let table = Table(
      columns: [
        Table.Column("WHAT", .fixed(8), flowsOver: true), Table.Column("WHY", .fixed(6)),
        Table.Column("WHO", .fixed(5)),
      ],
      rows: [
        Table.Row(["promoted 3", "better", "ana"]), Table.Row(["promoted version 3", "", "ana"]),
        Table.Row(["promoted version three at noon"]),
      ])
    let text = drawn(24, 4) { grid, rect in table.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """
         WHAT      WHY     WHO
         promote…  better  ana
         promoted versio…  ana
         promoted version three…
        """)
  }

  @Test func `the selection is always visible, and marks tell of more`() {
    var visible = 0..<0
    let text = drawn(20, 4) { grid, rect in
      visible = table(selection: 5, rows: 9).draw(in: rect, on: &grid, look: look)
    }
    #expect(visible == 3..<6)
    #expect(
      text == """
         MODEL         P99
         model 4      4 ms ▲
         model 5      5 ms
        ▌model 6      6 ms ▼
        """)
  }

  @Test func `a row in trouble and the selected row have backgrounds of their own`() {
    var table = table(selection: 0)
    table.rows[1].isAlarm = true
    var grid = CellGrid(width: 20, height: 4)
    table.draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid[5, 1].style.background == look.theme.selection)
    #expect(grid[5, 2].style.background == look.theme.alarm)
    #expect(grid[5, 3].style.background == .default)
  }

  @Test func `on a wide screen a bounded column stays near its neighbours`() {
    var table = table(rows: 1)
    table.columns[0].width = .flexible(minimum: 6, maximum: 10)
    let text = drawn(60, 2) { grid, rect in table.draw(in: rect, on: &grid, look: look) }
    #expect(text == " MODEL               P99      TREND\n model 1            1 ms      ▁▂▃")
  }

  @Test(arguments: 0..<30, 0..<5)
  func `a table of any size stays inside`(width: Int, height: Int) {
    let rect = Rect(x: 2, y: 1, width: width, height: height)
    var grid = CellGrid(width: 34, height: 8)
    table(selection: 2).draw(in: rect, on: &grid, look: look)
    for y in 0..<8 {
      for x in 0..<34 where !rect.contains(Point(x: x, y: y)) { #expect(grid[x, y] == .blank) }
    }
  }

  @Test func `foreign text with wide characters keeps the columns straight`() {
    var table = table(rows: 2)
    table.rows[0].cells[0] = "模型\u{202E}"
    let text = drawn(30, 3) { grid, rect in table.draw(in: rect, on: &grid, look: look) }
    #expect(text.hasSuffix(" model 2           2 ms  ▁▂▃"))
    #expect(text.contains(#"模型\u{202E}      1 ms"#))
  }

  @Test func `a timeline is a table of times and texts`() {
    let timeline = Timeline([
      Timeline.Entry("13:59:30", "ci promoted fraud 31"), Timeline.Entry("14:00:31", "firing"),
    ])
    let text = drawn(32, 2) { grid, rect in timeline.draw(in: rect, on: &grid, look: look) }
    #expect(text == " 13:59:30  ci promoted fraud 31\n 14:00:31  firing")
  }

  @Test func `a timeline gives a long text the lines that no event needs`() {
    let timeline = Timeline([
      Timeline.Entry("13:59:30", "o ci promoted fraud 31 and went"),
      Timeline.Entry("14:00:31", "o a second long text that has none"),
    ])
    let text = drawn(31, 3) { grid, rect in timeline.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """
         13:59:30  o ci promoted
                     fraud 31 and went
         14:00:31  o a second long tex…
        """)
  }
}

@Suite struct TimelineTests {
  @Test func `each long text has its second line before the first has its third`() {
    let timeline = Timeline([
      Timeline.Entry(
        "13:59:30", "o the first of them is long enough for four lines, and then some"),
      Timeline.Entry("14:00:31", "o the second wants two lines"),
      Timeline.Entry("14:00:32", "o short"),
    ])
    let text = drawn(31, 6) { grid, rect in timeline.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """
         13:59:30  o the first of
                     them is long
                     enough for four l…
         14:00:31  o the second wants
                     two lines
         14:00:32  o short
        """)
  }
}

@Suite struct TextPageTests {
  @Test func `paragraphs wrap, hang under their text, and follow the selection`() {
    let page = TextPage(
      [
        TextPage.Paragraph("Diagnosis"), .gap,
        TextPage.Paragraph("Does one version stand out?", marker: "[ ] 1 "),
        TextPage.Paragraph("last"),
      ], selection: 2)
    var shown = (firstLine: 0, lineCount: 0)
    let text = drawn(22, 3) { grid, rect in
      shown = page.draw(in: rect, on: &grid, look: look)
    }
    #expect(shown == (2, 6))
    #expect(
      text == """
        ▌[ ] 1 Does one      ▲
        ▌      version stand
        ▌      out?          ▼
        """)
  }
}
