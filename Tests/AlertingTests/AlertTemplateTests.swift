import Alerting
import Testing

/// What promtool cannot show; the rest is in `PromtoolTests`.
@Suite struct AlertTemplateTests {
  private func expanded(
    _ text: String, labels: [String: String] = ["model": "m"], value: Double = 0.25
  ) throws -> String {
    try AlertTemplate(text).expanded(
      TemplateData(
        labels: labels, value: value, externalLabels: ["region": "eu"],
        externalURL: "http://h:9/vigia/",
        query: { text in
          guard text != "bad" else { throw Refused() }
          return [TemplateSample(labels: ["a": "b"], value: 3)]
        }), alert: "A")
  }

  private struct Refused: Error, CustomStringConvertible { var description: String { "refused" } }

  @Test(arguments: [
    ("{{ $labels.model }} at {{ $value | humanizePercentage }}", "m at 25%"),
    ("{{ .Labels.model }} {{ .Value }} {{ .ExternalLabels.region }}", "m 0.25 eu"),
    (
      "{{ $externalLabels.region }} {{ $externalURL }} {{ externalURL }} {{ pathPrefix }}",
      "eu http://h:9/vigia/ http://h:9/vigia/ /vigia/"
    ),
    ("{{ $labels.none }}|", "|"),
    ("{{ if gt $value 0.5 }}much{{ else if gt $value 0.1 }}some{{ else }}none{{ end }}", "some"),
    ("{{ with query \"q\" }}{{ . | first | value }}{{ end }}", "3"),
    ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }}{{ end }}", "model=m"),
    ("plain { } text", "plain { } text"),
    ("", ""),
    ("{{- /* said */ -}} x", "x"),
    ("{{ \"\\u00e9\\x41\\n\" }}", "éA\n"),
    ("{{ printf `%s` \"raw\" }}", "raw"),
  ])
  func `a template says what it is given`(text: String, expected: String) throws {
    #expect(try expanded(text) == expected)
  }

  @Test func `a query that fails becomes text of the alert`() throws {
    #expect(
      try expanded("a {{ query \"bad\" }} b").hasPrefix(
        "<error expanding template: error executing template __alert_A: template: __alert_A:1:117: "
          + "executing \"__alert_A\" at <query \"bad\">: error calling query: refused>"))
  }

  @Test(arguments: [
    ("{{ nope }}", 3, "function \"nope\" not defined"),
    ("ab {{ $x }}", 6, "undefined variable $x"),
    ("{{ if 1 }}", 3, "{{if}} has no {{end}}"),
    ("{{ end }}", 3, "unexpected {{end}}"),
    ("{{ $value", 0, "the action is not closed by }}"),
    ("{{ \"a }}", 3, "the string is not closed"),
    ("{{ template x }}", 12, "{{template}} needs a name in quotes"),
    ("{{ template \"x\" | toUpper }}", 16, "empty command"),
    ("{{ template \"\\q\" }}", 12, "\"\\q\" has an escape that is none"),
    ("{{ define \"x\" }}1", 3, "{{define}} has no {{end}}"),
    ("{{ define \"x\" . }}{{ end }}", 3, "expected }} after define"),
    ("{{ define \"x\" }}{{ else }}{{ end }}", 19, "unexpected {{else}} in {{define}}"),
    ("{{ define \"x\" }}{{ $labels }}{{ end }}", 19, "undefined variable $labels"),
    (
      "{{ if 1 }}{{ define \"x\" }}{{ end }}{{ end }}", 13, "{{define}} stands within another block"
    ),
    (
      "{{ define \"x\" }}1{{ end }}{{ define \"x\" }}2{{ end }}", 29,
      "multiple definition of template \"x\""
    ),
    ("{{ block \"x\" }}{{ end }}", 13, "missing value for block"),
    ("{{ block \"x\" . }}1", 3, "{{block}} has no {{end}}"),
    ("{{ break }}", 3, "{{break}} outside {{range}}"),
    (
      "{{ range query \"q\" }}{{ else }}{{ continue }}{{ end }}", 34,
      "{{continue}} outside {{range}}"
    ),
    (
      "{{ range query \"q\" }}{{ block \"x\" . }}{{ break }}{{ end }}{{ end }}", 41,
      "{{break}} outside {{range}}"
    ),
    ("{{ range query \"q\" }}{{ break 1 }}{{ end }}", 24, "expected }} after break"),
    ("{{ 'ab' }}", 3, "'ab' is no character"),
    ("{{ 1e400 }}", 3, "bad number 1e400"),
    ("{{ }}", 3, "missing value for command"),
    ("{{ 1 | 2 }}", 7, "what is piped into command 2 is no function"),
    ("{{ $value | }}", 10, "missing value after |"),
    ("{{ 08x }}", 3, "bad number 08x"),
    ("{{ $value ! }}", 10, "unexpected \"!\" in an action"),
    ("{{ (len \"a\" }}", 0, ""),
  ])
  func `what can never be expanded is found when it is read`(
    text: String, offset: Int, reason: String
  ) {
    let mistake = #expect(throws: TemplateMistake.self) { try AlertTemplate(text) }
    guard !reason.isEmpty else { return }
    #expect(mistake?.reason == reason)
    #expect(mistake?.offset == offset)
  }

  @Test(arguments: ["x", ""])
  func `a template that goes on for ever is cut`(text: String) throws {
    let loop = String(repeating: "{{ range query \"q\" }}", count: 3)
    let template = try AlertTemplate(loop + text + "{{ if 0 }}{{ end }}{{ end }}{{ end }}{{ end }}")
    let samples = Array(repeating: TemplateSample(labels: [:], value: 1), count: 150)
    let data = TemplateData(labels: [:], value: 1, query: { _ in samples })
    #expect(template.expanded(data, alert: "A").contains("or 1000000 steps>"))
  }

  @Test(arguments: [
    // A template that invokes itself, and the text as a whole, which may do so too.
    "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}",
    "{{ template \"__alert_A\" . }}",
    "{{ block \"x\" . }}{{ with . }}{{ template \"x\" . }}{{ end }}{{ end }}",
    "{{ define \"x\" }}{{ template \"x\" (args .) }}{{ end }}{{ template \"x\" . }}",
  ])
  func `a template that invokes itself for ever is stopped`(text: String) throws {
    #expect(try expanded(text).contains(": exceeded maximum template depth (100)>"))
  }

  @Test func `a template may invoke itself while that has an end`() throws {
    let walk = "{{ if len . }}{{ slice . 0 1 }}.{{ template \"walk\" slice . 1 }}{{ end }}"
    #expect(
      try expanded("{{ define \"walk\" }}\(walk){{ end }}{{ template \"walk\" \"model\" }}")
        == "m.o.d.e.l.")
  }

  @Test(arguments: ["printf \"%s%s\" $x $x", "args $x $x", "args $x", "html $x $x"])
  func `a value that grows without end is cut`(growth: String) throws {
    let loop = "{{ $x := \"<\" }}{{ range query \"q\" }}{{ $x = \(growth) }}{{ end }}{{ $x }}"
    let samples = Array(repeating: TemplateSample(labels: [:], value: 1), count: 5_000)
    let data = TemplateData(labels: [:], value: 1, query: { _ in samples })
    let text = try AlertTemplate(loop).expanded(data, alert: "A")
    #expect(text.hasSuffix(": more than 1048576 bytes>") || text.hasSuffix(", 100 deep>"))
  }

  @Test func `any text is a template or a mistake`() throws {
    let pieces = [
      "{{", "}}", "-", " ", "$", ".a", "if", "end", "else", "range", "\"", "`", "|",
      "(", ")", "1", "é", ":=", "/*", "*/", "query", "\n", ",", "'", "define", "template", "block",
      "{{ break }}", "{{ end }}", "{{ template \"x\" . }}", "{{ define \"x\" }}", "{{ if 1 }}",
      "{{ range query \"q\" }}", "{{ block \"y\" . }}", "slice", "args", "{{ args 1 }}",
    ]
    var state: UInt64 = 1
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int((state >> 33) % UInt64(pieces.count))]
      }
      if let template = try? AlertTemplate(text) {
        let samples = [TemplateSample(labels: [:], value: 1)]
        let data = TemplateData(labels: [:], value: 1, query: { _ in samples })
        _ = template.expanded(data, alert: "A")
      }
    }
  }

  @Test(arguments: [
    ("{{ $value }} of {{ $labels.query }}", false), ("query", false),
    (#"{{ "query" }} {{ .query }}"#, false), (#"{{ query "up" }}"#, true),
    (#"{{ with printf "up{m=%q}" $labels.m | query }}{{ . }}{{ end }}"#, true),
  ])
  func `a text says whether it asks for other series`(_ text: String, _ asks: Bool) throws {
    #expect(try AlertTemplate(text).asksQueries == asks)
  }
}
