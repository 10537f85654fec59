import Domain
import Runbooks
import Testing

@Suite struct ParserTests {
  private func blocks(_ text: String) -> [RunbookBlock] { parsed(text).blocks }

  @Test func `text keeps its marks and where links lead`() {
    #expect(
      blocks("Press `R`, **not *now***, ~~later~~, [see](http://a/b) or <http://c>\\\nend")
        == [
          .paragraph([
            .run(RunbookRun("Press ")), .run(RunbookRun("R", marks: .code)),
            .run(RunbookRun(", ")), .run(RunbookRun("not ", marks: .strong)),
            .run(RunbookRun("now", marks: [.strong, .emphasis])), .run(RunbookRun(", ")),
            .run(RunbookRun("later", marks: .struck)), .run(RunbookRun(", ")),
            .run(RunbookRun("see", link: "http://a/b")), .run(RunbookRun(" or ")),
            .run(RunbookRun("http://c", link: "http://c")), .lineBreak, .run(RunbookRun("end")),
          ])
        ])
  }

  @Test func `headings, quotes, code and breaks are blocks`() {
    #expect(
      blocks("## Impact\n\n> callers *wait*\n\n```sh\ndf -h\n\tx\n```\n\n---\n")
        == [
          .heading(level: 2, text: [.run(RunbookRun("Impact"))]),
          .quote([
            .paragraph([
              .run(RunbookRun("callers ")), .run(RunbookRun("wait", marks: .emphasis)),
            ])
          ]),
          .code("df -h\n\tx\n", language: "sh"), .thematicBreak,
        ])
  }

  @Test func `a list has its first number, its items and its steps`() {
    let list = RunbookList(
      start: 3, isTight: true,
      [
        .init([.paragraph([.run(RunbookRun("plain"))])]),
        .init([
          .paragraph([.run(RunbookRun("with"))]),
          .list(RunbookList([.init([.paragraph([.run(RunbookRun("inner"))])])])),
        ]),
      ])
    #expect(blocks("3. plain\n4. with\n   - inner\n") == [.list(list)])
    let steps = parsed("# A\n- [ ] look at `x`\n- [x] done\n- note\n").steps
    #expect(steps.map(\.text) == ["look at x", "done"])
    #expect(steps.map(\.isDone) == [false, true])
  }

  @Test func `a table has alignments, and rows as long as its header`() {
    #expect(
      blocks("| a | b | c |\n|---|:-:|--:|\n| 1 | `2` |\n")
        == [
          .table(
            RunbookTable(
              alignments: [.left, .center, .right],
              header: ["a", "b", "c"].map { [.run(RunbookRun($0))] },
              rows: [[[.run(RunbookRun("1"))], [.run(RunbookRun("2", marks: .code))], []]]))
        ])
  }

  @Test func `details are shown, their text parsed where Markdown would be`() {
    #expect(
      blocks("<details>\n<summary>Why</summary>\n\nBecause **so**.\n\n</details>\n\nafter\n")
        == [
          .details(
            summary: "Why",
            [
              .paragraph([
                .run(RunbookRun("Because ")), .run(RunbookRun("so", marks: .strong)),
                .run(RunbookRun(".")),
              ])
            ]),
          .paragraph([.run(RunbookRun("after"))]),
        ])
    #expect(
      blocks("<details><summary>Why</summary>one\ntwo</details>\n")
        == [
          .details(
            summary: "Why",
            [.paragraph([.run(RunbookRun("one")), .lineBreak, .run(RunbookRun("two"))])])
        ])
  }

  @Test func `other HTML is the text that it is, and a comment is none`() {
    #expect(
      blocks("<script>alert(1)</script>\n\n<!-- hidden -->\n\na <b>c</b> <!-- x --><br>d\n")
        == [
          .code("<script>alert(1)</script>\n", language: "html"),
          .paragraph([
            .run(RunbookRun("a <b>c</b> ")), .lineBreak, .run(RunbookRun("d")),
          ]),
        ])
  }

  @Test func `the first heading is the title, else the id`() {
    #expect(parsed("text\n\n# The *title*\n").title == "The title")
    #expect(parsed("text\n").title == "Page")
  }
}

@Suite struct StepIDTests {
  private let page = "# A\n## Look\n- [ ] one\n- [ ] two\n- [ ] one\n## Act\n- [ ] one\n"

  @Test func `steps of a page have ids of their own`() {
    let ids = parsed(page).steps.map(\.id)
    #expect(Set(ids).count == 4)
    #expect(ids.allSatisfy { $0.count == 16 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test func `ticks survive what is written elsewhere, and new marks`() {
    let ids = parsed(page).steps.map(\.id)
    let edited =
      "# B\nintro\n## New\n- [ ] first\n## Look\n- [x] **one**\n- [ ] 2\n- [ ] one\n## Act\n\n1. [ ] one\n"
    let steps = parsed(edited).steps
    #expect(steps.map(\.id).filter(ids.contains) == [ids[0], ids[2], ids[3]])
  }
}

@Suite struct HostileTextTests {
  @Test(arguments: [
    "\u{1B}[31m", "\u{1B}]0;t\u{7}", "\u{9B}2J", "\u{202E}abc\u{2066}", "\u{7F}\u{8}", "a\u{200B}b",
  ])
  func `text is kept as it is, for whoever shows it to sanitize`(text: String) {
    let page = parsed("---\nowner: \"x\"\n---\n# \(text)\n\n- [ ] `\(text)`\n\n```\n\(text)\n```\n")
    #expect(page.title == text)
    #expect(page.steps.map(\.text) == [text])
    #expect(page.blocks.last == .code(text + "\n", language: ""))
  }

  @Test(arguments: [">", "- ", "1. ", "<details>\n\n", "> - "])
  func `blocks within blocks are flattened beyond a limit, and nothing is lost`(opening: String) {
    let page = parsed(String(repeating: opening, count: 3_000) + "last words")
    #expect(page.document.body.contains("last words"))
    #expect(depth(of: page.blocks) <= RunbookBlock.depthLimit)
  }

  @Test func `marks within marks cost no stack`() {
    let page = parsed(
      String(repeating: "**", count: 20_000) + "x" + String(repeating: "**", count: 20_000))
    #expect(RunbookInline.text(of: inlines(of: page.blocks.first)).contains("x"))
  }

  @Test func `a table that would be larger than the memory is left as it is written`() {
    let wide = 8_000
    let table =
      String(repeating: "|x", count: wide) + "\n" + String(repeating: "|-", count: wide) + "\n"
    let page = parsed(table + String(repeating: "a\n", count: 16_000))
    #expect(
      page.diagnostics.map(\.description) == [
        "runbooks/Page.md:1: warning: a line has too many | for a page so long; tables are shown as they are written"
      ])
    #expect(page.document.body.hasPrefix("|x|x"))
  }

  @Test func `nothing, a NUL and half a document are pages`() {
    for text in ["", "\u{0}", "---", "---\n---", "```", "| a |\n|-", "<details>", "[a](", "- [ ]"] {
      #expect(parsed(text).id == "Page")
    }
  }

  private func depth(of blocks: [RunbookBlock]) -> Int {
    blocks.map { block in
      switch block {
      case .list(let list): 1 + (list.items.map { depth(of: $0.blocks) }.max() ?? 0)
      case .quote(let inner), .details(_, let inner): 1 + depth(of: inner)
      default: 1
      }
    }.max() ?? 0
  }

  private func inlines(of block: RunbookBlock?) -> [RunbookInline] {
    if case .paragraph(let inlines) = block { inlines } else { [] }
  }
}

func parsed(_ text: String) -> Runbook {
  RunbookParser.parse(text, id: "Page", file: "runbooks/Page.md")
}
