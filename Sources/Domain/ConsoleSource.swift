/// The world as a console sees it: in process, attached over a socket or HTTP, or replayed.
///
/// Its values are the `/vigia/v1` wire.
package protocol ConsoleSource: Sendable {
  /// Deltas at the given pace; the first makes a whole snapshot. Ends with an error when the connection is
  /// lost, and may be asked for again.
  func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error>
  func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult
  func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap
  func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary]
  /// The answers to one request with their inputs and outputs: the client's first. Empty where nothing is kept of it.
  func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail]
  /// Runs a kept request again, apart from the traffic.
  func runAgain(_ id: RequestID, _ query: RerunQuery) async throws(SourceError) -> Rerun
  func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport
  func judgements(_ query: JudgementQuery) async throws(SourceError) -> [JudgementRecord]
  func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory
  func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry]
  /// Pages that say what to do.
  func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer
  /// A question in the rules' language over what was measured lately.
  func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer
  /// The world as it was then, as far as it was recorded.
  func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot
  /// Newest first.
  func incidents(_ query: IncidentQuery) async throws(SourceError) -> [Incident]
  /// With its timeline; nil where there is no such incident.
  func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport?
  /// Whether a promotion of `version` would pass its preflight, and what it found.
  func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport
  /// Says that somebody is about to act, or is no more.
  ///
  /// - Returns: all who are about to act on the model, the first first.
  func announce(_ notice: Intention.Notice) async throws(SourceError) -> [Intention]
  /// Never throws: a lost connection is `CommandOutcome.unknown`.
  func send(_ command: Command) async -> CommandOutcome
  /// What became of a command whose outcome was unknown; nil when the server never saw it.
  func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome?
}

extension ConsoleSource {
  /// Where nobody else looks, nobody is told.
  package func announce(
    _ notice: Intention.Notice
  ) async throws(SourceError) -> [Intention] { [] }

  /// Deltas, about one a second.
  package func snapshots() -> AsyncThrowingStream<SnapshotDelta, any Error> { snapshots(.live) }
}

/// Why a question to a `ConsoleSource` has no answer.
package enum SourceError: Error, Sendable, Equatable {
  case unreachable(reason: String)
  case notAllowed(reason: String)
  case invalid(reason: String)
  /// The question is one, and what it asks about is not there.
  case notFound(reason: String)
  /// It is there, and in a state in which the question has no answer.
  case conflict(reason: String)
  case failed(reason: String)

  package var reason: String {
    switch self {
    case .unreachable(let reason), .notAllowed(let reason), .invalid(let reason),
      .notFound(let reason), .conflict(let reason), .failed(let reason):
      reason
    }
  }
}

extension SourceError {
  /// - Parameter known: those that serve, and those of which something is kept.
  package static func noModel(_ name: String, known: Set<String>) -> SourceError {
    .notFound(
      reason: known.isEmpty
        ? "no model \(name): none serves here, and of none anything is kept"
        : "no model \(name); there are: \(known.sorted().joined(separator: ", "))")
  }
}

/// What the check before a promotion found; it takes at most two seconds.
package struct PreflightReport: Codable, Sendable, Equatable {
  package var version: ModelVersion
  package var sha256: String
  package var checks: [Check]

  package init(version: ModelVersion, sha256: String, checks: [Check]) {
    self.version = version
    self.sha256 = sha256
    self.checks = checks
  }

  package var passed: Bool { checks.allSatisfy(\.passed) }

  package struct Check: Codable, Sendable, Equatable {
    /// "loaded", "file unchanged", "recent requests", "same signature".
    package var name: String
    package var passed: Bool
    package var detail: String

    package init(name: String, passed: Bool, detail: String) {
      self.name = name
      self.passed = passed
      self.detail = detail
    }
  }
}
