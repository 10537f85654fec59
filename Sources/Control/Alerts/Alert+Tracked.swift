import Alerting
import Domain
import PromQL

extension Alert {
  /// - Parameter keepFiring: of its rule, in milliseconds.
  init(_ tracked: TrackedAlert, group: String, rule: Query?, keepFiring: Int64 = 0) {
    self.init(
      labels: tracked.labels.dictionary, annotations: tracked.annotations, group: group,
      state: tracked.state, value: tracked.value.isFinite ? tracked.value : nil,
      bound: rule?.bound, measure: rule?.measure, unit: rule?.unit,
      activeAt: tracked.activeAt, firedAt: tracked.firedAt, resolvedAt: tracked.resolvedAt)
    if tracked.state == .keepFiring, keepFiring > 0, let since = tracked.keepFiringSince {
      endsAt = since.adding(seconds: Double(keepFiring) / 1_000)
    }
  }
}

extension RuleStatus {
  init(
    _ rule: Rule, _ memory: RuleGroupTracker.Memory?, group: RuleGroup, interval: Double,
    evaluationTime: Double, isTested: Bool, source: String?
  ) {
    self.init(
      group: group.name, file: group.file, name: rule.name, isRecording: false,
      expression: rule.query.text, interval: interval, state: .inactive,
      failure: memory?.failure, lastEvaluation: memory?.lastEvaluation,
      evaluationTime: evaluationTime, isTested: isTested, source: source)
    switch rule {
    case .record(let rule):
      isRecording = true
      labels = rule.labels
      state = failure == nil ? .inactive : .error
    case .alert(let rule):
      hold = Double(rule.hold) / 1_000
      keepFiring = Double(rule.keepFiring) / 1_000
      labels = Self.texts(rule.labels)
      annotations = Self.texts(rule.annotations)
      state = memory?.tracker?.state ?? .inactive
      lastFired = memory?.tracker?.lastFired
    }
  }

  private static func texts(_ templates: [TemplatedText]) -> [String: String] {
    Dictionary(templates.map { ($0.name, $0.template.text) }) { first, _ in first }
  }
}
