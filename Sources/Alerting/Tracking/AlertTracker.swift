package import Domain
package import PromQL

/// What an alert rule's expression has shown.
package enum AlertObservation: Sendable {
  /// The series that it yields, each with the alert's labels and texts.
  case active([Element])
  /// None of its selectors found a series: the source is gone, which says nothing about the alert.
  case noData
  case failed(String)

  package struct Element: Sendable {
    package var labels: LabelSet
    package var annotations: [String: String]
    package var value: Double

    package init(labels: LabelSet, annotations: [String: String] = [:], value: Double) {
      self.labels = labels
      self.annotations = annotations
      self.value = value
    }
  }
}

/// When the alerts of a rule fire and end.
package struct AlertTiming: Sendable, Equatable {
  /// Milliseconds, both.
  package var hold: Int64
  package var keepFiring: Int64
  /// Alerts that there may be; 0 for any number.
  package var limit: Int

  package init(hold: Int64 = 0, keepFiring: Int64 = 0, limit: Int = 0) {
    self.hold = hold
    self.keepFiring = keepFiring
    self.limit = limit
  }
}

/// The alerts of one rule over time, as Prometheus 2.42 has them.
///
/// An alert is pending once its series is there, fires when it has been there for `hold`, goes on for `keepFiring` after it has
/// gone, and is kept as resolved for 15 minutes. All that it knows is in its value: written to a disk and read again it goes on
/// as if nothing had been, and time in which nobody looked proves nothing.
///
/// Two observations that Prometheus does not have: without data, and when the expression cannot be evaluated, alerts stay as
/// they are. Time without data is not counted, neither for nor against an alert.
package struct AlertTracker: Sendable, Equatable {
  /// By labels; resolved ones among them.
  package internal(set) var alerts: [LabelSet: TrackedAlert] = [:]
  /// Why the rule could not be evaluated last time.
  package internal(set) var failure: String?
  package internal(set) var lastStep: Timestamp?
  package internal(set) var lastFired: Timestamp?
  /// The last step with data, while there is none.
  var heldSince: Timestamp?
  /// The last step before nobody looked for a while, until there is data again.
  var restedSince: Timestamp?
  /// Alerts of before that, until they are seen.
  private var unseen: Set<LabelSet> = []

  /// In microseconds.
  package static let resolvedRetention: Int64 = 15 * 60 * 1_000_000

  package init() {}

  /// Of the rule as a whole: the most serious of its alerts', unless there is nothing to tell it from.
  package var state: RuleStatus.State {
    if failure != nil { return .error }
    if heldSince != nil { return .noData }
    let states = Set(alerts.values.map(\.state))
    let order: [Alert.State] = [.firing, .keepFiring, .pending, .resolved]
    return order.first(where: states.contains).map(RuleStatus.State.init) ?? .inactive
  }

  /// - Parameter holdsMissing: whether it says nothing yet that an alert's series is not there, since what was measured is not
  ///   measured for long enough. Asked only of alerts of before a rest that were not seen since.
  /// - Returns: what has changed, in the order of the alerts' labels.
  /// - Complexity: O(n log n) in alerts.
  package mutating func step(
    _ observation: AlertObservation, timing: AlertTiming,
    holdsMissing: (LabelSet) -> Bool = { _ in false }, at now: Timestamp
  ) -> [AlertTransition] {
    let before = state
    let last = lastStep
    lastStep = now
    switch observation {
    case .failed(let reason):
      failure = reason
      return ruleTransition(from: before, at: now)
    case .noData:
      failure = nil
      if heldSince == nil { heldSince = last ?? now }
      return ruleTransition(from: before, at: now)
    case .active(let elements):
      failure = nil
      let isLeftOut = leaveOutTimeWithoutData(until: now)
      guard Set(elements.map(\.labels)).count == elements.count else {
        failure = "vector contains metrics with the same labelset after applying alert labels"
        return ruleTransition(from: before, at: now)
      }
      let present = Set(elements.map(\.labels))
      unseen = unseen.subtracting(present).filter(holdsMissing)
      // Time in which they may be there unseen.
      let gap = isLeftOut ? 0 : now.microseconds - (last ?? now).microseconds
      for labels in unseen { leaveOut(gap, of: labels) }
      return advance(elements, timing, before: before, at: now)
    }
  }

  /// Its rule is there no more: what fires is over, and what is pending was nothing.
  ///
  /// - Returns: what has changed, in the order of the alerts' labels.
  mutating func end(at now: Timestamp) -> [AlertTransition] {
    let earlier = alerts
    (failure, heldSince) = (nil, nil)
    for (labels, alert) in earlier {
      switch alert.state {
      case .firing, .keepFiring:
        alerts[labels]?.state = .resolved
        alerts[labels]?.resolvedAt = now
        alerts[labels]?.keepFiringSince = nil
      case .pending: alerts[labels] = nil
      case .resolved: break
      }
    }
    return changes(since: earlier, at: now)
  }

  private func ruleTransition(from before: RuleStatus.State, at now: Timestamp) -> [AlertTransition]
  {
    guard before != state else { return [] }
    return [AlertTransition(alert: nil, from: before, to: state, at: now)]
  }

  /// Nobody looks from the last step on, until somebody does again.
  package mutating func rest() {
    restedSince = heldSince ?? lastStep
    unseen = Set(alerts.values.filter { $0.state != .resolved }.map(\.labels))
  }

  /// - Returns: whether there was such time.
  private mutating func leaveOutTimeWithoutData(until now: Timestamp) -> Bool {
    guard let since = restedSince ?? heldSince else { return false }
    (heldSince, restedSince) = (nil, nil)
    for labels in alerts.keys { leaveOut(now.microseconds - since.microseconds, of: labels) }
    return true
  }

  /// - Parameter gap: microseconds that count neither for the alert nor against it.
  private mutating func leaveOut(_ gap: Int64, of labels: LabelSet) {
    let gap = max(0, gap)
    if alerts[labels]?.state == .pending { alerts[labels]?.activeAt.microseconds += gap }
    alerts[labels]?.keepFiringSince?.microseconds += gap
  }

  private mutating func advance(
    _ elements: [AlertObservation.Element], _ timing: AlertTiming, before: RuleStatus.State,
    at now: Timestamp
  ) -> [AlertTransition] {
    let earlier = alerts
    let present = Set(elements.map(\.labels))
    for element in elements { take(element, at: now) }
    for labels in alerts.keys {
      if present.contains(labels) {
        alerts[labels]?.keepFiringSince = nil
      } else if !unseen.contains(labels) {
        miss(labels, timing, at: now)
      }
    }
    var active = 0
    for (labels, alert) in alerts where alert.state != .resolved {
      active += 1
      guard alert.state == .pending, present.contains(labels),
        now.microseconds - alert.activeAt.microseconds >= timing.hold * 1_000
      else { continue }
      alerts[labels]?.state = .firing
      alerts[labels]?.firedAt = now
      lastFired = now
    }
    if timing.limit > 0, active > timing.limit {
      alerts = [:]
      failure = "exceeded limit of \(timing.limit) with \(active) alerts"
    }
    return changes(since: earlier, at: now) + ruleChange(from: before, at: now)
  }

  /// A series that is there.
  private mutating func take(_ element: AlertObservation.Element, at now: Timestamp) {
    if var alert = alerts[element.labels], alert.state != .resolved {
      alert.value = element.value
      alert.annotations = element.annotations
      if alert.state == .keepFiring { alert.state = .firing }
      alerts[element.labels] = alert
    } else {
      alerts[element.labels] = TrackedAlert(
        labels: element.labels, annotations: element.annotations, value: element.value,
        state: .pending, activeAt: now)
    }
  }

  /// A series that is not there any more.
  private mutating func miss(_ labels: LabelSet, _ timing: AlertTiming, at now: Timestamp) {
    guard var alert = alerts[labels] else { return }
    switch alert.state {
    case .firing, .keepFiring:
      let since = alert.keepFiringSince ?? now
      if now.microseconds - since.microseconds < timing.keepFiring * 1_000 {
        alert.state = .keepFiring
        alert.keepFiringSince = since
      } else {
        alert.state = .resolved
        alert.resolvedAt = now
        alert.keepFiringSince = nil
      }
      alerts[labels] = alert
    case .resolved:
      let age = now.microseconds - (alert.resolvedAt ?? now).microseconds
      if age > Self.resolvedRetention { alerts[labels] = nil }
    case .pending: alerts[labels] = nil
    }
  }

  private func changes(
    since earlier: [LabelSet: TrackedAlert], at now: Timestamp
  ) -> [AlertTransition] {
    Set(alerts.keys).union(earlier.keys).sorted().flatMap { labels -> [AlertTransition] in
      let (old, new) = (earlier[labels], alerts[labels])
      let from = old.map { RuleStatus.State($0.state) } ?? .inactive
      let to = new.map { RuleStatus.State($0.state) } ?? .inactive
      guard from != to, !(from == .resolved && to == .inactive) else { return [] }
      return [AlertTransition(alert: new ?? old, from: from, to: to, at: now)]
    }
  }

  /// Only what its alerts do not tell: into and out of no-data and error.
  private func ruleChange(from before: RuleStatus.State, at now: Timestamp) -> [AlertTransition] {
    let isTold = [before, state].contains { $0 == .noData || $0 == .error }
    return isTold ? ruleTransition(from: before, at: now) : []
  }
}
