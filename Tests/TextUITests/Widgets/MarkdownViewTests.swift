import Testing
import TextUI

private let page = MarkdownDocument([
  .heading(level: 1, [.text("FeatureDrift")]),
  .entries([
    MarkdownEntry(id: "psi", label: "PSI, the worst", value: "0.31  age of electricity"),
    MarkdownEntry(label: "labels", value: StyledText("98 %", look.theme.ok)),
  ]),
  .heading(level: 2, [.text("Meaning")]),
  .paragraph([
    .text("One input is "), .run(MarkdownRun("not", marks: .strong)),
    .text(" what it was: "), .run(MarkdownRun("psi > 0.25", marks: .code)),
    .text(" for an hour. See "), .run(MarkdownRun("the panel", link: "vigia:drift")),
    .text(" or "), .run(MarkdownRun("https://example.org/d", link: "https://example.org/d")),
    .text("."),
  ]),
  .heading(level: 2, [.text("Diagnosis")]),
  .list(
    MarkdownList([
      .init(
        box: .init(id: "a"),
        [
          .paragraph([
            .text("Which feature? Drift ("), .run(MarkdownRun("4", marks: .code)), .text(")."),
          ])
        ]),
      .init(
        box: .init(id: "b", isTicked: true),
        [
          .paragraph([.text("Who changed the table upstream?")]),
          .list(
            MarkdownList(
              start: 9, [.init([.paragraph([.text("ask")])]), .init([.paragraph([.text("tell")])])])
          ),
        ]),
      .init([
        .paragraph([.text("A note on "), .run(MarkdownRun("nothing", marks: .struck)), .text(".")])
      ]),
    ])),
  .code("vigia drift --reference a.csv --current b.csv\n\tmore\n"),
  .table(
    MarkdownTable(
      alignments: [.left, .right],
      header: [[.text("feature")], [.text("PSI")], [.text("what it is")]],
      rows: [
        [[.text("age")], [.text("0.31")], [.text("years since the meter was put in")]],
        [[.text("東京")], [.text("0.02")], [.text("one of many")]],
      ])),
  .quote([.paragraph([.text("Rollback is wrong here: the inputs changed, not the model.")])]),
  .details(summary: "Background", [.paragraph([.text("PSI sums over ten bins.")])]),
  .thematicBreak,
])

private func text(_ width: Int, _ look: Look, _ page: MarkdownDocument = page) -> String {
  drawn(width, MarkdownLayout(page, width: width - 2, look: look).lines.count) { grid, rect in
    MarkdownView(page).draw(in: rect, on: &grid, look: look)
  }
}

@Suite struct MarkdownViewTests {
  @Test func `a narrow page wraps text, labels, code and cells by their width`() {
    #expect(
      text(28, look) == """
         FeatureDrift
         ────────────
         PSI, the    0.31  age of
         worst       electricity
         labels      98 %

         Meaning
         One input is not what it
         was: psi > 0.25 for an
         hour. See the panel
         (vigia:drift) or
         https://example.org/d.

         Diagnosis
         ☐ Which feature? Drift
           (4).
         ☑ Who changed the table
           upstream?
            9. ask
           10. tell
         • A note on ~~nothing~~.

           vigia drift --referenc
             e a.csv --current b.
             csv
               more

         feature   PSI  what it is
         ──────────────────────────
         age      0.31  years since
                        the meter
                        was put in
         東京     0.02  one of many

         │ Rollback is wrong here:
         │ the inputs changed, not
         │ the model.

         ▼ Background
           PSI sums over ten bins.

         ──────────────────────────
        """)
  }

  @Test func `with some room text is set in under headings`() {
    #expect(
      text(48, look) == """
         FeatureDrift
         ────────────
           PSI, the worst  0.31  age of electricity
           labels          98 %

         Meaning
           One input is not what it was: psi > 0.25 for
           an hour. See the panel (vigia:drift) or
           https://example.org/d.

         Diagnosis
           ☐ Which feature? Drift (4).
           ☑ Who changed the table upstream?
              9. ask
             10. tell
           • A note on ~~nothing~~.

             vigia drift --reference a.csv --current
               b.csv
                 more

           feature   PSI  what it is
           ────────────────────────────────────────────
           age      0.31  years since the meter was put
                          in
           東京     0.02  one of many

           │ Rollback is wrong here: the inputs
           │ changed, not the model.

           ▼ Background
             PSI sums over ten bins.

           ────────────────────────────────────────────
        """)
  }

  @Test func `a wide page breaks as little as it must`() {
    #expect(
      text(80, look) == """
         FeatureDrift
         ────────────
           PSI, the worst  0.31  age of electricity
           labels          98 %

         Meaning
           One input is not what it was: psi > 0.25 for an hour. See the panel
           (vigia:drift) or https://example.org/d.

         Diagnosis
           ☐ Which feature? Drift (4).
           ☑ Who changed the table upstream?
              9. ask
             10. tell
           • A note on ~~nothing~~.

             vigia drift --reference a.csv --current b.csv
                 more

           feature   PSI  what it is
           ───────────────────────────────────────────────
           age      0.31  years since the meter was put in
           東京     0.02  one of many

           │ Rollback is wrong here: the inputs changed, not the model.

           ▼ Background
             PSI sums over ten bins.

           ────────────────────────────────────────────────────────────────────────────
        """)
  }

  @Test func `without Unicode and colours the same is there, code with its marks`() {
    #expect(
      text(48, Look(theme: .monochrome, glyphs: .ascii, colorDepth: .mono)) == """
         FeatureDrift
         ------------
           PSI, the worst  0.31  age of electricity
           labels          98 %

         Meaning
           One input is not what it was: `psi > 0.25`
           for an hour. See the panel (vigia:drift) or
           https://example.org/d.

         Diagnosis
           [ ] Which feature? Drift (`4`).
           [x] Who changed the table upstream?
                9. ask
               10. tell
           - A note on ~~nothing~~.

               vigia drift --reference a.csv --current
                 b.csv
                   more

           feature   PSI  what it is
           --------------------------------------------
           age      0.31  years since the meter was put
                          in
           東京     0.02  one of many

           | Rollback is wrong here: the inputs
           | changed, not the model.

           v Background
             PSI sums over ten bins.

           --------------------------------------------
        """)
  }

  @Test func `a table that cannot fit is told row by row`() {
    let header = ["feature", "reference", "current"].map { [MarkdownInline.text($0)] }
    let table = MarkdownTable(
      header: header,
      rows: [
        [[.text("temperature")], [.text("17.25 C")], [.text("missing")]],
        [[.text("b")], [], [.text("1")]],
      ])
    #expect(
      text(20, look, MarkdownDocument([.table(table)])) == """
         feature:
         temperature
         reference: 17.25 C
         current: missing

         feature: b
         reference:
         current: 1
        """)
  }

  @Test func `steps, links and entries can have the focus, in reading order at every width`() {
    let expected: [MarkdownTarget] = [
      .entry("psi"), .link("vigia:drift"), .link("https://example.org/d"), .step("a"), .step("b"),
    ]
    #expect(page.targets == expected)
    for width in [1, 10, 40, 200] {
      let layout = MarkdownLayout(page, width: width)
      #expect(layout.targets == expected)
      #expect(Set(layout.lines.flatMap(\.targets)) == Set(expected.indices))
    }
  }

  @Test func `a step with the focus has its rows marked, a link its words and the gutter`() {
    var grid = CellGrid(width: 28, height: 30)
    MarkdownView(page, focus: 4).draw(in: grid.bounds, on: &grid, look: look)
    let rows = (0..<30).filter { grid[27, $0].style.background == look.theme.selection }
    let lines = grid.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.map { lines[$0] } == ["▌☑ Who changed the table", "▌  upstream?"])
    grid = CellGrid(width: 28, height: 30)
    MarkdownView(page, focus: 1).draw(in: grid.bounds, on: &grid, look: look)
    let marked = (0..<30).flatMap { y in
      (0..<28).filter { grid[$0, y].style.background == look.theme.selection }.map {
        grid[$0, y].character
      }
    }
    #expect(String(marked) == "the panel(vigia:drift)")
    #expect(grid[0, 10].character == look.glyphs.selection)
    #expect(grid[0, 9].character == look.glyphs.selection)
  }

  @Test func `the focus is never out of sight, and the page tells what is`() {
    var grid = CellGrid(width: 48, height: 6)
    let view = MarkdownView(page, focus: 3)
    var placement = view.draw(in: grid.bounds, on: &grid, look: look)
    #expect(placement.firstLine == 6)
    #expect(placement.lineCount == 34)
    #expect(placement.targets == [1, 2, 3])
    #expect(grid[47, 0].character == look.glyphs.up)
    #expect(grid[47, 5].character == look.glyphs.down)
    placement = MarkdownView(page, firstLine: 500).draw(in: grid.bounds, on: &grid, look: look)
    #expect(placement.firstLine == 28)
    #expect(placement.targets == [])
  }

  @Test(arguments: [
    (["drift"], "Drift|drift|Drift|drift"), (["psi"], "PSI|psi|PSI|PSI"), (["rence"], ""), ([], ""),
    (["who", "INPUT", "東"], "input|Who|東|input"),
  ])
  func `words that were searched are marked where words begin`(words: [String], found: String) {
    var grid = CellGrid(width: 80, height: 40)
    MarkdownView(page, highlights: words).draw(in: grid.bounds, on: &grid, look: look)
    var marked: [String] = []
    var isOpen = false
    for y in 0..<40 {
      for x in 0..<80 where !grid[x, y].isContinuation {
        let isMarked = grid[x, y].style.attributes.contains(.reverse)
        if isMarked, isOpen {
          marked[marked.count - 1].append(grid[x, y].character)
        } else if isMarked {
          marked.append(String(grid[x, y].character))
        }
        isOpen = isMarked
      }
    }
    #expect(marked.joined(separator: "|") == found)
  }

  @Test func `a link that says one place and leads to another shows both`() {
    let lie = MarkdownDocument([
      .paragraph([.run(MarkdownRun("https://good", link: "https://evil"))])
    ])
    #expect(text(60, look, lie) == " https://good (https://evil)")
    let mail = MarkdownDocument([.paragraph([.run(MarkdownRun("a@b.c", link: "mailto:a@b.c"))])])
    #expect(text(60, look, mail) == " a@b.c")
  }

  @Test(arguments: [
    "\u{1B}[31m", "\u{1B}]52;c;AAAA\u{7}", "\u{9B}2J", "\u{202E}x\u{2066}", "\u{8}\u{7F}",
    "a\nb\r\tc", "e\u{301}\u{301}\u{301}\u{301}",
  ])
  func `hostile text is shown, and steers nothing`(payload: String) {
    let inline = [
      MarkdownInline.run(MarkdownRun(payload, marks: .code, link: payload)), .text(payload),
    ]
    let page = MarkdownDocument([
      .heading(level: 1, inline), .paragraph(inline), .quote([.code(payload)]),
      .list(MarkdownList([.init(box: .init(id: payload), [.paragraph(inline)])])),
      .table(MarkdownTable(header: [inline], rows: [[inline]])),
      .details(summary: payload, [.paragraph(inline)]),
      .entries([MarkdownEntry(id: payload, label: payload, value: StyledText(payload))]),
    ])
    for width in [3, 20, 90] {
      var grid = CellGrid(width: width, height: 60)
      MarkdownView(page, focus: 0, highlights: [payload]).draw(
        in: grid.bounds, on: &grid, look: look)
      for y in 0..<60 {
        for x in 0..<width where !grid[x, y].isContinuation {
          let shown = String(grid[x, y].character)
          #expect(shown.sanitized == shown)
        }
      }
      for line in MarkdownLayout(page, width: width).lines {
        #expect(line.text.text.sanitized == line.text.text)
      }
    }
  }

  @Test(arguments: 0..<40, [0, 1, 2, 5, 14])
  func `a page of any size stays inside`(width: Int, height: Int) {
    let rect = Rect(x: 1, y: 1, width: width, height: height)
    var grid = CellGrid(width: 44, height: 18)
    MarkdownView(page, focus: 4).draw(in: rect, on: &grid, look: look)
    for y in 0..<18 {
      for x in 0..<44 where !rect.contains(Point(x: x, y: y)) { #expect(grid[x, y] == .blank) }
    }
  }

  @Test func `no words are lost at any width`() {
    let words = "Rollback is wrong here: the inputs changed, not the model.".filter { $0 != " " }
    let page = MarkdownDocument([
      .paragraph([
        .text("Rollback  is wrong "), .run(MarkdownRun("here", marks: .strong)),
        .text(": the inputs changed, not the model."),
      ])
    ])
    for width in 1...60 {
      let lines = MarkdownLayout(page, width: width).lines
      #expect(lines.map(\.text.text).joined().filter { $0 != " " } == words)
      #expect(lines.allSatisfy { $0.text.width <= width })
    }
  }
}
