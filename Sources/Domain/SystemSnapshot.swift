/// All that the console shows of the present, made once a second.
package struct SystemSnapshot: Codable, Sendable, Equatable {
  package var server: ServerInfo
  package var sequence: Int64
  package var time: Timestamp
  package var engine: EngineStatus
  package var store: StoreStatus
  /// Nil from a server that does not measure it.
  package var saturation: Saturation?
  /// In the order of the configuration.
  package var models: [ModelSnapshot]
  /// Proofs under way or just ended, newest first.
  package var recoveries: [Recovery]
  package var notices: [Notice]
  /// Sequence of the newest audit row: when it moves, the timeline is read again.
  package var auditHead: Int64
  /// All that are pending or fire, and those that are over for less than 15 minutes, in the order in which they are shown.
  /// Bounded: the first of very many.
  package var alerts: [Alert]
  /// That are open, newest first; bounded as the alerts are.
  package var incidents: [IncidentSummary]
  /// Of the alerts above, by their names: only those that there are.
  package var precedents: [IncidentPrecedent]
  /// Other servers whose series are asked for, in the order of the configuration.
  package var sources: [SourceStatus]
  /// Who is about to act, the first of each model first.
  package var intentions: [Intention]
  /// Rules that alert, here or over the series of sources; nil before they were looked at, and where it is not known.
  package var alertRules: Int?

  package init(
    server: ServerInfo, sequence: Int64, time: Timestamp, engine: EngineStatus,
    store: StoreStatus, models: [ModelSnapshot], recoveries: [Recovery] = [],
    notices: [Notice] = [], auditHead: Int64 = 0,
    saturation: Saturation? = nil, alerts: [Alert] = [], incidents: [IncidentSummary] = [],
    precedents: [IncidentPrecedent] = [], sources: [SourceStatus] = [],
    intentions: [Intention] = [], alertRules: Int? = nil
  ) {
    self.server = server
    self.sequence = sequence
    self.time = time
    self.engine = engine
    self.store = store
    self.models = models
    self.recoveries = recoveries
    self.notices = notices
    self.auditHead = auditHead
    self.saturation = saturation
    self.alerts = alerts
    self.incidents = incidents
    self.precedents = precedents
    self.sources = sources
    self.intentions = intentions
    self.alertRules = alertRules
  }

  package func model(_ name: String) -> ModelSnapshot? { models.first { $0.name == name } }

  /// By model, of those that have one.
  package var objectives: [String: ServiceObjective] {
    models.reduce(into: [:]) { $0[$1.name] = $1.objective }
  }

  /// The open incident of a model, or the one that is of none.
  package func incident(of model: String?) -> IncidentSummary? {
    incidents.first { $0.incident.model == model }
  }

  package func precedent(of alert: String) -> IncidentPrecedent? {
    precedents.first { $0.alert == alert }
  }

  package var requestRate: Double { models.reduce(0) { $0 + $1.requestRate } }
}

package struct ServerInfo: Codable, Sendable, Equatable {
  /// N and N-1 are spoken.
  package static let currentProtocol = 1

  package var protocolNumber: Int
  package var version: String
  /// `environment` of the configuration, as "production"; empty when not given.
  package var environment: String
  package var host: String
  package var listen: String
  package var pid: Int32
  package var startedAt: Timestamp
  package var isReadOnly: Bool
  package var isDemo: Bool
  /// Draining: no new command is taken.
  package var isStopping: Bool

  package init(
    protocolNumber: Int = currentProtocol, version: String, environment: String, host: String,
    listen: String, pid: Int32, startedAt: Timestamp, isReadOnly: Bool, isDemo: Bool,
    isStopping: Bool = false
  ) {
    self.protocolNumber = protocolNumber
    self.version = version
    self.environment = environment
    self.host = host
    self.listen = listen
    self.pid = pid
    self.startedAt = startedAt
    self.isReadOnly = isReadOnly
    self.isDemo = isDemo
    self.isStopping = isStopping
  }

  package var isProduction: Bool { environment == "production" }
}

package enum EngineStatus: Codable, Sendable, Equatable {
  case starting
  case ready(version: String)
  /// What is missing and how to get it.
  case unavailable(reason: String)
}

package struct StoreStatus: Codable, Sendable, Equatable {
  /// Why telemetry is not written at present; nil while it is.
  package var paused: String?
  package var dropped: Int64
  package var metricsBytes: Int64
  package var stateBytes: Int64
  /// How long the last second's transaction of telemetry took, until it was on the disk.
  package var writeMilliseconds: Double
  /// How long the last row of the ledger took, until it was on the disk; nil before the first.
  package var stateWriteMilliseconds: Double?
  /// How far back a label still finds its prediction; nil before the first.
  package var labelHorizon: Timestamp?
  /// Up to when telemetry is on the disk: what came later a crash would take. Nil before the first write, and where it is
  /// not told.
  package var committedAt: Timestamp?

  package init(
    paused: String? = nil, dropped: Int64 = 0, metricsBytes: Int64 = 0, stateBytes: Int64 = 0,
    writeMilliseconds: Double = 0, stateWriteMilliseconds: Double? = nil,
    labelHorizon: Timestamp? = nil, committedAt: Timestamp? = nil
  ) {
    self.paused = paused
    self.dropped = dropped
    self.metricsBytes = metricsBytes
    self.stateBytes = stateBytes
    self.writeMilliseconds = writeMilliseconds
    self.stateWriteMilliseconds = stateWriteMilliseconds
    self.labelHorizon = labelHorizon
    self.committedAt = committedAt
  }
}

/// A line that stands under the header until its cause is gone.
package struct Notice: Codable, Sendable, Equatable {
  package var severity: Severity
  package var text: String

  package init(_ severity: Severity, _ text: String) {
    self.severity = severity
    self.text = text
  }

  package enum Severity: String, Codable, Sendable, CaseIterable { case info, warning, critical }
}

/// The objectives of a model.
package struct ServiceObjective: Codable, Sendable, Equatable {
  /// Share of requests that must not end in a server error.
  package var availability: Double
  /// Microseconds within which `latencyObjective` of the requests must be answered.
  package var latency: Double
  package var latencyObjective: Double

  package init(availability: Double, latency: Double, latencyObjective: Double) {
    self.availability = availability
    self.latency = latency
    self.latencyObjective = latencyObjective
  }
}
