import Alerting
package import Domain
import Foundation
import Storage

/// What the ledger and the incidents say of a past moment: who served, what fired, and what was being done about it.
///
/// Pure. What they do not hold is left out: alerts that were pending, silences, proofs under way.
package struct LedgerPast: Sendable {
  /// As of now, by model.
  package var deployments: [String: Deployment]
  /// Newest first: all since the moment, and some from before.
  package var entries: [AuditEntry]
  package var incidents: [Incident]
  /// Timelines of those that were open then, oldest first.
  package var timelines: [IncidentID: [IncidentEntry]]
  package var moment: Timestamp

  package init(
    deployments: [String: Deployment], entries: [AuditEntry], incidents: [Incident] = [],
    timelines: [IncidentID: [IncidentEntry]] = [:], moment: Timestamp
  ) {
    self.deployments = deployments
    self.entries = entries
    self.incidents = incidents
    self.timelines = timelines
    self.moment = moment
  }

  /// Reads what is needed.
  ///
  /// - Parameters:
  ///   - reach: seconds before the moment as far as rows are wanted.
  ///   - incidents: in the order of their numbers.
  ///   - page: rows of the ledger.
  ///   - timeline: of an incident.
  init(
    at moment: Timestamp, reach: Double = Self.reach, deployments: [String: Deployment],
    incidents: [Incident],
    page: (AuditQuery) throws(StorageError) -> [AuditEntry],
    timeline: (IncidentID) throws(StorageError) -> [IncidentEntry]
  ) throws(StorageError) {
    self.init(
      deployments: deployments, entries: [], incidents: incidents, moment: moment)
    var query = AuditQuery(limit: Self.pageRows)
    for _ in 0..<Self.pages {
      let rows = try page(query)
      entries += rows
      guard let last = rows.last, rows.count == query.limit,
        moment.secondsSince(last.time) < reach
      else { break }
      query.before = last.sequence
    }
    for incident in incidents where incident.asOf(moment)?.isOpen ?? false {
      timelines[incident.id] = try timeline(incident.id)
    }
  }

  private static let pageRows = 500
  /// 10,000 rows: more than a host writes in weeks.
  private static let pages = 20
  /// What fired or was changed longer before than a day is known to the incidents alone, in seconds.
  static let reach = 86_400.0

  /// So long an alert that is over, and a proof that was given, stand on the screen, in seconds.
  private static let lasting = 900.0

  var head: Int64 { known.first?.sequence ?? 0 }

  /// The last thing that changed a model by then.
  func lastChange(of model: String) -> AuditEntry? {
    known.first { $0.model == model && $0.concernsServing }
  }

  /// Newest first.
  var recoveries: [Recovery] {
    var told: Set<CommandID> = []
    return known.compactMap { entry in
      guard Recovery.Stage(rawValue: entry.action) != nil,
        moment.secondsSince(entry.time) <= Self.lasting
      else { return nil }
      let proof = try? JSONDecoder().decode(Recovery.self, from: Data(entry.evidence.utf8))
      return proof.flatMap { told.insert($0.commandID).inserted ? $0 : nil }
    }
  }

  /// In the order in which they were shown.
  var alerts: [Alert] {
    var raised: [AlertID: Alert] = [:]
    var inHand: [AlertID: Acknowledgement] = [:]
    for entry in known.reversed() {
      switch entry.action {
      case "alert", "alert-over":
        guard let alert = try? JSONDecoder().decode(Alert.self, from: Data(entry.evidence.utf8))
        else { continue }
        raised[alert.id] = alert
        if entry.action == "alert" { inHand[alert.id] = nil }
      case "acknowledge" where entry.outcome == .done:
        for alert in raised.values where entry.isAbout(alert) {
          inHand[alert.id] = Acknowledgement(
            by: entry.principal.name, at: entry.time, note: entry.reason)
        }
      case "unacknowledge" where entry.outcome == .done:
        for alert in raised.values where entry.isAbout(alert) { inHand[alert.id] = nil }
      default: continue
      }
    }
    let lasting = raised.values.filter { alert in
      alert.resolvedAt.map { moment.secondsSince($0) <= Self.lasting } ?? true
    }
    return AlertInbox(acknowledgements: inHand).alerts(from: Array(lasting), at: moment)
  }

  /// Those that were open, newest first.
  var openIncidents: [IncidentSummary] {
    incidents.reversed().compactMap { incident in
      guard var then = incident.asOf(moment), then.isOpen else { return nil }
      then.freezesPromotions = then.model != nil && !wasThawed(then.id)
      var page = IncidentBook.Page(incident: then)
      for entry in timelines[incident.id] ?? [] where entry.time <= moment { page.learn(entry) }
      return IncidentSummary(incident: then, steps: page.steps)
    }
  }

  /// What was remembered then of alerts by these names.
  func precedents(of names: [String]) -> [IncidentPrecedent] {
    let closed = incidents.reversed().filter { $0.closedAt.map { $0 <= moment } ?? false }
    var seen: Set<String> = []
    return names.compactMap { name in
      seen.insert(name).inserted ? IncidentPrecedent(alert: name, among: closed) : nil
    }
  }

  /// By then.
  private var known: some BidirectionalCollection<AuditEntry> {
    entries.lazy.filter { [moment] in $0.time <= moment }
  }
}

extension AuditEntry {
  /// Something was changed by it.
  var isChange: Bool { outcome.isChange }

  /// Its sentence begins with the alert's title.
  fileprivate func isAbout(_ alert: Alert) -> Bool {
    summary == "\(alert.title) is in hand" || summary == "\(alert.title) is open again"
  }
}

extension AuditEntry.Outcome {
  var isChange: Bool { self == .done || self == .breakGlass }
}

extension Incident {
  /// As it stood then; nil before it was opened.
  func asOf(_ moment: Timestamp) -> Incident? {
    guard openedAt <= moment else { return nil }
    var then = self
    then.alerts = alerts.filter { $0.firedAt <= moment }
    for index in then.alerts.indices {
      if let over = then.alerts[index].resolvedAt, over > moment {
        then.alerts[index].resolvedAt = nil
      }
    }
    then.severity = then.alerts.map(\.severity).max() ?? severity
    if let at = acknowledgedAt, at > moment {
      then.acknowledgedAt = nil
      then.acknowledgedBy = nil
    }
    if let mitigation, mitigation.at > moment { then.mitigation = nil }
    if let quietSince, quietSince > moment { then.quietSince = nil }
    if let closedAt, closedAt > moment {
      then.closedAt = nil
      then.closedBy = nil
      then.closeReason = nil
    }
    return then
  }
}
