package import Alerting

extension RuleTestFile {
  /// Reads a file in promtool's format.
  ///
  /// - Returns: nil with diagnostics where anything in it is wrong: a test that is not run is no test that passes.
  package static func read(_ text: String, path: String) -> (RuleTestFile?, [FileDiagnostic]) {
    let (root, problems) = YAMLDocument.parse(text, path: path)
    guard problems.isEmpty else { return (nil, problems) }
    guard let root else { return (RuleTestFile(), []) }
    var reader = NodeReader(path: path, text: text)
    let file = file(root, &reader)
    return reader.diagnostics.isEmpty ? (file, []) : (nil, reader.diagnostics)
  }

  private static func file(_ root: LocatedNode, _ reader: inout NodeReader) -> RuleTestFile {
    let block = reader.block(
      root, owner: "test file",
      keys: ["rule_files", "evaluation_interval", "group_eval_order", "tests"])
    var file = RuleTestFile()
    if let entry = block["rule_files"] {
      file.ruleFiles = reader.texts(entry.value, key: "rule_files")
    }
    if let entry = block["evaluation_interval"] {
      let interval = reader.duration(entry.value, key: "evaluation_interval")
      if interval > 0 { file.evaluationInterval = interval }
    }
    if let entry = block["group_eval_order"] {
      for item in reader.list(entry.value, key: "group_eval_order") {
        let name = reader.text(item, key: "group_eval_order")
        if file.groupOrder.contains(name) {
          reader.report(item.place, "group_eval_order: group \"\(name)\" is there twice")
        }
        file.groupOrder.append(name)
      }
    }
    if let entry = block["tests"] {
      file.tests = reader.list(entry.value, key: "tests").map { test($0, &reader) }
    }
    return file
  }

  private static func test(_ node: LocatedNode, _ reader: inout NodeReader) -> RuleTest {
    let block = reader.block(
      node, owner: "test",
      keys: [
        "name", "interval", "input_series", "alert_rule_test", "promql_expr_test",
        "external_labels", "external_url",
      ])
    var test = RuleTest()
    if let entry = block["name"] { test.name = reader.text(entry.value, key: "name") }
    if let entry = block["interval"] {
      test.interval = reader.duration(entry.value, key: "interval")
    }
    if let entry = block["external_labels"] {
      test.externalLabels = reader.labels(entry.value, key: "external_labels")
    }
    if let entry = block["external_url"] {
      test.externalURL = reader.text(entry.value, key: "external_url")
    }
    if let entry = block["input_series"] {
      test.input = reader.list(entry.value, key: "input_series").map { input($0, &reader) }
    }
    if let entry = block["alert_rule_test"] {
      test.alerts = reader.list(entry.value, key: "alert_rule_test").map { alert($0, &reader) }
    }
    if let entry = block["promql_expr_test"] {
      test.expressions = reader.list(entry.value, key: "promql_expr_test")
        .map { expression($0, &reader) }
    }
    return test
  }

  private static func input(_ node: LocatedNode, _ reader: inout NodeReader) -> RuleTest.Input {
    let block = reader.block(node, owner: "series", keys: ["series", "values"])
    return RuleTest.Input(
      series: block["series"].map { reader.text($0.value, key: "series") } ?? "",
      values: block["values"].map { reader.text($0.value, key: "values") } ?? "")
  }

  private static func alert(
    _ node: LocatedNode, _ reader: inout NodeReader
  ) -> RuleTest.AlertCase {
    let block = reader.block(
      node, owner: "alert test", keys: ["eval_time", "alertname", "exp_alerts"])
    var expectation = RuleTest.AlertCase()
    if let entry = block["eval_time"] {
      expectation.time = reader.duration(entry.value, key: "eval_time")
    }
    if let entry = block["alertname"] {
      expectation.alert = reader.text(entry.value, key: "alertname")
    }
    if let entry = block["exp_alerts"] {
      expectation.expected = reader.list(entry.value, key: "exp_alerts").map { item in
        let block = reader.block(
          item, owner: "expected alert", keys: ["exp_labels", "exp_annotations"])
        var alert = RuleTest.ExpectedAlert()
        if let entry = block["exp_labels"] {
          alert.labels = reader.labels(entry.value, key: "exp_labels")
        }
        if let entry = block["exp_annotations"] {
          alert.annotations = reader.labels(entry.value, key: "exp_annotations")
        }
        return alert
      }
    }
    return expectation
  }

  private static func expression(
    _ node: LocatedNode, _ reader: inout NodeReader
  ) -> RuleTest.ExpressionCase {
    let block = reader.block(
      node, owner: "expression test", keys: ["expr", "eval_time", "exp_samples"])
    var expectation = RuleTest.ExpressionCase()
    if let entry = block["expr"] {
      expectation.expression = reader.text(entry.value, key: "expr")
    }
    if let entry = block["eval_time"] {
      expectation.time = reader.duration(entry.value, key: "eval_time")
    }
    if let entry = block["exp_samples"] {
      expectation.expected = reader.list(entry.value, key: "exp_samples").map { item in
        let block = reader.block(item, owner: "expected sample", keys: ["labels", "value"])
        var sample = RuleTest.ExpectedSample()
        if let entry = block["labels"] { sample.labels = reader.text(entry.value, key: "labels") }
        if let entry = block["value"] { sample.value = reader.number(entry.value, key: "value") }
        return sample
      }
    }
    return expectation
  }
}
