import PromQL

/// Labels or annotations as a test compares them: by name, an expected empty one among them.
struct LabelList: Equatable, Comparable {
  let pairs: [(name: String, value: String)]

  init(_ labels: [String: String]) {
    pairs = labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  init(_ pairs: [LabelSet.Label]) { self.pairs = pairs.map { ($0.name, $0.value) } }

  static func == (left: LabelList, right: LabelList) -> Bool {
    left.pairs.elementsEqual(right.pairs, by: ==)
  }

  static func < (left: LabelList, right: LabelList) -> Bool {
    for (one, other) in zip(left.pairs, right.pairs) where one != other { return one < other }
    return left.pairs.count < right.pairs.count
  }

  /// `{a="b", c="d"}`.
  var text: String {
    "{" + pairs.map { "\($0.name)=\(quoted($0.value))" }.joined(separator: ", ") + "}"
  }
}

/// An alert that fires, or is expected to.
struct TestedAlert: Equatable, Comparable {
  var labels: LabelList
  var annotations: LabelList

  static func < (left: TestedAlert, right: TestedAlert) -> Bool {
    left.labels == right.labels
      ? left.annotations < right.annotations : left.labels < right.labels
  }
}

/// A value that an expression has, or is expected to have.
struct TestedSample: Comparable {
  var labels: LabelList
  var value: Double

  /// Bit for bit but for zeros: as Prometheus 2.42 compares, NaN is not even equal to itself.
  static func == (left: TestedSample, right: TestedSample) -> Bool {
    left.labels == right.labels && left.value == right.value
  }

  static func < (left: TestedSample, right: TestedSample) -> Bool { left.labels < right.labels }
}

/// Why a test did not pass. The description is promtool's.
package struct RuleTestFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The test's name, where it has one.
  package var test: String
  package var description: String

  init(_ test: RuleTest, _ description: String) {
    self.test = test.name
    self.description = description
  }

  static func alerts(
    _ test: RuleTest, _ expectation: RuleTest.AlertCase, expected: [TestedAlert],
    found: [TestedAlert]
  ) -> RuleTestFailure {
    let name = test.name.isEmpty ? "" : "    name: \(test.name),\n"
    return RuleTestFailure(
      test,
      "\(name)    alertname: \(expectation.alert), time: \(PrometheusDuration.text(expectation.time)), \n"
        + "        exp:\(indented(text(of: expected), by: 12)), \n"
        + "        got:\(indented(text(of: found), by: 12))")
  }

  static func expression(
    _ test: RuleTest, _ expectation: RuleTest.ExpressionCase, expected: [TestedSample],
    found: [TestedSample]
  ) -> RuleTestFailure {
    RuleTestFailure(
      test,
      "    expr: \(quoted(expectation.expression)), time: \(PrometheusDuration.text(expectation.time)),\n"
        + "        exp: \(text(of: expected))\n        got: \(text(of: found))")
  }

  static func expression(
    _ test: RuleTest, _ expectation: RuleTest.ExpressionCase, reason: String
  ) -> RuleTestFailure {
    RuleTestFailure(
      test,
      "    expr: \(quoted(expectation.expression)), time: \(PrometheusDuration.text(expectation.time)), "
        + "err: \(reason)")
  }

  static func rule(
    _ test: RuleTest, rule: String, time: Int64, reason: String
  ) -> RuleTestFailure {
    RuleTestFailure(test, "    rule: \(rule), time: \(longDuration(time)), err: \(reason)")
  }

  /// `1h0m0s`, as Go prints one.
  private static func longDuration(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1_000
    let fraction = milliseconds % 1_000
    var text = "\(seconds % 60)"
    if fraction > 0 {
      text += "." + String(String(1_000 + fraction).dropFirst())
      while text.hasSuffix("0") { text.removeLast() }
    }
    if seconds == 0, fraction > 0 { return "\(fraction)ms" }
    text += "s"
    if seconds >= 60 { text = "\(seconds / 60 % 60)m" + text }
    if seconds >= 3_600 { text = "\(seconds / 3_600)h" + text }
    return text
  }

  private static func text(of alerts: [TestedAlert]) -> String {
    guard !alerts.isEmpty else { return "[]" }
    let items = alerts.enumerated().map { index, alert in
      "\(index):"
        + indented("\nLabels:\(alert.labels.text)\nAnnotations:\(alert.annotations.text)", by: 2)
    }
    return "[\n" + items.joined(separator: ",\n") + "\n]"
  }

  private static func text(of samples: [TestedSample]) -> String {
    guard !samples.isEmpty else { return "nil" }
    return samples.map { "\($0.labels.text) \(scientific($0.value))" }.joined(separator: ", ")
  }

  private static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return NumberText.shortest(value) }
    let digits = DecimalDigits(shortest: value).digits.count
    return NumberText.scientific(value, places: max(0, digits - 1)).uppercased()
  }

  /// All lines but the first.
  private static func indented(_ text: String, by count: Int) -> String {
    text.replacing("\n", with: "\n" + String(repeating: " ", count: count))
  }
}
