import Domain
import PromQL

/// Runs unit tests of rules, with the meaning that promtool 2.42 gives them.
///
/// All groups are evaluated at every interval from 0 to the last time that something is expected at; alerts expected between two
/// evaluations are those of the earlier one. Expressions are evaluated at the end, over what had come by the last evaluation:
/// input beyond it, though due before the expression's time, is not there.
package struct RuleTestRunner: Sendable {
  private let file: RuleTestFile
  /// In the order of evaluation.
  private let groups: [RuleGroup]

  /// promtool's limit of samples that one query may touch.
  private static let sampleLimit = 10_000

  /// - Parameter groups: those of all rule files.
  package init(_ file: RuleTestFile, groups: [RuleGroup]) {
    self.file = file
    let order = Dictionary(
      file.groupOrder.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    self.groups = groups.enumerated().sorted { left, right in
      let ranks = (order[left.element.name] ?? 0, order[right.element.name] ?? 0)
      return (ranks.0, left.offset) < (ranks.1, right.offset)
    }.map(\.element)
  }

  /// - Returns: nothing where all is as expected.
  package func run() -> [RuleTestFailure] { file.tests.flatMap(run) }

  package func run(_ test: RuleTest) -> [RuleTestFailure] {
    if let unnamed = test.alerts.first(where: \.alert.isEmpty) {
      let place = test.name.isEmpty ? "" : " (in TestGroup \(test.name))"
      return [
        RuleTestFailure(
          test,
          "an item under alert_rule_test misses required attribute alertname at eval_time "
            + PrometheusDuration.text(unnamed.time) + place)
      ]
    }
    let input: RuleTestInput
    do throws(RuleTestInput.Mistake) {
      input = try RuleTestInput(test)
    } catch {
      return [RuleTestFailure(test, error.description)]
    }
    var stage = Stage(test, input, groups)
    var failures: [RuleTestFailure] = []
    for time in stride(from: 0, through: test.end, by: Int(file.evaluationInterval)) {
      do throws(RuleTestInput.Mistake) {
        try stage.takeInput(through: Int64(time))
        let stopped = stage.evaluate(at: Int64(time), sampleLimit: Self.sampleLimit)
        guard stopped.isEmpty else { return failures + stopped }
      } catch {
        // Rules are not evaluated then, and the test goes on.
        failures.append(RuleTestFailure(test, error.description))
      }
      let next = Int64(time) + file.evaluationInterval
      failures += stage.alertFailures(from: Int64(time), before: next)
    }
    return failures
      + test.expressions.compactMap {
        stage.failure(of: $0, subqueryStep: file.evaluationInterval, sampleLimit: Self.sampleLimit)
      }
  }
}

/// One test under way.
private struct Stage {
  let test: RuleTest
  let groups: [RuleGroup]
  private var input: RuleTestInput
  private var memory = SeriesMemory()
  private var trackers: [RuleGroupTracker]

  init(_ test: RuleTest, _ input: RuleTestInput, _ groups: [RuleGroup]) {
    self.test = test
    self.input = input
    self.groups = groups
    trackers = Array(repeating: RuleGroupTracker(), count: groups.count)
  }

  mutating func takeInput(through time: Int64) throws(RuleTestInput.Mistake) {
    try input.move(to: &memory, through: time)
  }

  /// - Returns: what ends the test.
  mutating func evaluate(at time: Int64, sampleLimit: Int) -> [RuleTestFailure] {
    let context = RuleContext(
      externalLabels: test.externalLabels, externalURL: test.externalURL,
      sampleLimit: sampleLimit, holdsWithoutData: false)
    var failures: [RuleTestFailure] = []
    for (index, group) in groups.enumerated() {
      let evaluations = trackers[index].evaluate(
        group, at: Timestamp(microseconds: time * 1_000), in: context, memory: &memory)
      for evaluation in evaluations {
        guard let reason = evaluation.failure else { continue }
        failures.append(.rule(test, rule: evaluation.rule, time: time, reason: reason))
      }
    }
    return failures
  }

  /// Of what is expected in an interval, by time.
  func alertFailures(from start: Int64, before end: Int64) -> [RuleTestFailure] {
    let due = test.alerts.filter { $0.time >= start && $0.time < end }
    return due.enumerated().sorted { left, right in
      (left.element.time, left.offset) < (right.element.time, right.offset)
    }.compactMap { failure(of: $0.element) }
  }

  private func failure(of expectation: RuleTest.AlertCase) -> RuleTestFailure? {
    let expected = expectation.expected.map { alert in
      var labels = alert.labels
      labels["alertname"] = expectation.alert
      return TestedAlert(labels: LabelList(labels), annotations: LabelList(alert.annotations))
    }.sorted()
    let found = firing(expectation.alert).sorted()
    return expected == found
      ? nil : .alerts(test, expectation, expected: expected, found: found)
  }

  private func firing(_ name: String) -> [TestedAlert] {
    zip(groups, trackers).flatMap { group, tracker in
      zip(group.rules, tracker.rules).flatMap { rule, memory -> [TestedAlert] in
        guard case .alert(let rule) = rule, rule.name == name else { return [] }
        return (memory.tracker?.alerts.values.filter(\.isFiring) ?? []).map {
          TestedAlert(
            labels: LabelList($0.labels.dictionary), annotations: LabelList($0.annotations))
        }
      }
    }
  }

  func failure(
    of expectation: RuleTest.ExpressionCase, subqueryStep: Int64, sampleLimit: Int
  ) -> RuleTestFailure? {
    let found: [TestedSample]
    do {
      let evaluator = Evaluator(
        source: memory.source(over: nil), sampleLimit: sampleLimit, subqueryStep: subqueryStep)
      found = try Self.samples(
        of: evaluator.instant(Query(expectation.expression), at: expectation.time).value)
    } catch {
      return .expression(test, expectation, reason: String(describing: error))
    }
    var expected: [TestedSample] = []
    for sample in expectation.expected {
      do throws(SeriesNotation.Mistake) {
        let labels = try SeriesNotation.labels(sample.labels)
        expected.append(TestedSample(labels: LabelList(labels.pairs), value: sample.value))
      } catch {
        return .expression(
          test, expectation, reason: "labels \(quoted(sample.labels)): \(error)")
      }
    }
    expected.sort()
    let isSame = expected.elementsEqual(found.sorted(), by: ==)
    return isSame
      ? nil : .expression(test, expectation, expected: expected, found: found.sorted())
  }

  private static func samples(of value: Value) throws -> [TestedSample] {
    switch value {
    case .vector(let samples):
      return samples.map {
        TestedSample(labels: LabelList($0.labels.dictionary), value: $0.value)
      }
    case .scalar(let value): return [TestedSample(labels: LabelList([:]), value: value)]
    case .string, .matrix: throw RuleFailure.notAVector
    }
  }
}
