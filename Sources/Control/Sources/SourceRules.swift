package import Alerting
import Domain

/// A server whose series rules are evaluated over: what is asked of it, and when.
package struct SourceRules: Sendable {
  package var name: String
  /// As it may be shown.
  package var address: String
  /// Milliseconds from one question to the next, and between two evaluations of a group that names no interval.
  package var interval: Int64
  /// For its alerts, where a series has no label of that name.
  package var labels: [String: String]
  /// Alert rules alone: a series that is recorded here would stay, and look like health, where the source is gone.
  package var groups: [RuleGroup]
  /// Looked at each `interval`.
  package var panels: [SourcePanelRule]

  package init(
    name: String, address: String, interval: Int64 = 15_000, labels: [String: String] = [:],
    groups: [RuleGroup] = [], panels: [SourcePanelRule] = []
  ) {
    self.name = name
    self.address = address
    self.interval = interval
    self.labels = labels
    self.groups = groups
    self.panels = panels
  }

  /// Those groups with what can be asked of another server, and why the other rules cannot.
  package static func alertRules(
    of groups: [RuleGroup], source: String
  ) -> (groups: [RuleGroup], problems: [String]) {
    var problems: [String] = []
    let kept = groups.map { group in
      var group = group
      group.rules.removeAll { rule in
        if case .alert(let rule) = rule {
          if (rule.labels + rule.annotations).contains(where: \.template.asksQueries) {
            problems.append(
              "\(group.file): a text of \(rule.name) asks a query: in rules over the source \(source) it "
                + "has no answer, and stands there as an error; the alert itself is looked at")
          }
          return false
        }
        guard case .record(let rule) = rule else { return false }
        problems.append(
          "\(group.file): \(rule.name) is recorded from the source \(source): let the source record it, "
            + "its rules here raise alerts only")
        return true
      }
      return group
    }
    return (kept.filter { !$0.rules.isEmpty }, problems)
  }
}

/// What a source made of a group's rules at one moment.
struct SourceEvaluation: Sendable {
  var group: RuleGroup
  /// In the order of the rules.
  var answers: [RuleAnswer]
  var time: Timestamp
  /// How long it took, in seconds.
  var seconds: Double
}
