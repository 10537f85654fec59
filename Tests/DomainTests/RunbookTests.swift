import Domain
import Foundation
import Testing

@Suite struct RunbookTests {
  @Test func `a page survives the wire`() throws {
    let step = RunbookStep(id: "0123456789abcdef", text: "look", isDone: true)
    let page = Runbook(
      id: "A", file: "runbooks/A.md", title: "A",
      frontMatter: RunbookFrontMatter(
        alert: RunbookWord("A", line: 2), severity: .critical, owner: "me",
        lastTested: RunbookDate("2026-11-26"), lastTestedLine: 3, appliesTo: ["m*"],
        panels: [RunbookWord("drift", line: 4)],
        checks: [RunbookCheck(name: "n", query: "up", line: 5)],
        actions: [RunbookWord("rollback", line: 6)], firstAction: "press R"),
      blocks: [
        .heading(level: 1, text: [.run(RunbookRun("A", marks: [.strong, .code], link: "x"))]),
        .list(RunbookList(start: 2, [.init(step: step, [.paragraph([.lineBreak])])])),
        .quote([.code("x\n", language: "sh"), .thematicBreak]),
        .details(
          summary: "s",
          [
            .table(
              RunbookTable(alignments: [.right], header: [[]], rows: [[[.run(RunbookRun("1"))]]]))
          ]),
      ],
      diagnostics: [RunbookDiagnostic(file: "runbooks/A.md", line: 3, .warning, "old")])
    let data = try JSONEncoder().encode(page)
    #expect(try JSONDecoder().decode(Runbook.self, from: data) == page)
    #expect(page.steps == [step])
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-26", 20_783),
    ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
  ])
  func `a day is a number and back`(text: String, days: Int) {
    #expect(RunbookDate(text)?.days == days)
    #expect(RunbookDate(days: days).description == text)
  }

  @Test(arguments: [
    "", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-01", "26-04-01",
    "2026/04/01",
    "2026-04-01 ", "+026-04-01", "2026-04-0x", "٢٠٢٦-٠٤-٠١",
  ])
  func `what is no day of the calendar is none`(text: String) {
    #expect(RunbookDate(text) == nil)
  }

  @Test func `the day of a time is that in UTC`() {
    #expect(RunbookDate(Timestamp(seconds: 20_783 * 86_400 + 86_399)).description == "2026-11-26")
    #expect(RunbookDate(Timestamp(microseconds: -1)).description == "1969-12-31")
  }
}
