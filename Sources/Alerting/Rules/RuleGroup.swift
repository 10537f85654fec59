package import PromQL

/// Rules that are evaluated one after the other, all for the same point of time: what a later one reads, an earlier one may
/// have written.
package struct RuleGroup: Sendable {
  package var name: String
  /// The file it was read from.
  package var file: String
  /// Milliseconds from one evaluation to the next; nil where whoever runs it decides.
  package var interval: Int64?
  /// Alerts, or recorded series, that one rule may have; 0 for any number.
  package var limit: Int
  package var rules: [Rule]

  package init(
    name: String, file: String = "", interval: Int64? = nil, limit: Int = 0, rules: [Rule]
  ) {
    self.name = name
    self.file = file
    self.interval = interval
    self.limit = limit
    self.rules = rules
  }

  /// Whether its rules are those of another, whatever was edited of them, in the same order.
  package func hasRules(of other: RuleGroup) -> Bool {
    rules.map(\.identity) == other.rules.map(\.identity)
  }
}

package enum Rule: Sendable {
  case alert(AlertRule)
  case record(RecordingRule)

  package var name: String {
    switch self {
    case .alert(let rule): rule.name
    case .record(let rule): rule.name
    }
  }

  package var query: Query {
    switch self {
    case .alert(let rule): rule.query
    case .record(let rule): rule.query
    }
  }

  /// What stays the same while thresholds, holds and annotations are edited: kind, name and labels. State is kept by it.
  var identity: String {
    switch self {
    case .alert(let rule):
      "alert \(rule.name) "
        + rule.labels.map { "\($0.name)=\(quoted($0.template.text))" }.joined(
          separator: ",")
    case .record(let rule): "record \(LabelSet(name: rule.name, rule.labels).description)"
    }
  }

  /// Nil for a recording rule's.
  static func alertName(ofIdentity identity: String) -> String? {
    let words = identity.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    return words.count > 1 && words[0] == "alert" ? String(words[1]) : nil
  }

  /// Milliseconds; 0 for a recording rule.
  package var keepFiring: Int64 { if case .alert(let rule) = self { rule.keepFiring } else { 0 } }
}

/// Raises an alert for each series that its expression yields.
package struct AlertRule: Sendable {
  package var name: String
  package var query: Query
  /// Milliseconds that a series must have been there before its alert fires: `for`.
  package var hold: Int64
  /// Milliseconds for which the alert goes on after the series has gone: `keep_firing_for`.
  package var keepFiring: Int64
  /// By name.
  package var labels: [TemplatedText]
  /// By name.
  package var annotations: [TemplatedText]

  package init(
    name: String, query: Query, hold: Int64 = 0, keepFiring: Int64 = 0,
    labels: [TemplatedText] = [], annotations: [TemplatedText] = []
  ) {
    self.name = name
    self.query = query
    self.hold = hold
    self.keepFiring = keepFiring
    self.labels = labels.sorted { $0.name < $1.name }
    self.annotations = annotations.sorted { $0.name < $1.name }
  }
}

/// A label or an annotation of an alert.
package struct TemplatedText: Sendable {
  package var name: String
  package var template: AlertTemplate

  package init(name: String, template: AlertTemplate) {
    self.name = name
    self.template = template
  }
}

/// Writes the value of its expression as series of its own.
package struct RecordingRule: Sendable {
  /// Of the series: `record`.
  package var name: String
  package var query: Query
  package var labels: [String: String]

  package init(name: String, query: Query, labels: [String: String] = [:]) {
    self.name = name
    self.query = query
    self.labels = labels
  }
}
