/// All that there is to say of alerts at one moment: `GET /vigia/v1/alerts`.
package struct AlertReport: Codable, Sendable, Equatable {
  /// Firing ones first, the most serious and then the newest of them first; resolved ones are kept for 15 minutes.
  package var alerts: [Alert]
  package var silences: [Silence]
  package var rules: [RuleStatus]
  /// Of the ways in which somebody is told; empty where nobody is.
  package var receivers: [ReceiverStatus]

  package init(
    alerts: [Alert] = [], silences: [Silence] = [], rules: [RuleStatus] = [],
    receivers: [ReceiverStatus] = []
  ) {
    self.alerts = alerts
    self.silences = silences
    self.rules = rules
    self.receivers = receivers
  }
}

/// A rule as it stands.
package struct RuleStatus: Codable, Sendable, Equatable {
  package var group: String
  package var file: String
  package var name: String
  package var isRecording: Bool
  package var expression: String
  /// Seconds.
  package var hold: Double
  package var keepFiring: Double
  package var interval: Double
  /// As in the file: values may be templates.
  package var labels: [String: String]
  package var annotations: [String: String]
  package var state: State
  /// Why it could not be evaluated last time.
  package var failure: String?
  package var lastEvaluation: Timestamp?
  /// Seconds that the last evaluation took.
  package var evaluationTime: Double
  package var lastFired: Timestamp?
  /// Whether a unit test beside the rules names it; nil where nobody looked.
  package var isTested: Bool?
  /// The server over whose series it is evaluated; nil for this one's own.
  package var source: String?

  package enum State: String, Codable, Sendable, CaseIterable {
    case inactive, pending, firing
    case keepFiring = "keep_firing"
    case noData = "no_data"
    case error, resolved
  }

  package init(
    group: String, file: String, name: String, isRecording: Bool, expression: String,
    hold: Double = 0, keepFiring: Double = 0, interval: Double, labels: [String: String] = [:],
    annotations: [String: String] = [:], state: State, failure: String? = nil,
    lastEvaluation: Timestamp? = nil, evaluationTime: Double = 0, lastFired: Timestamp? = nil,
    isTested: Bool? = nil, source: String? = nil
  ) {
    self.source = source
    self.group = group
    self.file = file
    self.name = name
    self.isRecording = isRecording
    self.expression = expression
    self.hold = hold
    self.keepFiring = keepFiring
    self.interval = interval
    self.labels = labels
    self.annotations = annotations
    self.state = state
    self.failure = failure
    self.lastEvaluation = lastEvaluation
    self.evaluationTime = evaluationTime
    self.lastFired = lastFired
    self.isTested = isTested
  }
}

/// One way in which somebody is told of alerts.
package struct ReceiverStatus: Codable, Sendable, Equatable {
  package var name: String
  package var kind: Kind
  /// Where to: a URL without its credentials, or a program.
  package var target: String
  package var sent: Int64
  package var failed: Int64
  /// Notifications given up: the target says that it will never take them, or they waited for too long.
  package var lost: Int64
  /// That wait to be sent.
  package var waiting: Int
  package var lastSuccess: Timestamp?
  package var lastFailure: String?

  package enum Kind: String, Codable, Sendable, CaseIterable { case alertmanager, webhook, command }

  package init(
    name: String, kind: Kind, target: String, sent: Int64 = 0, failed: Int64 = 0, lost: Int64 = 0,
    waiting: Int = 0, lastSuccess: Timestamp? = nil, lastFailure: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.target = target
    self.sent = sent
    self.failed = failed
    self.lost = lost
    self.waiting = waiting
    self.lastSuccess = lastSuccess
    self.lastFailure = lastFailure
  }
}
