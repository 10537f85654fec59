import Dispatch
package import Domain
import Foundation
package import Storage
import Synchronization

/// The audited state behind a thread of its own, with a bound on how long a caller waits for the disk.
package final class Ledger: Sendable {
  package let store: StateStore
  private let breakGlass: BreakGlassFile?
  private let patience: Duration
  private let worker = Worker(name: "vigia-ledger")
  private let reader = Worker(name: "vigia-ledger-rd")

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
  ///   - outcome: of the entry's command, made from the stored row.
  package func append(
    _ entry: AuditEntry, deployment: Deployment? = nil, previous: Deployment? = nil,
    outcome: (@Sendable (AuditEntry) -> CommandOutcome)? = nil
  ) async -> AppendResult {
    let race = Race<AppendResult>()
    return await withCheckedContinuation { continuation in
      race.begin(continuation)
      worker.perform { [store] in
        let result: AppendResult
        do throws(StorageError) {
          result = .stored(
            try store.append(
              entry, deployment: deployment, outcome: outcome, shouldCommit: race.mayCommit))
        } catch {
          result = .failed(error)
        }
        if !race.finish(with: result), case .stored = result {
          Self.withdraw(entry, restoring: previous, in: store)
        }
      }
      DispatchQueue.global(qos: .userInitiated).asyncAfter(
        deadline: .now() + patience / .seconds(1)
      ) {
        _ = race.finish(with: .timedOut)
      }
    }
  }

  /// Writes a rescue that the store could not take to the fallback file, and waits no longer for it than for a row.
  package func appendBreakGlass(
    _ entry: AuditEntry, deployment: Deployment
  ) async -> StorageError? {
    guard let breakGlass else { return nil }
    let failure: StorageError?? = await answer(within: patience) {
      do throws(StorageError) {
        try breakGlass.append(entry, deployment: deployment)
        return nil
      } catch {
        return error
      }
    }
    return failure ?? .inputOutput(path: breakGlass.path, detail: "no answer from the disk")
  }

  /// By model.
  package func deployments() async throws(StorageError) -> [String: Deployment] {
    try await read { (store) throws(StorageError) in try store.deployments() }
  }

  /// Brings what was done without the store into the chain.
  package func importBreakGlass(now: Timestamp) async throws(StorageError) -> [AuditEntry] {
    let result: Result<[AuditEntry], StorageError> = await withCheckedContinuation { continuation in
      worker.perform { [store] in
        continuation.resume(
          returning: Result { () throws(StorageError) in try store.importBreakGlass(now: now) })
      }
    }
    return try result.get()
  }

  package func entries(_ query: AuditQuery) async throws(StorageError) -> [AuditEntry] {
    try await read { (store) throws(StorageError) in try store.entries(query) }
  }

  /// What became of a command; nil when it is not stored, or when the disk does not say so in time: a store that hangs
  /// must not hold up a rescue by the question whether it was asked for before.
  package func outcome(of command: CommandID) async -> CommandOutcome? {
    let found: CommandOutcome?? = await answer(within: .milliseconds(200)) { [store] in
      try? store.outcome(of: command)
    }
    return found ?? nil
  }

  /// What `body` gives, on a thread that may hang; nil when it takes longer.
  private func answer<Value: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () -> Value
  ) async -> Value? {
    let race = Race<Value?>()
    return await withCheckedContinuation { continuation in
      race.begin(continuation)
      DispatchQueue.global(qos: .userInitiated).async { _ = race.finish(with: body()) }
      DispatchQueue.global(qos: .userInitiated).asyncAfter(
        deadline: .now() + limit / .seconds(1)
      ) { _ = race.finish(with: nil) }
    }
  }

  /// Waits for what is under way, then closes the store.
  package func close() async {
    try? await worker.run { [store] in store.close() }
    worker.close()
    reader.close()
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (StateStore) throws(StorageError) -> Value
  ) async throws(StorageError) -> Value {
    let result: Result<Value, StorageError> = await withCheckedContinuation { continuation in
      reader.perform { [store] in
        continuation.resume(
          returning: Result { () throws(StorageError) in try body(store) })
      }
    }
    return try result.get()
  }

  private static func withdraw(
    _ entry: AuditEntry, restoring previous: Deployment?, in store: StateStore
  ) {
    var withdrawal = entry
    withdrawal.commandID = nil
    withdrawal.outcome = .withdrawn
    withdrawal.summary =
      "\(entry.summary): synced too late, not performed; the state before stands"
    // A disk that fails again here leaves the chain as it is: the row above stays, and the next start reports that the
    // store and what served had parted.
    _ = try? store.append(withdrawal, deployment: previous)
  }
}

/// Two may answer one caller, the disk or the clock: the first does.
private final class Race<Value: Sendable>: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<Value, Never>)
    case over
  }

  private let state = Mutex<State>(.idle)

  func begin(_ continuation: CheckedContinuation<Value, Never>) {
    state.withLock { $0 = .waiting(continuation) }
  }

  /// Asked last before the commit: false once the caller has been told that it took too long.
  func mayCommit() -> Bool {
    state.withLock { if case .over = $0 { false } else { true } }
  }

  /// - Returns: whether this result was the one that the caller got.
  func finish(with result: Value) -> Bool {
    let continuation: CheckedContinuation<Value, Never>? = state.withLock { state in
      guard case .waiting(let continuation) = state else { return nil }
      state = .over
      return continuation
    }
    continuation?.resume(returning: result)
    return continuation != nil
  }
}
