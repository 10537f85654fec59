package import Domain

/// What the data plane is told once, at the start.
package struct DataPlaneSettings: Sendable {
  /// How long a request may take, its time in queues included.
  package var defaultTimeout: Duration
  /// Recent requests kept for each model, to ask a version before it is promoted.
  package var recentRequests: Int
  /// Requests larger than this are not kept for a preflight.
  package var recentRequestBytes: Int
  /// Whether numbers that are not finite in an answer hold a promotion back; false with `load_check: { nan: warn }`.
  package var refusesNaN = true
  /// Bytes that the outputs of one request may take together, and a reply's body.
  package var answerBytes = Self.standardAnswerBytes
  /// Bytes that models may take in memory; nil: there is no end.
  package var modelMemory: Int64?
  /// Whether a request that names a version which is not in memory any more brings it back.
  package var loadsOnDemand: Bool
  /// Requests that may wait for versions to come back.
  package var returnQueue: Int
  /// Bytes of memory that they may hold.
  package var returnQueueBytes = 256 << 20
  /// For so long no request brings back a version whose load has failed.
  package var reloadPause: Duration
  /// Versions that run on other servers; they are in the repository although no file of theirs is.
  package var remotes: [ModelFile] = []
  /// By model: bounds on its traffic that the configuration sets, beside those that operators do.
  package var limits: [String: [TrafficLimit]] = [:]
  /// Wall clock.
  package var now: @Sendable () -> Timestamp
  /// Monotonic clock.
  package var monotonicNow: @Sendable () -> MonotonicTime

  package static let standardAnswerBytes = 256 << 20

  package init(
    defaultTimeout: Duration = .seconds(10), recentRequests: Int = 20,
    recentRequestBytes: Int = 65_536, modelMemory: Int64? = nil, loadsOnDemand: Bool = false,
    returnQueue: Int = 256, reloadPause: Duration = .seconds(10),
    now: @escaping @Sendable () -> Timestamp = { .systemNow },
    monotonicNow: @escaping @Sendable () -> MonotonicTime = { .now }
  ) {
    self.defaultTimeout = defaultTimeout
    self.recentRequests = recentRequests
    self.recentRequestBytes = recentRequestBytes
    self.modelMemory = modelMemory
    self.loadsOnDemand = loadsOnDemand
    self.returnQueue = returnQueue
    self.reloadPause = reloadPause
    self.now = now
    self.monotonicNow = monotonicNow
  }
}

/// One version at present, as the console shows it.
package struct VersionStatus: Sendable, Equatable {
  package var state: VersionSnapshot.State
  /// Of the bytes that run when it is loaded, else of the file at the last scan; hexadecimal.
  package var sha256: String
  package var fileBytes: Int64
  package var loadedAt: Timestamp?
  package var queueDepth: Int
  package var execution: String
  package var executionFigures: ExecutionFigures?
  /// Copies for the shadow that were dropped because it was busy, since the version was loaded.
  package var shadowDropped: Int64
  /// Requests inside the engine or its queue.
  package var inFlight: Int
  /// Bytes of this process' memory, as measured or estimated at load; nil when it is not there.
  package var memoryBytes: Int64?
  /// What a person should know of it although it runs: a line each.
  package var warnings: [String]
  /// The servers behind it, none before it is loaded; nil where it runs in this process.
  package var upstreams: [UpstreamStatus]?

  package init(
    state: VersionSnapshot.State, sha256: String = "", fileBytes: Int64 = 0,
    loadedAt: Timestamp? = nil, queueDepth: Int = 0, execution: String = "",
    executionFigures: ExecutionFigures? = nil, shadowDropped: Int64 = 0, inFlight: Int = 0,
    memoryBytes: Int64? = nil,
    warnings: [String] = []
  ) {
    self.state = state
    self.sha256 = sha256
    self.fileBytes = fileBytes
    self.loadedAt = loadedAt
    self.queueDepth = queueDepth
    self.execution = execution
    self.executionFigures = executionFigures
    self.shadowDropped = shadowDropped
    self.inFlight = inFlight
    self.memoryBytes = memoryBytes
    self.warnings = warnings
  }
}

/// What a load brought into memory.
package struct LoadedVersion: Sendable, Equatable {
  package var version: ModelVersion
  package var sha256: String
  package var signature: ModelSignature
  package var execution: String
  /// What a person should know of it although it runs: a line each.
  package var warnings: [String]
}
