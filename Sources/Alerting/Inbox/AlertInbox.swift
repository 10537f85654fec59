package import Domain
import PromQL

/// What people have said of alerts, and what follows: who has one in hand, which are silenced, and which are only the
/// consequence of another.
///
/// ```swift
/// var inbox = AlertInbox()
/// inbox.acknowledge(id, by: "ada", until: nil, note: "looking", at: now)
/// let alerts = inbox.alerts(from: tracked, at: now)
/// ```
package struct AlertInbox: Sendable {
  package private(set) var acknowledgements: [AlertID: Acknowledgement] = [:]
  package private(set) var silences: [Silence] = []
  private var matchers: [String: MatcherSet] = [:]
  private var inhibitions: [(source: MatcherSet, target: MatcherSet, equal: [String])]

  /// Over silences and acknowledgements are kept so long, in seconds: who comes later sees that there was one.
  private static let retention = 86_400.0

  package init(
    acknowledgements: [AlertID: Acknowledgement] = [:], silences: [Silence] = [],
    inhibitions: [InhibitRule] = InhibitRule.standard
  ) {
    self.acknowledgements = acknowledgements
    self.inhibitions = []
    use(inhibitions)
    for silence in silences { _ = set(silence) }
  }

  /// What hides what from now on; a rule whose patterns cannot be read hides nothing.
  package mutating func use(_ inhibitions: [InhibitRule]) {
    self.inhibitions = inhibitions.compactMap { rule in
      guard let source = MatcherSet(rule.source), let target = MatcherSet(rule.target) else {
        return nil
      }
      return (source, target, rule.equal)
    }
  }

  // MARK: Saying

  package mutating func acknowledge(_ id: AlertID, _ acknowledgement: Acknowledgement) {
    acknowledgements[id] = acknowledgement
  }

  package mutating func unacknowledge(_ id: AlertID) { acknowledgements[id] = nil }

  /// Whether a silence has matchers that parse, one of which does not fit an empty value: else it would silence everything.
  package func accepts(_ silence: Silence) -> Bool {
    MatcherSet(silence.matchers) != nil
      && silence.matchers.contains { MatcherSet([$0])?.fits([:]) == false }
  }

  /// - Returns: false for a silence that is not accepted.
  @discardableResult
  package mutating func set(_ silence: Silence) -> Bool {
    guard accepts(silence), let ready = MatcherSet(silence.matchers) else { return false }
    matchers[silence.id] = ready
    silences.removeAll { $0.id == silence.id }
    silences.append(silence)
    silences.sort { ($0.endsAt, $0.id) < ($1.endsAt, $1.id) }
    return true
  }

  /// - Returns: the silence as it is now; nil where there is none that is not over.
  package mutating func expire(_ id: Silence.ID, at now: Timestamp) -> Silence? {
    guard let index = silences.firstIndex(where: { $0.id == id }), silences[index].endsAt > now
    else { return nil }
    silences[index].endsAt = now
    return silences[index]
  }

  /// Drops what has been over for a day.
  ///
  /// - Parameter present: of alerts that are not over.
  /// - Returns: what was dropped.
  package mutating func forget(
    at now: Timestamp, present: Set<AlertID>
  ) -> (silences: [Silence.ID], acknowledgements: [AlertID]) {
    let old = silences.filter { now.secondsSince($0.endsAt) > Self.retention }.map(\.id)
    silences.removeAll { old.contains($0.id) }
    for id in old { matchers[id] = nil }
    // An acknowledgement is of this occurrence, not of the next.
    let gone = acknowledgements.filter { id, one in
      !present.contains(id) || one.until.map { $0 <= now } == true
    }.map(\.key)
    for id in gone { acknowledgements[id] = nil }
    return (old, gone)
  }

  // MARK: Seeing

  /// The active silences that fit.
  package func silenced(_ labels: [String: String], at now: Timestamp) -> [Silence] {
    silences.filter { $0.isActive(at: now) && matchers[$0.id]?.fits(labels) == true }
  }

  /// All of them with what was said: firing ones first, those that somebody has to look at before quiet ones, the most
  /// serious and then the newest of each first.
  package func alerts(from raised: [Alert], at now: Timestamp) -> [Alert] {
    var alerts = raised
    for index in alerts.indices {
      if let one = acknowledgements[alerts[index].id], one.until.map({ now < $0 }) ?? true {
        alerts[index].acknowledgement = one
      }
      let silences = silenced(alerts[index].labels, at: now)
      alerts[index].silencedBy = silences.map(\.id)
      alerts[index].silences = silences.isEmpty ? nil : silences
      alerts[index].inhibitedBy = cause(of: alerts[index], among: raised, at: now)
    }
    return alerts.sorted { rank($0) < rank($1) }
  }

  /// Seconds for which what began with a cause is its consequence when that is over: rules look back five minutes.
  package static let aftermath = 360.0

  private func cause(of alert: Alert, among alerts: [Alert], at now: Timestamp) -> AlertID? {
    for rule in inhibitions where rule.target.fits(alert.labels) {
      // What fits both sides would hide itself.
      guard !rule.source.fits(alert.labels) else { continue }
      let cause = alerts.first { other in
        rule.source.fits(other.labels) && Self.hides(other, alert, at: now)
          && rule.equal.allSatisfy { other.labels[$0] ?? "" == alert.labels[$0] ?? "" }
      }
      if let cause { return cause.id }
    }
    return nil
  }

  private static func hides(_ cause: Alert, _ alert: Alert, at now: Timestamp) -> Bool {
    if cause.isFiring { return true }
    guard cause.firedAt != nil, let over = cause.resolvedAt else { return false }
    return alert.isFiring && alert.activeAt <= over && now.secondsSince(over) < aftermath
  }

  private func rank(_ alert: Alert) -> (Int, Int, Int, Int64, AlertID) {
    let state =
      switch alert.state {
      case .firing, .keepFiring: 0
      case .pending: 1
      case .resolved: 2
      }
    let severity =
      switch alert.severity {
      case .critical: 0
      case .warning: 1
      case .info: 2
      }
    let since = alert.resolvedAt ?? alert.firedAt ?? alert.activeAt
    return (state, alert.isQuiet ? 1 : 0, severity, -since.microseconds, alert.id)
  }
}
