import Domain
import Synchronization

/// A source whose answers and snapshots the test decides.
final class FakeSource: ConsoleSource {
  struct Answers: Sendable {
    var series: Result<SeriesResult, SourceError> = .failure(.failed(reason: "not set"))
    var heatmap: Result<LatencyHeatmap, SourceError> = .failure(.failed(reason: "not set"))
    var requests: Result<[RequestSummary], SourceError> = .success([])
    var kept: Result<[RequestDetail], SourceError> = .success([])
    var rerun: Result<Rerun, SourceError> = .failure(.failed(reason: "not set"))
    var failures: Result<FailureReport, SourceError> = .success(FailureReport())
    var judgements: Result<[JudgementRecord], SourceError> = .success([])
    var business: Result<BusinessHistory, SourceError> = .success(
      BusinessHistory(window: Window(from: 0, to: 60, step: 60), periods: [BusinessPeriod()]))
    var past: Result<SystemSnapshot, SourceError> = .failure(.failed(reason: "not set"))
    var audit: Result<[AuditEntry], SourceError> = .success([])
    var runbooks: Result<RunbookAnswer, SourceError> = .success(RunbookAnswer())
    var preflight: Result<PreflightReport, SourceError> = .failure(.failed(reason: "not set"))
    var outcomes: [CommandID: CommandOutcome] = [:]
    var incidents: Result<[IncidentReport], SourceError> = .success([])
  }

  private struct State {
    var answers = Answers()
    var latest: SystemSnapshot?
    var listeners: [Int: AsyncThrowingStream<SnapshotDelta, any Error>.Continuation] = [:]
    var nextListener = 0
    /// Each waits until nobody listens.
    var waiters: [CheckedContinuation<Void, Never>] = []
    var asked: [SeriesQuery] = []
    var askedIncidents: [IncidentQuery] = []
    var askedPast: [PastQuery] = []
    var askedBusiness: [BusinessQuery] = []
  }

  private let state: Mutex<State>

  init(snapshot: SystemSnapshot? = .sample(), answers: Answers = Answers()) {
    state = Mutex(State(answers: answers, latest: snapshot))
  }

  /// All listeners get the difference.
  func publish(_ snapshot: SystemSnapshot) {
    let (previous, listeners) = state.withLock { state in
      defer { state.latest = snapshot }
      return (state.latest, Array(state.listeners.values))
    }
    for listener in listeners { listener.yield(SnapshotDelta(from: previous, to: snapshot)) }
  }

  /// The source ends for whoever listens.
  func end() {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners { listener.finish() }
  }

  var listenerCount: Int { state.withLock { $0.listeners.count } }

  /// Returns once nobody listens: whoever stops does so in a task of its own.
  func waitUntilDeserted() async {
    await withCheckedContinuation { continuation in
      let isDeserted = state.withLock { state in
        if !state.listeners.isEmpty { state.waiters.append(continuation) }
        return state.listeners.isEmpty
      }
      if isDeserted { continuation.resume() }
    }
  }

  func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: SnapshotDelta.self, throwing: (any Error).self)
    let (id, latest) = state.withLock { state in
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return (state.nextListener, state.latest)
    }
    continuation.onTermination = { _ in
      let waiters = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
        state.listeners.removeValue(forKey: id)
        guard state.listeners.isEmpty else { return [] }
        defer { state.waiters = [] }
        return state.waiters
      }
      for waiter in waiters { waiter.resume() }
    }
    if let latest { continuation.yield(SnapshotDelta(from: nil, to: latest)) }
    return stream
  }

  /// The series that were asked for.
  var asked: [SeriesQuery] { state.withLock { $0.asked } }

  func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    state.withLock { $0.asked.append(query) }
    return try answer(\.series).get()
  }

  func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    try answer(\.heatmap).get()
  }

  func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] {
    try answer(\.requests).get()
  }

  func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] {
    try answer(\.kept).get().filter { $0.summary.id == id }
  }

  func runAgain(_ id: RequestID, _ query: RerunQuery) async throws(SourceError) -> Rerun {
    try answer(\.rerun).get()
  }

  func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport {
    try answer(\.failures).get()
  }

  func judgements(
    _ query: JudgementQuery
  ) async throws(SourceError) -> [JudgementRecord] {
    try answer(\.judgements).get()
  }

  func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    state.withLock { $0.askedBusiness.append(query) }
    return try answer(\.business).get()
  }

  /// What was asked of the past by day.
  var askedBusiness: [BusinessQuery] { state.withLock { $0.askedBusiness } }

  func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    state.withLock { $0.askedPast.append(query) }
    return try answer(\.past).get()
  }

  /// The moments that were asked for.
  var askedPast: [PastQuery] { state.withLock { $0.askedPast } }

  func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] {
    try answer(\.audit).get()
  }

  func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    try answer(\.runbooks).get()
  }

  func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    throw .failed(reason: "not set")
  }

  var askedIncidents: [IncidentQuery] { state.withLock { $0.askedIncidents } }

  func incidents(_ query: IncidentQuery) async throws(SourceError) -> [Incident] {
    state.withLock { $0.askedIncidents.append(query) }
    return try answer(\.incidents).get().map(\.incident)
  }

  func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? {
    try answer(\.incidents).get().first { $0.incident.id == id }
  }

  func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    try answer(\.preflight).get()
  }

  func send(_ command: Command) async -> CommandOutcome { .unknown(reason: "use perform") }

  func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? {
    answer(\.outcomes)[command]
  }

  private func answer<Value: Sendable>(_ path: any KeyPath<Answers, Value> & Sendable) -> Value {
    state.withLock { $0.answers[keyPath: path] }
  }
}

extension SystemSnapshot {
  static func sample(
    sequence: Int64 = 1, protocolNumber: Int = ServerInfo.currentProtocol, p99: Double? = nil
  ) -> SystemSnapshot {
    SystemSnapshot(
      server: ServerInfo(
        protocolNumber: protocolNumber, version: "0.1.0", environment: "", host: "test",
        listen: "127.0.0.1:0", pid: 1, startedAt: Timestamp(seconds: 1_700_000_000),
        isReadOnly: false, isDemo: false),
      sequence: sequence, time: Timestamp(seconds: 1_700_000_000 + sequence),
      engine: .ready(version: "1.32.0"), store: StoreStatus(),
      models: [
        ModelSnapshot(
          name: "m",
          deployment: Deployment(
            model: "m", revision: 1, champion: "1",
            championSince: Timestamp(seconds: 1_700_000_000)),
          versions: [
            VersionSnapshot(
              version: "1", variant: .champion, state: .ready, share: 1,
              recent: RecentFigures(requestRate: 200, p99: p99))
          ])
      ])
  }
}
