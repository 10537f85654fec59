import Alerting
import PromQL

/// One rule as it stands in a file.
struct RuleNode {
  private let place: FileDiagnostic.Place
  private let block: [String: LocatedNode.Entry]

  private static let keys = [
    "alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations",
  ]

  init(_ node: LocatedNode, _ reader: inout NodeReader) {
    place = node.place
    block = reader.block(node, owner: "rule", keys: Self.keys)
  }

  private func text(_ key: String, _ reader: inout NodeReader) -> String {
    block[key].map { reader.text($0.value, key: key) } ?? ""
  }

  private func duration(_ key: String, _ reader: inout NodeReader) -> Int64 {
    block[key].map { reader.duration($0.value, key: key) } ?? 0
  }

  private func report(_ key: String, _ problem: RuleProblem, _ reader: inout NodeReader) {
    reader.report(block[key]?.place ?? place, problem.description)
  }

  /// - Returns: nil where something is wrong that leaves no rule; the reader knows what.
  func rule(_ reader: inout NodeReader) -> Rule? {
    let alert = text("alert", &reader)
    let record = text("record", &reader)
    let query = query(&reader)
    let hold = duration("for", &reader)
    let keepFiring = duration("keep_firing_for", &reader)
    if alert.isEmpty, record.isEmpty {
      report("expr", .noKind, &reader)
      return nil
    }
    if !alert.isEmpty, !record.isEmpty { report("record", .bothKinds, &reader) }
    guard alert.isEmpty else {
      let labels = texts("labels", of: alert, isKnown: isLabel, &reader) { .badLabelName($0) }
      let annotations = texts("annotations", of: alert, isKnown: RuleName.isLabel, &reader) {
        .badAnnotationName($0)
      }
      return query.map {
        .alert(
          AlertRule(
            name: alert, query: $0, hold: hold, keepFiring: keepFiring, labels: labels,
            annotations: annotations))
      }
    }
    checkRecording(record, hold: hold, keepFiring: keepFiring, &reader)
    var labels: [String: String] = [:]
    for entry in block["labels"].map({ reader.entries($0.value, key: "labels") }) ?? [] {
      labels[entry.key] = reader.text(entry.value, key: "labels.\(entry.key)")
      if !isLabel(entry.key) {
        reader.report(entry.place, RuleProblem.badLabelName(entry.key).description)
      }
    }
    return query.map { .record(RecordingRule(name: record, query: $0, labels: labels)) }
  }

  private func isLabel(_ name: String) -> Bool { RuleName.isLabel(name) && name != "__name__" }

  private func checkRecording(
    _ name: String, hold: Int64, keepFiring: Int64, _ reader: inout NodeReader
  ) {
    if !RuleName.isMetric(name) { report("record", .badMetricName(name), &reader) }
    if let annotations = block["annotations"],
      !reader.entries(annotations.value, key: "annotations").isEmpty
    {
      report("annotations", .notForRecording(key: "annotations"), &reader)
    }
    if hold != 0 { report("for", .notForRecording(key: "for"), &reader) }
    if keepFiring != 0 {
      report("keep_firing_for", .notForRecording(key: "keep_firing_for"), &reader)
    }
  }

  private func query(_ reader: inout NodeReader) -> Query? {
    let text = text("expr", &reader)
    guard let node = block["expr"]?.value, !text.isEmpty else {
      report("expr", .noExpression, &reader)
      return nil
    }
    do throws(Diagnostic) {
      return try Query(text)
    } catch {
      reader.report(
        reader.place(ofByte: error.offset, in: node), "expr: parse error: \(error.message)")
      return nil
    }
  }

  private func texts(
    _ key: String, of alert: String, isKnown: (String) -> Bool, _ reader: inout NodeReader,
    problem: (String) -> RuleProblem
  ) -> [TemplatedText] {
    guard let node = block[key]?.value else { return [] }
    var texts: [TemplatedText] = []
    for entry in reader.entries(node, key: key) {
      if !isKnown(entry.key) { reader.report(entry.place, problem(entry.key).description) }
      let text = reader.text(entry.value, key: "\(key).\(entry.key)")
      do throws(TemplateMistake) {
        texts.append(TemplatedText(name: entry.key, template: try AlertTemplate(text)))
      } catch {
        let problem = RuleProblem.badTemplate(owner: "\(key).\(entry.key)", reason: error.reason)
        reader.report(reader.place(ofByte: error.offset, in: entry.value), problem.description)
      }
    }
    return texts
  }
}
