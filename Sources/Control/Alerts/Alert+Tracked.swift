import Alerting
import Domain
import PromQL

extension Alert {
  /// Nil for a state that an alert is not shown in.
  init?(_ tracked: TrackedAlert, group: String, bound: String?) {
    let state: Alert.State
    switch tracked.state {
    case .pending: state = .pending
    case .firing: state = .firing
    case .keepFiring: state = .keepFiring
    case .resolved: state = .resolved
    case .inactive, .noData, .error: return nil
    }
    self.init(
      labels: tracked.labels.dictionary, annotations: tracked.annotations, group: group,
      state: state, value: tracked.value.isFinite ? tracked.value : nil, bound: bound,
      activeAt: tracked.activeAt, firedAt: tracked.firedAt, resolvedAt: tracked.resolvedAt)
  }
}

extension RuleStatus {
  init(
    _ rule: Rule, _ memory: RuleGroupTracker.Memory?, group: RuleGroup, interval: Double,
    evaluationTime: Double, isTested: Bool
  ) {
    self.init(
      group: group.name, file: group.file, name: rule.name, isRecording: false,
      expression: rule.query.text, interval: interval, state: .inactive,
      failure: memory?.failure, lastEvaluation: memory?.lastEvaluation,
      evaluationTime: evaluationTime, isTested: isTested)
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
      state = State(memory?.tracker?.state ?? .inactive)
      lastFired = memory?.tracker?.lastFired
    }
  }

  private static func texts(_ templates: [TemplatedText]) -> [String: String] {
    Dictionary(templates.map { ($0.name, $0.template.text) }) { first, _ in first }
  }
}

extension RuleStatus.State {
  init(_ state: AlertState) {
    switch state {
    case .inactive: self = .inactive
    case .pending: self = .pending
    case .firing: self = .firing
    case .keepFiring: self = .keepFiring
    case .noData: self = .noData
    case .error: self = .error
    case .resolved: self = .resolved
    }
  }
}
