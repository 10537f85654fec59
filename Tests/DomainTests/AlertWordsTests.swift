import Domain
import Testing

/// What people write in rules and silences, and what it means.
struct AlertWordsTests {
  @Test(arguments: [
    ("critical", Alert.Severity.critical), ("page", .critical), ("PAGE", .critical),
    ("emergency", .critical), ("error", .critical), ("P1", .critical), ("warning", .warning),
    ("ticket", .warning), ("", .warning), ("info", .info), ("none", .info),
  ])
  func `a rule's severity is taken in the words that rule files have`(
    word: String, severity: Alert.Severity
  ) {
    #expect(Alert.Severity(word: word) == severity)
  }

  @Test(arguments: [
    (#"alertname=~".*""#, "alertname", ".*", true), ("alertname=~.*", "alertname", ".*", true),
    (#"model="fraud""#, "model", "fraud", false), (#"a=""#, "a", #"""#, false),
    (#"a="""#, "a", "", false),
  ])
  func `a matcher's value may stand in quotes, as in queries`(
    text: String, name: String, value: String, isRegex: Bool
  ) throws {
    let matcher = try #require(AlertMatcher(text))
    #expect(matcher == AlertMatcher(name: name, value: value, isRegex: isRegex))
    #expect(AlertMatcher(matcher.description) == matcher)
  }

  @Test func `a value in quotes of its own is written so that it is read back`() {
    let matcher = AlertMatcher(name: "a", value: #""x""#)
    #expect(AlertMatcher(matcher.description) == matcher)
  }

  @Test(arguments: [
    ("alertname=Slow, model=fraud", ["alertname=Slow", "model=fraud"]),
    ("alertname=Slow,model!=fraud", ["alertname=Slow", "model!=fraud"]),
    ("model=~a|b severity!~info", ["model=~a|b", "severity!~info"]),
    (#" model = "fraud" ,, "#, ["model=fraud"]), ("model=, a=b=c", ["model=", "a=b=c"]),
    (#"a="x, y", b=z"#, ["a=x, y", "b=z"]), (#"a="say \"no\"""#, [#"a=say "no""#]),
    (#" {alertname="Slow", severity!=info} "#, ["alertname=Slow", "severity!=info"]),
    (#"a=~"\d+\\.", b="#, [#"a=~\d+\."#, "b="]),
  ])
  func `matchers are read from a line, commas or spaces between them`(
    line: String, expected: [String]
  ) throws {
    let matchers = try AlertMatcher.list(line)
    #expect(matchers.map(\.description) == expected)
    #expect(try AlertMatcher.list(AlertMatcher.line(matchers)) == matchers)
  }

  @Test(arguments: [
    ("", MatcherFault.empty), (" , ", .empty), ("fraud", .noMatcher("fraud")),
    ("model=fraud and b=c", .noMatcher("and")), ("=fraud", .noMatcher("=fraud")),
    ("model!fraud", .noMatcher("model!fraud")),
    ("{severity!=critical", .noMatcher("{severity!=critical")),
    ("1a=b", .noMatcher("1a=b")), ("a-b=c", .noMatcher("a-b=c")),
    (#"a="b"c, d=e"#, .noMatcher(#"a="b"c"#)),
    (#"a=b, c="d, e=f"#, .openQuotes(#"c="d, e=f"#)), (#"a="b\""#, .openQuotes(#"a="b\""#)),
  ])
  func `a line that is no list of matchers says which part is none`(
    line: String, fault: MatcherFault
  ) {
    #expect(throws: fault) { try AlertMatcher.list(line) }
  }

  @Test func `any value is written so that a line is read back`() throws {
    let values = [
      "", "a b", "a,b", #""x""#, #"\"#, #"a\"#, #"C:\a b\"#, #"say "no""#, "a\nb", "=", "~", "!",
      "wide界, \u{202E}",
    ]
    for sign in [(false, true), (false, false), (true, true), (true, false)] {
      let matchers = values.map {
        AlertMatcher(name: "a", value: $0, isRegex: sign.0, isEqual: sign.1)
      }
      #expect(try AlertMatcher.list(AlertMatcher.line(matchers)) == matchers)
    }
  }
}
