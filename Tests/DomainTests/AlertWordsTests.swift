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
}
