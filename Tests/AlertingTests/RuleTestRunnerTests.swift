import Alerting
import PromQL
import Testing

/// What the fixtures of `PromtoolTests` show through files is shown here by values; the words are promtool's.
@Suite struct RuleTestRunnerTests {
  private func failures(
    of series: [(String, String)], _ expressions: [(text: String, minute: Int64, labels: String)],
    value: Double = 1
  ) -> [String] {
    var test = RuleTest()
    test.interval = 60_000
    test.input = series.map { RuleTest.Input(series: $0.0, values: $0.1) }
    test.expressions = expressions.map { expression in
      var sample = RuleTest.ExpectedSample()
      (sample.labels, sample.value) = (expression.labels, value)
      var expectation = RuleTest.ExpressionCase()
      expectation.expression = expression.text
      expectation.time = expression.minute * 60_000
      expectation.expected = [sample]
      return expectation
    }
    return RuleTestRunner(RuleTestFile(tests: [test]), groups: []).run().map(\.description)
  }

  @Test(arguments: [
    ("v{i=\"1\",i=\"2\"}", "label name \"i\" is not unique: invalid sample"),
    ("{__name__=\"v\",__name__=\"v\"}", "label name \"__name__\" is not unique: invalid sample"),
    ("{}", "empty labelset: invalid sample"), ("{i=\"\"}", "empty labelset: invalid sample"),
  ])
  func `a series that Prometheus does not take fails at each evaluation from its first value on`(
    series: String, reason: String
  ) {
    let found = failures(
      of: [("y", "1x9"), (series, "_ _ 5 6")],
      [("y", 1, "y"), ("count_over_time(y[9m])", 3, "{}")],
      value: 1)
    #expect(
      found == [
        reason, reason,
        // What came before is there, and nothing after it.
        "    expr: \"count_over_time(y[9m])\", time: 3m,\n        exp: {} 1E+00\n        got: {} 2E+00",
      ])
  }

  @Test func `a series that Prometheus does not take fails nothing while it has no value`() {
    #expect(failures(of: [("y", "1x3"), ("v{i=\"1\",i=\"2\"}", "_ _")], [("y", 3, "y")]) == [])
  }

  @Test(arguments: [
    ("v{__name__=\"w\"}", "v"), ("v{i=\"1\",i=\"\"}", "v"),
    ("{i=\"1\",i=\"\",__name__=\"v\"}", "v{i=\"1\"}"), ("v", "v{__name__=\"w\"}"),
    ("v", "v{i=\"\"}"),
  ])
  func `a series has the labels that promtool gives it`(series: String, labels: String) {
    #expect(failures(of: [(series, "1")], [("v", 0, labels)]) == [])
  }

  @Test(arguments: [
    ("{i=\"\"}", "sum(v)", "{i=\"\"} 1E+00\n        got: {} 1E+00"),
    (
      "v{i=\"1\",i=\"2\"}", "v",
      "{__name__=\"v\", i=\"1\", i=\"2\"} 1E+00\n        got: {__name__=\"v\"} 1E+00"
    ),
  ])
  func `labels that no series has are never as expected`(
    labels: String, expression: String, compared: String
  ) {
    #expect(
      failures(of: [("v", "1")], [(expression, 0, labels)]) == [
        "    expr: \"\(expression)\", time: 0s,\n        exp: \(compared)"
      ])
  }
}
