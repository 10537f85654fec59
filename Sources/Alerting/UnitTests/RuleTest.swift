/// A unit-test file of rules, in promtool's format.
package struct RuleTestFile: Sendable {
  /// Patterns of paths, as written.
  package var ruleFiles: [String]
  /// Milliseconds from one evaluation to the next, whatever interval a group has.
  package var evaluationInterval: Int64
  /// Groups that go first, in this order.
  package var groupOrder: [String]
  package var tests: [RuleTest]

  package init(
    ruleFiles: [String] = [], evaluationInterval: Int64 = 60_000, groupOrder: [String] = [],
    tests: [RuleTest] = []
  ) {
    self.ruleFiles = ruleFiles
    self.evaluationInterval = evaluationInterval
    self.groupOrder = groupOrder
    self.tests = tests
  }
}

/// Series, and what rules are to make of them. Times are milliseconds from the start.
package struct RuleTest: Sendable {
  package var name = ""
  /// From one value of the series to the next.
  package var interval: Int64 = 0
  package var input: [Input] = []
  package var alerts: [AlertCase] = []
  package var expressions: [ExpressionCase] = []
  package var externalLabels: [String: String] = [:]
  package var externalURL = ""

  package struct Input: Sendable {
    package var series: String
    package var values: String

    package init(series: String, values: String) {
      self.series = series
      self.values = values
    }
  }

  /// All alerts of a name that fire at a time, no more and no fewer.
  package struct AlertCase: Sendable {
    package var time: Int64 = 0
    package var alert = ""
    package var expected: [ExpectedAlert] = []

    package init() {}
  }

  package struct ExpectedAlert: Sendable, Equatable {
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]

    package init() {}
  }

  /// The value of an expression at a time.
  package struct ExpressionCase: Sendable {
    package var expression = ""
    package var time: Int64 = 0
    package var expected: [ExpectedSample] = []

    package init() {}
  }

  package struct ExpectedSample: Sendable {
    /// In series notation.
    package var labels = ""
    package var value: Double = 0

    package init() {}
  }

  package init() {}

  /// The last time that anything is expected at.
  var end: Int64 { (alerts.map(\.time) + expressions.map(\.time)).max() ?? 0 }
}
