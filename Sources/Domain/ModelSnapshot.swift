/// One model at present.
package struct ModelSnapshot: Codable, Sendable, Equatable, Identifiable {
  package var name: String
  package var deployment: Deployment
  package var objective: ServiceObjective?
  /// In the order of the versions, serving or not.
  package var versions: [VersionSnapshot]
  /// What changed last, as the timeline has it.
  package var lastChange: AuditEntry?
  /// The mismatch between the configuration and the audited state, or any other thing to know.
  package var notices: [Notice]
  /// The clients that got least of what they came for, if any was hurt; at most three.
  package var hurtClients: [ClientFigures]?
  /// Nil from a server that does not judge.
  package var judgement: ModelJudgement?

  package var id: String { name }

  package init(
    name: String, deployment: Deployment, objective: ServiceObjective? = nil,
    versions: [VersionSnapshot], lastChange: AuditEntry? = nil, notices: [Notice] = [],
    hurtClients: [ClientFigures]? = nil, judgement: ModelJudgement? = nil
  ) {
    self.name = name
    self.deployment = deployment
    self.objective = objective
    self.versions = versions
    self.lastChange = lastChange
    self.notices = notices
    self.hurtClients = hurtClients
    self.judgement = judgement
  }

  package func version(_ version: String) -> VersionSnapshot? {
    versions.first { $0.version == version }
  }

  /// Requests a second that clients waited for.
  package var requestRate: Double {
    versions.reduce(0) { $0 + ($1.variant == .shadow ? 0 : $1.recent.requestRate) }
  }

  /// Of those, what did not fail, by the last minute's share.
  package var answeredRate: Double {
    versions.reduce(0) { sum, version in
      guard version.variant != .shadow else { return sum }
      return sum + version.recent.requestRate * (1 - (version.recent.errorShare ?? 0))
    }
  }
}

/// One version at present.
package struct VersionSnapshot: Codable, Sendable, Equatable, Identifiable {
  package var version: String
  package var variant: Variant?
  package var state: State
  /// Of the model file, in hexadecimal; empty when it could not be read.
  package var sha256: String
  package var fileBytes: Int64
  package var share: Double
  package var loadedAt: Timestamp?
  package var queueDepth: Int
  /// Copies for the shadow that were dropped because it was busy, since the version was loaded.
  package var shadowDropped: Int64
  /// How it is run, as measured at load: "inline, 6 us a row", "2 lanes, 9.1 ms a row".
  package var execution: String
  /// The measurement behind it; nil where there is none.
  package var executionFigures: ExecutionFigures?
  package var recent: RecentFigures
  package var isRollbackTarget: Bool
  package var quarantine: Deployment.Quarantine?
  /// Of the server's memory, as measured or estimated at load; nil when it is not loaded.
  package var memoryBytes: Int64?
  /// What a person should know of it although it runs: a line each; nil from a server that tells none.
  package var warnings: [String]?
  /// The servers that it runs on, none before it is loaded; nil where it runs in this process.
  package var upstreams: [UpstreamStatus]?

  package var id: String { version }

  package init(
    version: String, variant: Variant?, state: State, sha256: String = "", fileBytes: Int64 = 0,
    share: Double, loadedAt: Timestamp? = nil, queueDepth: Int = 0, shadowDropped: Int64 = 0,
    execution: String = "", executionFigures: ExecutionFigures? = nil,
    recent: RecentFigures = RecentFigures(), isRollbackTarget: Bool = false,
    quarantine: Deployment.Quarantine? = nil, memoryBytes: Int64? = nil, warnings: [String]? = nil,
    upstreams: [UpstreamStatus]? = nil
  ) {
    self.version = version
    self.variant = variant
    self.state = state
    self.sha256 = sha256
    self.fileBytes = fileBytes
    self.share = share
    self.loadedAt = loadedAt
    self.queueDepth = queueDepth
    self.shadowDropped = shadowDropped
    self.execution = execution
    self.executionFigures = executionFigures
    self.recent = recent
    self.isRollbackTarget = isRollbackTarget
    self.quarantine = quarantine
    self.memoryBytes = memoryBytes
    self.warnings = warnings
    self.upstreams = upstreams
  }

  package enum State: Codable, Sendable, Equatable {
    case unloaded
    case loading
    case ready
    /// Names the file, what was expected and what was found.
    case failed(reason: String)
  }
}

/// The last minute of a version in figures.
package struct RecentFigures: Codable, Sendable, Equatable {
  /// Requests a second over the last 10 s.
  package var requestRate: Double
  /// Over the last 60 s.
  package var requests: Int64
  package var errors: Int64
  /// Microseconds over the last 60 s; nil without a request.
  package var p50: Double?
  package var p99: Double?
  /// Share of the last 60 s' requests above the latency objective; nil without an objective or a request.
  package var slowShare: Double?
  /// Rows of the last 15 min whose label came.
  package var labels: Int64
  /// Of those, the share predicted right; nil for a regression or without a label.
  package var accuracy: Double?
  /// Of those, the mean absolute error; nil for a classifier or without a label.
  package var absoluteError: Double?
  /// When the last request came; nil when none is remembered.
  package var lastRequest: Timestamp?
  /// Of a champion: what was admitted to it under the deployment's present revision, and nothing before.
  package var sinceChange: SinceChange?

  package struct SinceChange: Codable, Sendable, Equatable {
    package var revision: Int64
    package var requests: Int64
    package var errors: Int64
    package var slow: Int64

    package init(revision: Int64, requests: Int64 = 0, errors: Int64 = 0, slow: Int64 = 0) {
      self.revision = revision
      self.requests = requests
      self.errors = errors
      self.slow = slow
    }
  }

  package init(
    requestRate: Double = 0, requests: Int64 = 0, errors: Int64 = 0, p50: Double? = nil,
    p99: Double? = nil, slowShare: Double? = nil, labels: Int64 = 0, accuracy: Double? = nil,
    absoluteError: Double? = nil, lastRequest: Timestamp? = nil, sinceChange: SinceChange? = nil
  ) {
    self.requestRate = requestRate
    self.requests = requests
    self.errors = errors
    self.p50 = p50
    self.p99 = p99
    self.slowShare = slowShare
    self.labels = labels
    self.accuracy = accuracy
    self.absoluteError = absoluteError
    self.lastRequest = lastRequest
    self.sinceChange = sinceChange
  }

  /// Server errors by requests, 0 through 1; nil without a request.
  package var errorShare: Double? {
    requests > 0 ? Double(errors) / Double(requests) : nil
  }
}
