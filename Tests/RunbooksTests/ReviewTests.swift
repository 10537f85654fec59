import Domain
import Runbooks
import Testing

@Suite struct ReviewTests {
  private func review(_ pages: [Runbook], alerts: [String] = ["A"]) -> [String] {
    RunbookReview(
      alerts: alerts.enumerated().map {
        .init(alert: $1, file: "rules/vigia.yaml", line: 10 + $0)
      },
      pages: pages, actions: ["rollback", "freeze"], panels: ["drift"],
      today: RunbookDate("2026-11-26") ?? RunbookDate(days: 0)
    )
    .diagnostics { $0.contains("(") ? "1:3: expected an expression" : nil }
    .map(\.description)
  }

  private func page(_ id: String, _ frontMatter: String) -> Runbook {
    RunbookParser.parse("---\n\(frontMatter)---\n# \(id)\n", id: id, file: "runbooks/\(id).md")
  }

  @Test func `a page that fits its alert has nothing wrong`() {
    let good = page(
      "A",
      "last_tested: 2026-08-28\npanels: [drift]\nactions: [rollback]\nchecks: { up: up }\n")
    #expect(review([good]) == [])
  }

  @Test func `alerts and pages must find each other`() {
    let tested = "last_tested: 2026-11-01\n"
    #expect(
      review(
        [page("B", tested), page("A", tested), page("C", "alert: A\n" + tested)],
        alerts: ["A", "Z", "A", "Z"]) == [
          "rules/vigia.yaml:11: alert Z has no runbook: expected a page Z.md",
          "runbooks/B.md:1: no rule raises the alert B that this page is for",
          "runbooks/C.md:2: runbooks/A.md is for the alert A, too; keep one, or say which models in applies_to",
        ])
  }

  @Test func `queries, actions and panels must be known`() {
    let bad = page(
      "A",
      "last_tested: 2026-11-26\npanels: [drift, trafic]\nactions: [reboot]\nchecks:\n  - name: bad\n    query: rate(\n"
    )
    #expect(
      review([bad]) == [
        "runbooks/A.md:3: panels: no \"trafic\"; there are drift",
        "runbooks/A.md:4: actions: no \"reboot\"; there are freeze, rollback",
        "runbooks/A.md:7: check \"bad\": 1:3: expected an expression",
      ])
  }

  @Test(arguments: [
    (
      "last_tested: 2026-08-27\n",
      "2: warning: last tested 91 days ago, on 2026-08-27: go through it again (every 90 days)"
    ),
    ("last_tested: 2026-11-28\n", "2: warning: last_tested: 2026-11-28 has yet to come"),
    ("owner: me\n", "1: warning: last_tested is missing: go through it, and say when"),
    ("last_tested: never\n", "2: last_tested: expected a day as 2026-11-26, found \"never\""),
  ])
  func `a page must have been tested lately`(frontMatter: String, reason: String) {
    #expect(review([page("A", frontMatter)]) == ["runbooks/A.md:\(reason)"])
  }
}
