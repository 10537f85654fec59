/// One disturbance, from the first page until it is over.
///
/// Times are of the wall clock, as a post-mortem names them.
package struct Incident: Codable, Sendable, Equatable, Identifiable {
  /// More are counted, and not listed.
  package static let alertLimit = 100

  package var id: IncidentID
  /// Nil where it is not of one model.
  package var model: String?
  package var title: String
  /// Of the worst alert in it.
  package var severity: Alert.Severity
  package var openedAt: Timestamp
  /// `vigia` where a page did, else who.
  package var openedBy: String
  /// The page that opened it; nil where a person did.
  package var detection: IncidentAlert?
  /// The change of its model within the ten minutes before that page's rule was first true; nil where there was none.
  package var changedAt: Timestamp?
  /// That page, those that came later and what followed from them, in the order in which they first fired; at most
  /// `alertLimit`.
  package var alerts: [IncidentAlert]
  /// When a person first took one of its alerts in hand.
  package var acknowledgedAt: Timestamp?
  package var acknowledgedBy: String?
  package var mitigation: Mitigation?
  /// Promotions of its model are refused until it is closed; false once a person has lifted that.
  package var freezesPromotions: Bool
  /// Since when none of its alerts has fired; nil while one does, and before the first.
  package var quietSince: Timestamp?
  package var closedAt: Timestamp?
  /// `vigia` where the quiet did, else who.
  package var closedBy: String?
  package var closeReason: String?

  package init(
    id: IncidentID, model: String?, title: String, severity: Alert.Severity, openedAt: Timestamp,
    openedBy: String, detection: IncidentAlert? = nil, alerts: [IncidentAlert] = [],
    freezesPromotions: Bool = true
  ) {
    self.id = id
    self.model = model
    self.title = title
    self.severity = severity
    self.openedAt = openedAt
    self.openedBy = openedBy
    self.detection = detection
    self.alerts = alerts
    self.freezesPromotions = freezesPromotions
  }

  /// The act after which requests were good again.
  package struct Mitigation: Codable, Sendable, Equatable {
    /// When that was seen.
    package var at: Timestamp
    package var commandID: CommandID
    /// The command's word: `rollback`, `pin` ...
    package var action: String
    package var by: String

    package init(at: Timestamp, commandID: CommandID, action: String, by: String) {
      self.at = at
      self.commandID = commandID
      self.action = action
      self.by = by
    }
  }

  package var isOpen: Bool { closedAt == nil }

  /// When it began, as far as is known: with the change before it, else when the first rule about its model was true, be it
  /// of the page that opened it or of another alert that belongs to it. Nil where a person opened it.
  package var beganAt: Timestamp? {
    guard let first = firstSign?.activeAt else { return nil }
    return min(first, changedAt ?? first)
  }

  /// The alert whose rule was true first, within a quarter of an hour before the page: what was so for longer is another
  /// matter.
  package var firstSign: IncidentAlert? {
    guard let detection else { return nil }
    return alerts.filter {
      $0.model == model
        && (0...Self.longestLead).contains(detection.activeAt.secondsSince($0.activeAt))
    }.min { $0.activeAt < $1.activeAt } ?? detection
  }

  private static let longestLead = 900.0

  /// Seconds from that to the page.
  package var timeToDetect: Double? {
    guard let detection, let beganAt else { return nil }
    return detection.firedAt.secondsSince(beganAt)
  }

  /// Seconds from the opening until a person had it in hand.
  package var timeToAcknowledge: Double? { acknowledgedAt?.secondsSince(openedAt) }

  /// Seconds from the opening until requests were good again after an act.
  package var timeToMitigate: Double? { mitigation?.at.secondsSince(openedAt) }
}

/// An alert as an incident remembers it.
package struct IncidentAlert: Codable, Sendable, Equatable, Identifiable {
  package var id: AlertID
  package var name: String
  /// Nil for a cause that models share.
  package var model: String?
  package var severity: Alert.Severity
  /// What it said when it first fired here.
  package var summary: String
  /// When its rule was first true.
  package var activeAt: Timestamp
  package var firedAt: Timestamp
  /// Nil while it fires.
  package var resolvedAt: Timestamp?
  /// How many times it fired while the incident was open.
  package var times: Int
  /// Another alert explained it, so that it paged nobody, neither keeps the incident open nor is counted as seen; nil where
  /// it paged.
  package var isConsequence: Bool?

  package init(
    id: AlertID, name: String, model: String? = nil, severity: Alert.Severity, summary: String,
    activeAt: Timestamp, firedAt: Timestamp, resolvedAt: Timestamp? = nil, times: Int = 1,
    isConsequence: Bool? = nil
  ) {
    self.id = id
    self.name = name
    self.model = model
    self.severity = severity
    self.summary = summary
    self.activeAt = activeAt
    self.firedAt = firedAt
    self.resolvedAt = resolvedAt
    self.times = times
    self.isConsequence = isConsequence
  }

  package init(_ alert: Alert, at now: Timestamp) {
    self.init(
      id: alert.id, name: alert.name, model: alert.model, severity: alert.severity,
      summary: alert.summary, activeAt: alert.activeAt, firedAt: alert.firedAt ?? now,
      isConsequence: alert.inhibitedBy == nil ? nil : true)
  }
}
