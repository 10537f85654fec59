package import Domain
package import PromQL

/// Where an alert stands, or a rule as a whole.
package enum AlertState: String, Codable, Sendable, CaseIterable {
  case inactive
  /// The expression is true, but not yet for long enough.
  case pending
  case firing
  /// The expression is no longer true; the alert goes on for its `keep_firing_for`.
  case keepFiring = "keep-firing"
  /// Of a rule: none of its selectors finds a series. Its alerts stay as they are.
  case noData = "no-data"
  /// Of a rule: it cannot be evaluated. Its alerts stay as they are.
  case error
  /// It fired, and is over; kept for a while so that whoever was told of it is told of this, too.
  case resolved
}

/// An alert that a rule has raised: one for each set of labels.
package struct TrackedAlert: Sendable, Equatable {
  /// `alertname` among them.
  package var labels: LabelSet
  package var annotations: [String: String]
  /// Of the expression, when it was last true.
  package var value: Double
  /// pending, firing, keepFiring or resolved.
  package var state: AlertState
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
  package var from: AlertState
  package var to: AlertState
  package var at: Timestamp
}
