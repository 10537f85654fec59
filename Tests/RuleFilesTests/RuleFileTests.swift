import Alerting
import RuleFiles
import Testing

@Suite struct RuleFileTests {
  private func diagnostics(_ text: String) -> [String] {
    RuleFile(text, path: "r.yaml").diagnostics.map(\.description)
  }

  @Test func `all that a rule can have is read`() throws {
    let file = RuleFile(
      """
      groups:
        - name: g
          interval: 1m30s
          limit: 7
          rules:
            - record: a:b:c
              expr: sum(x)
              labels: { team: one, number: 5 }
            - alert: High
              expr: a:b:c > 1
              for: 5m
              keep_firing_for: 1d
              labels: { severity: page }
              annotations: { summary: "{{ $value }}" }
      """, path: "r.yaml")
    #expect(file.diagnostics.isEmpty)
    let group = try #require(file.groups.first)
    #expect(group.interval == 90_000)
    #expect(group.limit == 7)
    guard case .record(let record) = group.rules[0], case .alert(let alert) = group.rules[1] else {
      Issue.record("kinds")
      return
    }
    #expect(record.labels == ["team": "one", "number": "5"])
    #expect(alert.hold == 300_000)
    #expect(alert.keepFiring == 86_400_000)
    #expect(alert.labels.map(\.name) == ["severity"])
    #expect(alert.annotations.map(\.template.text) == ["{{ $value }}"])
  }

  @Test(arguments: [
    (
      "groups: [{name: g, rules: [{alert: A, expr: x, four: 1m}]}]",
      "1:48: unknown key \"four\"; a rule has"
    ),
    (
      "groups: [{name: g, rules: [{alert: A, expr: x, for: 5x}]}]", "1:53: for: expected a duration"
    ),
    (
      "groups: [{name: g, rules: [{alert: A, expr: x, labels: {a-b: c}}]}]", "1:57: labels: \"a-b\""
    ),
    ("groups: [{name: g, rules: [{alert: A, expr: x, labels: {__name__: c}}]}]", "1:57: labels:"),
    (
      "groups: [{name: g, rules: [{alert: A, expr: x, annotations: {a.b: c}}]}]",
      "1:62: annotations: \"a.b\" is no annotation name"
    ),
    (
      "groups: [{name: g, rules: [{record: a-b, expr: x}]}]",
      "1:29: record: \"a-b\" is no metric name"
    ),
    ("groups: [{name: g, rules: [{record: a, expr: x, for: 1m}]}]", "1:49: `for` is for alerts"),
    ("groups: [{name: g, rules: [{record: a, alert: b, expr: x}]}]", "1:29: a rule has either"),
    ("groups: [{name: g, rules: [{expr: x}]}]", "1:29: a rule needs `alert` or `record`"),
    ("groups: [{name: g, rules: [{alert: A}]}]", "1:28: a rule needs `expr`"),
    (
      "groups: [{name: g, rules: [{alert: A, expr: x, labels: {a: [1]}}]}]",
      "1:60: labels.a: expected text"
    ),
    ("groups: [{name: g}, {name: g}]", "1:28: group \"g\" is there twice"),
    ("groups: [{rules: []}]", "1:10: a group needs `name`"),
    (
      "groups: [{name: g, limit: many}]",
      "1:27: limit: expected a whole number, found text \"many\""
    ),
    (
      "groups: [{name: g, query_offset: 1m}]",
      "1:20: key \"query_offset\" of a group came with Prometheus 2.53"
    ),
    ("groups: {name: g}", "1:9: groups: expected a list, found a block of keys"),
    ("rules: []", "1:1: unknown key \"rules\"; a rule file has groups"),
    ("groups: [", "not YAML:"),
    ("apiVersion: v1\nspec: {groups: []}", "1:1: this is an object of Kubernetes"),
    ("- 1", "1:1: rule file: expected a block of keys, found a list"),
  ])
  func `what is wrong is told with line, column and reason`(text: String, expected: String) {
    let diagnostics = diagnostics(text)
    #expect(diagnostics.count == 1, "\(diagnostics)")
    #expect(diagnostics.first?.contains(expected) == true, "\(diagnostics)")
    #expect(diagnostics.first?.hasPrefix("r.yaml:") == true)
  }

  @Test func `a mistake in an expression is shown where it was typed, however it is quoted`() {
    func place(_ expression: String) -> String {
      let text = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: \(expression)\n"
      return diagnostics(text).first.map { String($0.prefix { $0 != " " }) } ?? "none"
    }
    #expect(place("sum(x) y") == "r.yaml:5:18:")
    #expect(place("\"sum(x) y\"") == "r.yaml:5:19:")
    #expect(place("'x{a=\"it''s\"} y'") == "r.yaml:5:25:")
    #expect(place("|\n      sum(x)\n        + x y") == "r.yaml:7:13:")
    #expect(place(">-\n      sum(x)\n\n      + x y") == "r.yaml:8:11:")
    #expect(place("sum(x)\n      + x y") == "r.yaml:6:11:")
    #expect(place("'x >'") == "r.yaml:5:15:")
    #expect(place("|\n      x >\n\n") == "r.yaml:6:10:")
  }

  @Test func `a mistake in a template is shown where it was typed`() {
    let text = """
      groups:
        - name: g
          rules:
            - alert: A
              expr: x
              annotations:
                summary: "at {{ $value | humanise }}"
                other: |
                  line one
                  {{ $label.a }}
      """
    #expect(
      diagnostics(text) == [
        "r.yaml:7:36: annotations.summary: the template cannot be read: function \"humanise\" not defined",
        "r.yaml:10:16: annotations.other: the template cannot be read: undefined variable $label",
      ])
  }

  @Test func `groups without a mistake are taken, the others are not`() {
    let file = RuleFile(
      """
      groups:
        - name: one
          rules: [{ alert: A, expr: x }]
        - name: two
          rules: [{ alert: B, expr: "x >" }, { alert: C, expr: x }]
        - name: three
          interval: 1m
          interval: 2m
          rules: [{ alert: D, expr: x }]
        - name: four
          rules: [{ record: e, expr: x }]
      """, path: "r.yaml")
    #expect(file.groups.map(\.name) == ["one", "four"])
    #expect(
      file.diagnostics.map(\.description) == [
        "r.yaml:5:35: expr: parse error: unexpected end of input",
        "r.yaml:7:5: key \"interval\" is given twice; keep one of them",
      ])
  }

  @Test func `an empty file has no groups, and nothing is wrong with it`() {
    #expect(diagnostics("") == [])
    #expect(diagnostics("# nothing\n") == [])
    #expect(diagnostics("groups:\n") == [])
  }

  @Test func `aliases that multiply are stopped`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(diagnostics(text).contains { $0.contains("aliases written out") })
  }

  @Test(arguments: [
    ("a*c", "abbc", true), ("a*c", "abbd", false), ("?b", "ab", true), ("?b", "b", false),
    ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("*", "", true), ("a\\*", "a*", true),
    ("a\\*", "ab", false), ("**.yaml", "x.yaml", true),
  ])
  func `patterns of file names are Go's`(pattern: String, name: String, isMatch: Bool) {
    #expect(PathPattern.matches(name, pattern: pattern) == isMatch)
  }
}
