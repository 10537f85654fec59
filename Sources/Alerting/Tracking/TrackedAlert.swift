package import Domain
package import PromQL

/// An alert that a rule has raised: one for each set of labels.
package struct TrackedAlert: Sendable, Equatable {
  /// `alertname` among them.
  package var labels: LabelSet
  package var annotations: [String: String]
  /// Of the expression, when it was last true.
  package var value: Double
  package var state: Alert.State
  /// Since when the expression has been true without a gap.
  package var activeAt: Timestamp
  package var firedAt: Timestamp?
  /// Since when the expression has not been true any more.
  package var keepFiringSince: Timestamp?
  package var resolvedAt: Timestamp?

  package var isFiring: Bool { state == .firing || state == .keepFiring }

  /// As Prometheus shows it: `ALERTS` and `ALERTS_FOR_STATE`; none once it is resolved.
  ///
  /// - Parameter texts: the rule's labels. One that expands to nothing, which the alert does not have, stands in these series
  ///   as it was written: so it is in Prometheus, and rules over `ALERTS` see it.
  package func series(_ texts: [TemplatedText] = []) -> [VectorSample] {
    guard state != .resolved else { return [] }
    var labels = labels
    for text in texts where labels[text.name].isEmpty {
      labels = labels.setting(text.name, to: text.template.text)
    }
    return [
      VectorSample(
        labels: labels.setting("alertstate", to: isFiring ? "firing" : "pending")
          .setting("__name__", to: "ALERTS"), value: 1),
      VectorSample(
        labels: labels.setting("__name__", to: "ALERTS_FOR_STATE"), value: Double(activeAt.seconds)),
    ]
  }
}

/// A step from one state to another; of the whole rule where `alert` is nil.
package struct AlertTransition: Sendable, Equatable {
  package var alert: TrackedAlert?
  package var from: RuleStatus.State
  package var to: RuleStatus.State
  package var at: Timestamp
}

extension RuleStatus.State {
  init(_ state: Alert.State) {
    switch state {
    case .pending: self = .pending
    case .firing: self = .firing
    case .keepFiring: self = .keepFiring
    case .resolved: self = .resolved
    }
  }
}
