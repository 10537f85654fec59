import Domain
import Runbooks
import Testing

@Suite struct FrontMatterTests {
  @Test func `every key is read, with the lines of what others must understand`() {
    let page = parsed(
      """
      ---
      alert: FeatureDrift
      severity: critical
      owner: model-serving
      last_tested: 2026-11-26
      applies_to: [fraud, "elec*"]
      panels: [drift, timeline]
      checks:
        - name: PSI, the worst
          query: 'topk(5, vigia_drift_psi)'
        - { name: share, query: "a * b & c" }
      actions:
        - rollback
        - freeze
      first_action: "press 4 & look"
      ---
      # FeatureDrift
      """)
    #expect(page.diagnostics == [])
    #expect(
      page.frontMatter
        == RunbookFrontMatter(
          alert: RunbookWord("FeatureDrift", line: 2), severity: .critical, owner: "model-serving",
          lastTested: RunbookDate("2026-11-26"), lastTestedLine: 5, appliesTo: ["fraud", "elec*"],
          panels: [RunbookWord("drift", line: 7), RunbookWord("timeline", line: 7)],
          checks: [
            RunbookCheck(name: "PSI, the worst", query: "topk(5, vigia_drift_psi)", line: 10),
            RunbookCheck(name: "share", query: "a * b & c", line: 11),
          ],
          actions: [RunbookWord("rollback", line: 13), RunbookWord("freeze", line: 14)],
          firstAction: "press 4 & look"))
    #expect(page.title == "FeatureDrift" && page.alert == "FeatureDrift")
  }

  @Test func `checks may be written as name and query in one`() {
    let page = parsed("---\nchecks:\n  burn rate: vigia_slo_burn_rate\n  up: up == 0\n---\n")
    #expect(
      page.frontMatter.checks == [
        RunbookCheck(name: "burn rate", query: "vigia_slo_burn_rate", line: 3),
        RunbookCheck(name: "up", query: "up == 0", line: 4),
      ])
  }

  @Test(arguments: [
    ("severity: fatal", "2: severity: expected one of info, warning, critical, found \"fatal\""),
    ("last_tested: yesterday", "2: last_tested: expected a day as 2026-11-26, found \"yesterday\""),
    (
      "last_tested: 2026-02-29",
      "2: last_tested: expected a day as 2026-11-26, found \"2026-02-29\""
    ),
    ("owner: [a, b]", "2: owner: expected text, found a list of 2"),
    ("owner:", "2: owner: expected text, found nothing"),
    ("panels: [a, {b: c}]", "2: panels[2]: expected text, found a block of keys"),
    ("checks:\n  - name: x", "3: checks[1] needs query, which is missing"),
    ("checks: soon", "2: checks: expected a list of name and query, found \"soon\""),
    ("checks:\n  - up", "3: checks[1]: expected name and query, found \"up\""),
    (
      "ownr: a",
      "2: warning: unknown key \"ownr\"; there are alert, severity, owner, last_tested, applies_to, panels, checks, actions, first_action"
    ),
  ])
  func `what is wrong is said with its line, and the rest is read`(yaml: String, reason: String) {
    let page = parsed("---\n\(yaml)\nalert: A\n---\n# Text\n")
    #expect(page.diagnostics.map(\.description) == ["runbooks/Page.md:\(reason)"])
    #expect(page.frontMatter.alert?.text == "A")
    #expect(page.title == "Text")
  }

  @Test(arguments: [
    ("owner: [a", 3), ("a: b: c", 2), ("\tx: 1", 2), ("alert: A\nalert: B", 2), ("- a\n- b", 2),
    ("a: &x [1]\nb: *x", 1),
  ])
  func `front matter that cannot be read is shown, and the page below it`(yaml: String, line: Int) {
    let page = parsed("---\n\(yaml)\n---\n# Text\n")
    #expect(page.diagnostics.count == 1)
    #expect(page.diagnostics.first?.line == line)
    #expect(page.diagnostics.first?.gravity == .error)
    #expect(page.blocks.first == .code(yaml + "\n", language: "yaml"))
    #expect(page.title == "Text")
  }

  @Test func `front matter without an end is part of the page`() {
    let page = parsed("---\nalert: A\n\n# Text\n")
    #expect(
      page.diagnostics.map(\.description) == [
        "runbooks/Page.md:1: the front matter is not closed: a second line of --- is missing"
      ])
    #expect(page.title == "Text")
  }

  @Test func `line ends of Windows and a byte order mark change nothing`() {
    let page = parsed("\u{FEFF}---\r\nalert: A\r\n---\r\n# Text\r\n")
    #expect(page.frontMatter.alert == RunbookWord("A", line: 2))
    #expect(page.title == "Text")
    #expect(page.diagnostics == [])
  }

  @Test func `aliases that stand for millions of values are refused at once`() {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let alias = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(alias)]\n"
    }
    let page = parsed("---\n\(yaml)? *a11\n: x\n---\n# Text\n")
    #expect(page.diagnostics.map(\.line) == [1])
    #expect(page.title == "Text")
  }
}
