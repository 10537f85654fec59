package import Domain
package import Storage
import Synchronization

/// The audited state behind a thread of its own, with a bound on how long a caller waits for the disk.
package final class Ledger: Sendable {
  package let store: StateStore
  private let breakGlass: BreakGlassFile?
  private let patience: Duration
  private let worker = Worker(name: "vigia-ledger")
  private let reader = Worker(name: "vigia-ledger-rd")
  /// Long readings of the past, which hold up no question whether a command was done.
  private let historian = Worker(name: "vigia-ledger-hi")
  private let rescuer = Worker(name: "vigia-rescue")
  /// Of the whole chain, which takes as long as it is.
  private let verifier = Worker(name: "vigia-ledger-ck")
  /// Microseconds of the last row; negative before the first.
  private let lastWrite = Atomic<Int64>(-1)

  /// - Parameters:
  ///   - breakGlass: where a rescue is written when the store does not answer; nil in tests without a folder.
  ///   - patience: how long a caller waits for a row to be synced.
  package init(
    store: StateStore, breakGlass: BreakGlassFile?, patience: Duration = .milliseconds(500)
  ) {
    self.store = store
    self.breakGlass = breakGlass
    self.patience = patience
  }

  package enum AppendResult: Sendable {
    case stored(AuditEntry)
    /// The disk did not answer in time. What was asked is not in force; should the row be synced yet, it is followed
    /// by one that withdraws it.
    case timedOut
    case failed(StorageError)
  }

  /// Stores a row, with the state it makes, before that state takes effect.
  ///
  /// - Parameters:
  ///   - previous: the state to restore in the store should the row arrive too late.
  ///   - incidents: what of incidents goes with it.
  ///   - outcome: of the entry's command, made from the stored row.
  package func append(
    _ entry: AuditEntry, deployment: Deployment? = nil, previous: Deployment? = nil,
    incidents: IncidentChange = IncidentChange(),
    outcome: (@Sendable (AuditEntry) -> CommandOutcome)? = nil
  ) async -> AppendResult {
    await FirstAnswer.of(within: patience, late: .timedOut) { answer in
      worker.perform { [store, self] in
        let startedAt = ContinuousClock.now
        defer {
          lastWrite.store(
            Int64(startedAt.duration(to: .now) / .microseconds(1)), ordering: .relaxed)
        }
        let result: AppendResult
        do throws(StorageError) {
          result = .stored(
            try store.append(
              entry, deployment: deployment, incidents: incidents, outcome: outcome,
              // Asked last before the commit: false once the caller has been told that it took too long.
              shouldCommit: { answer.isAwaited }))
        } catch {
          result = .failed(error)
        }
        if !answer.give(result), case .stored = result {
          Self.withdraw(entry, incidents, restoring: previous, in: store)
        }
      }
    }
  }

  /// Writes a rescue that the store could not take to the fallback file, and waits no longer for it than for a row.
  package func appendBreakGlass(
    _ entry: AuditEntry, deployment: Deployment
  ) async -> StorageError? {
    guard let breakGlass else { return nil }
    let late = StorageError.inputOutput(path: breakGlass.path, detail: "no answer from the disk")
    return await FirstAnswer.of(within: patience, late: late) { answer in
      rescuer.perform {
        do throws(StorageError) {
          try breakGlass.append(entry, deployment: deployment)
          _ = answer.give(nil)
        } catch {
          _ = answer.give(error)
        }
      }
    }
  }

  /// How long the last row took, until it was on the disk or was not to be; nil before the first.
  var lastWriteMilliseconds: Double? {
    let microseconds = lastWrite.load(ordering: .relaxed)
    return microseconds < 0 ? nil : Double(microseconds) / 1e3
  }

  /// By model.
  package func deployments() async throws(StorageError) -> [String: Deployment] {
    try await reader.run { [store] () throws(StorageError) in try store.deployments() }
  }

  /// With the timelines of those that are open.
  func incidents() async throws(StorageError) -> StoredIncidents {
    try await reader.run { [store] () throws(StorageError) in
      let incidents = try store.incidents()
      var entries: [IncidentID: [IncidentEntry]] = [:]
      for incident in incidents where incident.isOpen {
        entries[incident.id] = try store.entries(of: incident.id)
      }
      return StoredIncidents(
        incidents: incidents, entries: entries, highest: try store.highestIncident())
    }
  }

  struct StoredIncidents: Sendable {
    var incidents: [Incident]
    var entries: [IncidentID: [IncidentEntry]]
    /// Also of those that cannot be read; 0 before the first.
    var highest: Int64
  }

  func entries(of incident: IncidentID) async throws(StorageError) -> [IncidentEntry] {
    try await reader.run { [store] () throws(StorageError) in try store.entries(of: incident) }
  }

  /// - Returns: whether it is on the disk.
  func store(_ change: IncidentChange, now: Timestamp) async -> Bool {
    await FirstAnswer.of(within: patience, late: false) { answer in
      worker.perform { [store] in
        // Nobody waits any more: it comes again with the next look.
        guard answer.isAwaited else { return }
        _ = answer.give((try? store.store(change, now: now)) != nil)
      }
    }
  }

  /// Brings what was done without the store into the chain.
  package func importBreakGlass(now: Timestamp) async throws(StorageError) -> [AuditEntry] {
    try await worker.run { [store] () throws(StorageError) in
      try store.importBreakGlass(now: now)
    }
  }

  /// By model, of the acts that are not in the chain yet.
  package func breakGlassDeployments() async throws(StorageError) -> [String: Deployment] {
    try await reader.run { [store] () throws(StorageError) in try store.breakGlassDeployments() }
  }

  package func entries(_ query: AuditQuery) async throws(StorageError) -> [AuditEntry] {
    try await reader.run { [store] () throws(StorageError) in try store.entries(query) }
  }

  /// The newest row that tells the hash of a version's file.
  ///
  /// - Parameter action: of rows that are looked at; nil: of all.
  func fileHash(
    of version: ModelVersion, action: String? = nil
  ) async throws(StorageError) -> AuditEntry? {
    try await reader.run { [store] () throws(StorageError) in
      try store.fileHash(of: version, action: action)
    }
  }

  /// What it says of a past moment.
  ///
  /// - Parameters:
  ///   - deployments: as of now.
  ///   - incidents: in the order of their numbers.
  func past(
    at moment: Timestamp, reach: Double = LedgerPast.reach, _ deployments: [String: Deployment],
    _ incidents: [Incident]
  ) async throws(StorageError) -> LedgerPast {
    try await historian.run { [store] () throws(StorageError) in
      try LedgerPast(
        at: moment, reach: reach, deployments: deployments, incidents: incidents,
        page: { (query) throws(StorageError) in try store.entries(query) },
        timeline: { (id) throws(StorageError) in try store.entries(of: id) })
    }
  }

  /// Whether the store's file is still in its place; what is found stands in `store.problem` from then on.
  func lookAtFile(now: Timestamp) async {
    await verifier.run { [store] in store.lookAtFile(now: now) }
  }

  /// Walks the whole chain; what it finds stands in `store.problem` from then on.
  func verify() async throws(StorageError) -> AuditVerification {
    try await verifier.run { [store] () throws(StorageError) in try store.verifyAgain() }
  }

  /// What became of a command; nil when it is not stored, or when the disk does not say so in time: a store that hangs
  /// must not hold up a rescue by the question whether it was asked for before.
  package func outcome(of command: CommandID) async -> CommandOutcome? {
    await FirstAnswer.of(within: .milliseconds(200), late: nil) { answer in
      reader.perform { [store] in _ = answer.give(try? store.outcome(of: command)) }
    }
  }

  /// Waits for what is under way, then closes the store.
  package func close() async {
    await worker.run { [store] in store.close() }
    worker.close()
    reader.close()
    historian.close()
    verifier.close()
    rescuer.close()
  }

  private static func withdraw(
    _ entry: AuditEntry, _ incidents: IncidentChange, restoring previous: Deployment?,
    in store: StateStore
  ) {
    var withdrawal = entry
    withdrawal.commandID = nil
    withdrawal.outcome = .withdrawn
    withdrawal.summary =
      "\(entry.summary): synced too late, not performed; the state before stands"
    // A disk that fails again here leaves the chain as it is: the row above stays, and the next start reports that the
    // store and what served had parted.
    _ = try? store.append(
      withdrawal, deployment: previous, incidents: incidents.withdrawn(withdrawal.summary))
  }
}

extension IncidentChange {
  /// Lines that take back the acts among these.
  fileprivate func withdrawn(_ summary: String) -> IncidentChange {
    IncidentChange(
      entries: entries.compactMap { line in
        guard case .action(var act) = line.entry.kind else { return nil }
        act.outcome = .withdrawn
        var line = line
        line.entry.kind = .action(act: act)
        line.entry.text = summary
        return line
      })
  }
}
