package import Domain
package import Storage

/// The world as seen inside the process: what the HTTP face serves, and what a hosted console could use directly.
package struct LocalConsoleSource: ConsoleSource {
  private let control: ControlPlane
  private let recorder: Recorder
  private let metrics: MetricStore
  private let principal: Principal
  private let shelf: RunbookShelf?
  private let featureNames: @Sendable (String) -> [String]
  private let price: MachinePrice?
  private let reader: Worker

  /// - Parameters:
  ///   - metrics: where panels of the past read.
  ///   - principal: in whose name `send` acts.
  ///   - shelf: nil where there are no runbooks.
  ///   - featureNames: of a model, in the order of its inputs' columns, as far as somebody named them.
  package init(
    control: ControlPlane, recorder: Recorder, metrics: MetricStore, principal: Principal,
    shelf: RunbookShelf? = nil,
    featureNames: @escaping @Sendable (String) -> [String] = { _ in [] },
    price: MachinePrice? = nil
  ) {
    self.control = control
    self.recorder = recorder
    self.metrics = metrics
    self.principal = principal
    self.shelf = shelf
    self.featureNames = featureNames
    self.price = price
    reader = Worker(name: "vigia-series")
  }

  package func snapshots(
    _ pace: StreamPace
  ) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let cursor = DeltaCursor(control.hub.snapshots(), pace)
    return AsyncThrowingStream(unfolding: { await cursor.next() })
  }

  package func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    try await check(query.measure.isGauge ? nil : query.model)
    return try await read { (store) throws(StorageError) in try store.series(query) }
  }

  package func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    try await check(query.model)
    return try await read { (store) throws(StorageError) in try store.heatmap(query) }
  }

  package func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] {
    try await check(query.model)
    // Memory has the last ones whole, the store what was kept of the time before.
    let recent = recorder.requests(query)
    let kept = try await read { (store) throws(StorageError) in try store.requests(query) }
    var all = Dictionary(recent.map { ($0.copy, $0) }) { first, _ in first }
    for summary in kept.map(\.summary) { all[summary.copy] = summary }
    return Array(
      all.values.sorted { ($0.total, $0.id) > ($1.total, $1.id) }.prefix(max(0, query.limit)))
  }

  package func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] {
    try await kept(id).map { $0.detail(names: featureNames($0.version.model)) }
  }

  package func runAgain(
    _ id: RequestID, _ query: RerunQuery
  ) async throws(SourceError) -> Rerun {
    let copies = try await kept(id)
    guard !copies.isEmpty else {
      throw .notFound(reason: "request \(id) is not kept, or not any more")
    }
    guard let request = copies.first(where: { $0.variant == query.variant }) else {
      let known = copies.map(\.variant.rawValue).joined(separator: " and ")
      throw .conflict(
        reason: "request \(id) was answered by the \(known), not by a \(query.variant.rawValue)")
    }
    return try await control.runAgain(request, on: query.version)
  }

  /// The client's answer first.
  private func kept(_ id: RequestID) async throws(SourceError) -> [CapturedRequest] {
    try await read { (store) throws(StorageError) in try store.requests(id) }
      .sorted { ($0.variant == .shadow ? 1 : 0) < ($1.variant == .shadow ? 1 : 0) }
  }

  package func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport {
    try await check(query.model)
    return try await read { (store) throws(StorageError) in try store.failures(query) }
  }

  package func judgements(
    _ query: JudgementQuery
  ) async throws(SourceError) -> [JudgementRecord] {
    try await check(query.model)
    return try await read { (store) throws(StorageError) in try store.judgements(query) }
  }

  package func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    try await check(query.model)
    let answer = try await read { (store) throws(StorageError) in try store.answer(query) }
    return BusinessHistory(answer.counts, of: answer.query, price: price)
  }

  package func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    let facts: PastFacts
    do throws(StorageError) {
      facts = try await control.facts(of: query.at)
    } catch {
      throw .failed(reason: error.description)
    }
    guard query.at <= facts.now else { throw .notFound(reason: "that time has not come yet") }
    return try await read { (metrics) throws(StorageError) in
      var snapshot = try RecordedSnapshot(metrics, facts.ledger, at: query.at)
      snapshot.objectives = facts.objectives
      snapshot.price = price
      snapshot.order = facts.models
      snapshot.versions = facts.versions
      snapshot.references = facts.references
      return try snapshot.made(facts.server, notices: [])
    }
  }

  package func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] {
    do throws(StorageError) {
      return try await control.ledger.entries(query)
    } catch {
      throw .failed(reason: error.description)
    }
  }

  package func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    guard let shelf else {
      throw .notFound(
        reason:
          "this server has no folder of runbooks: name one in `runbooks` of its configuration, or keep the folder "
          + "runbooks that comes with Vigia beside the binary, and start the server again")
    }
    return try await shelf.answer(query, now: control.settings.clock())
  }

  package func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    do throws(MetricQueryFailure) {
      return try await control.answer(question)
    } catch {
      throw error.sourceError
    }
  }

  package func incidents(
    _ query: IncidentQuery
  ) async throws(SourceError) -> [Incident] { await control.incidents(query) }

  package func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? {
    do throws(StorageError) {
      return try await control.incident(id)
    } catch {
      throw .failed(reason: error.description)
    }
  }

  package func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    await control.preflight(version)
  }

  package func announce(
    _ notice: Intention.Notice
  ) async throws(SourceError) -> [Intention] {
    try await control.announce(notice, by: principal)
  }

  package func send(_ command: Command) async -> CommandOutcome {
    await control.perform(command, by: principal)
  }

  package func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? {
    await control.knownOutcome(of: command)
  }

  /// - Throws: `notFound` for a model that does not serve, and of which nothing is kept.
  private func check(_ model: String?) async throws(SourceError) {
    guard let model else { return }
    let serving = Set(await control.deployments.keys)
    guard !serving.contains(model) else { return }
    let recorded = try await read { (store) throws(StorageError) in try store.recordedModels() }
    guard !recorded.contains(model) else { return }
    throw .noModel(model, known: recorded.union(serving))
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (MetricStore) throws(StorageError) -> Value
  ) async throws(SourceError) -> Value {
    do throws(StorageError) {
      return try await reader.run { () throws(StorageError) in try body(metrics) }
    } catch {
      throw SourceError(error)
    }
  }
}

extension SourceError {
  init(_ error: StorageError) {
    self =
      error.isPassing
      ? .unreachable(reason: error.description) : .failed(reason: error.description)
  }
}

extension StorageError {
  /// What passes by itself, or when somebody makes room, is worth asking again.
  var isPassing: Bool {
    switch self {
    case .beingReplaced, .full, .reserved: true
    default: false
    }
  }
}

/// Turns snapshots into deltas at the pace of whoever reads: one who is slow gets fewer, larger ones.
private actor DeltaCursor {
  private var snapshots: AsyncStream<SystemSnapshot>.Iterator
  private var filter: PaceFilter
  private var previous: SystemSnapshot?

  init(_ stream: AsyncStream<SystemSnapshot>, _ pace: StreamPace) {
    snapshots = stream.makeAsyncIterator()
    filter = PaceFilter(pace)
  }

  func next() async -> SnapshotDelta? {
    var iterator = snapshots
    while let snapshot = await iterator.next(isolation: self) {
      guard filter.admits(snapshot) else { continue }
      defer { previous = snapshot }
      return SnapshotDelta(from: previous, to: snapshot)
    }
    return nil
  }
}
