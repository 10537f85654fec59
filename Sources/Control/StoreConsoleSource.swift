package import Domain
import Foundation
import PromQL
package import Storage

/// The world as a dead host's store has it: the same questions as of a running server, answered from its file alone.
/// Nothing is written and nothing can be done.
package struct StoreConsoleSource: ConsoleSource {
  /// The last minute that was recorded, as if it were now.
  package let snapshot: SystemSnapshot
  private let metrics: MetricStore
  private let ledger: RecordedLedger?
  private let ledgerProblem: String?
  private let server: ServerInfo
  private let reader: Worker
  private let desk = QuestionDesk()
  private let shelf: RunbookShelf?
  private let price: MachinePrice?

  /// Opens `metrics.db`, and `state.db` beside it if there is one: a ledger that cannot be read is told, and does not
  /// keep the telemetry from being seen.
  ///
  /// - Parameters:
  ///   - path: of the file, under whatever name, or of the folder that holds it.
  ///   - runbooks: the folder of pages to read; nil: there are none. What the host's own pages said is in no store.
  ///   - price: of the machine that it ran on; nil: costs are not known.
  /// - Throws: see `MetricStore.recorded`.
  package init(
    path: String, runbooks: String? = nil, price: MachinePrice? = nil
  ) throws(StorageError) {
    self.price = price
    shelf = runbooks.map { RunbookShelf(folder: $0) }
    var isFolder: ObjCBool = false
    // The flag is written before the call returns, and lives on this stack.
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = exists && isFolder.boolValue ? "\(path)/\(MetricStore.fileName)" : path
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    metrics = try MetricStore.recorded(at: file)
    var notices: [Notice] = []
    do throws(StorageError) {
      ledger = try RecordedLedger(at: folder.appendingPathComponent(StateStore.fileName).path)
      ledgerProblem =
        ledger == nil
        ? "there is no \(StateStore.fileName) beside it: who changed what is not known" : nil
    } catch {
      ledger = nil
      ledgerProblem = "the ledger beside it cannot be read: \(error.description)"
    }
    if let ledgerProblem {
      notices.append(
        Notice(.warning, "\(ledgerProblem); who served is as the telemetry has it"))
    }
    guard let end = try metrics.lastRecorded() else {
      throw .cannotOpen(path: file, reason: "no second was ever recorded in it")
    }
    let time = Timestamp(seconds: end)
    server = ServerInfo(
      version: "", environment: "", host: file, listen: "", pid: 0, startedAt: time,
      isReadOnly: true, isDemo: false)
    // The ledger goes on for a moment longer than the telemetry.
    let last = try ledger?.entries(AuditQuery(limit: 1)).first?.time ?? time
    var newest = try RecordedSnapshot(metrics, try ledger?.past(at: max(time, last)), at: time)
      .made(server, notices: notices)
    newest.auditHead = ledger?.head ?? 0
    snapshot = newest
    reader = Worker(name: "vigia-series")
  }

  /// Ends all access and the thread.
  package func close() {
    reader.close()
    desk.close()
    metrics.close()
  }

  package func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    AsyncThrowingStream { $0.yield(SnapshotDelta(from: nil, to: snapshot)) }
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
    let kept = try await read { (store) throws(StorageError) in try store.requests(query) }
    return kept.map(\.summary)
  }

  package func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] {
    try await read { (store) throws(StorageError) in try store.requests(id) }
      .map { $0.detail(names: []) }
  }

  package func runAgain(
    _ id: RequestID, _ query: RerunQuery
  ) async throws(SourceError) -> Rerun { throw .notAllowed(reason: Self.refusal) }

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

  /// Costs by the price given: a store keeps none.
  package func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    try await check(query.model)
    let answer = try await read { (store) throws(StorageError) in try store.answer(query) }
    return BusinessHistory(answer.counts, of: answer.query, price: price)
  }

  package func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    guard query.at <= snapshot.time else {
      throw .notFound(reason: "nothing was recorded of that time any more")
    }
    return try await read { [ledger, server] (metrics) throws(StorageError) in
      try RecordedSnapshot(metrics, try ledger?.past(at: query.at), at: query.at)
        .made(server, notices: [])
    }
  }

  package func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] {
    let ledger = try known()
    return try await read { (_) throws(StorageError) in try ledger.entries(query) }
  }

  package func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    guard let shelf else {
      throw .notFound(
        reason:
          "a store keeps no runbooks: start the console with --config FILE whose `runbooks` names their folder"
      )
    }
    // Its time stands still: the folder is read once.
    return try await shelf.answer(query, now: snapshot.time)
  }

  package func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    if question.source != nil {
      throw .failed(reason: "this is a store without its server: it asks no source")
    }
    let query: Query
    do {
      query = try Query(question.expression)
    } catch {
      throw .invalid(reason: "\(error)")
    }
    let stored = StoredSeries(store: metrics)
    let sight = Evaluator(
      source: SeriesSource { try stored.select($0) }, sampleLimit: QuestionDesk.sampleLimit)
    do throws(MetricQueryFailure) {
      return try await desk.answer(query, question) { sight }
    } catch {
      throw error.sourceError
    }
  }

  package func incidents(
    _ query: IncidentQuery
  ) async throws(SourceError) -> [Incident] {
    let ledger = try known()
    return try await read { (_) throws(StorageError) in try ledger.incidents() }
      .filter { incident in
        (query.model == nil || incident.model == query.model)
          && (query.isOpen == nil || incident.isOpen == query.isOpen)
          && query.before.map { incident.id < $0 } ?? true
      }.suffix(max(0, query.limit)).reversed()
  }

  package func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? {
    let ledger = try known()
    return try await read { (_) throws(StorageError) in
      guard let incident = try ledger.incidents().first(where: { $0.id == id }) else { return nil }
      return IncidentReport(incident, stored: try ledger.entries(of: id))
    }
  }

  package func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    throw .notAllowed(reason: Self.refusal)
  }

  package func send(_ command: Command) async -> CommandOutcome {
    .refused(Refusal(.readOnly, Self.refusal))
  }

  package func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? {
    throw .notAllowed(reason: Self.refusal)
  }

  private func known() throws(SourceError) -> RecordedLedger {
    guard let ledger else { throw .failed(reason: ledgerProblem ?? "there is no ledger") }
    return ledger
  }

  private static let refusal =
    "this is the store of a host, not the host: nothing can be done from here"

  /// - Throws: `notFound` for a model that did not serve, and of which nothing is kept.
  private func check(_ model: String?) async throws(SourceError) {
    guard let model, ledger?.deployments[model] == nil else { return }
    let recorded = try await read { (store) throws(StorageError) in try store.recordedModels() }
    guard !recorded.contains(model) else { return }
    throw .noModel(model, known: recorded.union(ledger?.deployments.keys.map { $0 } ?? []))
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (MetricStore) throws(StorageError) -> Value
  ) async throws(SourceError) -> Value {
    do throws(StorageError) {
      return try await reader.run { [metrics] () throws(StorageError) in try body(metrics) }
    } catch {
      throw .failed(reason: error.description)
    }
  }
}

extension RecordedLedger {
  /// - Throws: when rows cannot be read.
  func past(at moment: Timestamp) throws(StorageError) -> LedgerPast {
    try LedgerPast(
      at: moment, deployments: deployments, incidents: try incidents(),
      page: { (query) throws(StorageError) in try entries(query) },
      timeline: { (id) throws(StorageError) in try entries(of: id) })
  }
}
