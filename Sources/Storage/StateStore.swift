package import Domain
import Foundation
import GRDB
import Synchronization

/// The precious store, `state.db`: the audit chain, the deployments and the outcomes of commands.
///
/// Every method blocks until the disk has answered: callers own a thread for it. All writes go through one connection
/// with synchronous=FULL, so what `append` returned is on the disk. After each commit the chain's head is also written
/// to `audit.head` beside it. A damaged file is never replaced: as long as the deployments can be read from it, it serves
/// them and takes no change.
package final class StateStore: Sendable {
  package static let fileName = "state.db"
  package static let headFileName = "audit.head"

  let path: String
  /// Nil in memory.
  let directory: String?
  let queue: DatabaseQueue
  let reserve: DiskReserve?
  private let state: Mutex<State>
  /// Set and read on the connection's own queue: GRDB crashes when a closed connection is used.
  private let isClosed = Atomic(false)

  private struct State {
    var head: AuditHead
    var headFileFailure: StorageError?
    var problem: AuditVerification.Problem?
  }

  /// Opens `state.db` in `directory`, or makes it, mode 0600.
  ///
  /// - Throws: `corrupt` when not even the deployments can be read; `foreign`, `newerSchema`, `cannotOpen`. A damaged file,
  ///   and a chain that does not fit `audit.head`, open with `problem` set, so that they can be read.
  package convenience init(directory: String) throws(StorageError) {
    let path = "\(directory)/\(Self.fileName)"
    try DurableFile.makePrivate(path)
    let queue = try StorageError.translating(path) {
      try DatabaseQueue(path: path, configuration: Self.configuration(isReadOnly: false))
    }
    try self.init(path: path, directory: directory, queue: queue)
  }

  /// A store without a file, for tests.
  package static func inMemory() throws(StorageError) -> StateStore {
    let queue = try StorageError.translating(":memory:") { try DatabaseQueue() }
    return try StateStore(path: ":memory:", directory: nil, queue: queue)
  }

  private init(path: String, directory: String?, queue: DatabaseQueue) throws(StorageError) {
    let opening = try StorageError.translating(path) {
      try queue.writeWithoutTransaction { db in
        try Schema.state.check(db, path: path)
        return try Self.open(db, path: path, headFile: directory.map(AuditHeadFile.init))
      }
    }
    self.path = path
    self.directory = directory
    self.queue = queue
    reserve = directory.map(DiskReserve.init)
    state = Mutex(State(head: opening.head, problem: opening.problem))
    // A crash between a commit and its head leaves the file one row behind: two such crashes must not add up.
    if opening.problem == nil { headMoved(to: opening.head) }
    reserve?.take()
  }

  /// Files up to this size are checked whole when opened: a fifth of a second.
  private static let checkedAtOpening: Int64 = 32 << 20

  private static func open(
    _ db: Database, path: String, headFile: AuditHeadFile?
  ) throws -> (head: AuditHead, problem: AuditVerification.Problem?) {
    do {
      if DurableFile.size(path) <= checkedAtOpening, let damage = try damage(db) {
        throw StorageError.corrupt(path: path, detail: damage)
      }
      try Schema.state.migrate(db, path: path)
      return try opening(db, headFile: headFile)
    } catch {
      let failure = StorageError(error, path: path)
      // To serve anything else than what was decided last would be worse than not to start.
      guard case .corrupt(_, let detail) = failure, (try? deployments(db, path: path)) != nil
      else { throw failure }
      let last = try? lastRow(db)
      let head = AuditHead(
        sequence: last?.sequence ?? 0, hash: (last?.hash ?? AuditChain.origin).hexadecimal)
      return (head, .damaged(detail: detail))
    }
  }

  /// What SQLite finds wrong with the file, its indexes included: one that is not sound refuses the next row, and a quick
  /// check does not see that. Nil when it is sound.
  static func damage(_ db: Database) throws -> String? {
    let result = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
    return result == "ok" ? nil : result.replacing("\n", with: " ")
  }

  /// What was wrong with the file, or with the chain's end, when it was opened, or with all of it when it was verified since.
  /// If it `blocksChanges`, `append` throws `chainBroken`; else it is to be told, and the next row writes the head anew.
  package var problem: AuditVerification.Problem? { state.withLock { $0.problem } }

  /// Like `verify`; changes are refused from a finding on that blocks them.
  package func verifyAgain() throws(StorageError) -> AuditVerification {
    let found = try verify()
    if let problem = found.problem, problem.blocksChanges {
      state.withLock { $0.problem = $0.problem ?? problem }
    }
    return found
  }

  /// Why `audit.head` could not be written after the last commit. The commit itself stands.
  package var headFileFailure: StorageError? { state.withLock { $0.headFileFailure } }

  /// The newest row's number and hash.
  package var head: AuditHead { state.withLock { $0.head } }

  /// Of the file and its write-ahead log.
  package var bytes: Int64 { DurableFile.size(path) + DurableFile.size(path + "-wal") }

  /// Stores one audit row and what goes with it, in one transaction, synced to the disk.
  ///
  /// - Parameters:
  ///   - entry: its `sequence` and `hash` are filled in here.
  ///   - deployment: the model's state from now on.
  ///   - incidents: what of incidents goes with it.
  ///   - outcome: of the entry's command, made from the stored row; asked for again by `outcome(of:)`.
  ///   - shouldCommit: asked last before the commit; false leaves everything as it was and throws `withdrawn`. A commit
  ///     that was begun is not withdrawn: look at the clock again afterwards.
  /// - Returns: the row as stored.
  /// - Throws: `alreadyDone` when the command has its outcome already; `withdrawn`; `chainBroken`; `full`,
  ///   `inputOutput`.
  @discardableResult
  package func append(
    _ entry: AuditEntry, deployment: Deployment? = nil,
    incidents: IncidentChange = IncidentChange(),
    outcome: ((AuditEntry) -> CommandOutcome)? = nil, shouldCommit: () -> Bool = { true }
  ) throws(StorageError) -> AuditEntry {
    let stored = try commit { db in
      let stored = try Self.insert(entry, into: db, path: self.path)
      if let deployment { try Self.store(deployment, in: db) }
      try Self.store(incidents, now: entry.time, in: db)
      if let outcome, let command = entry.commandID {
        try Self.store(outcome(stored), of: command, sequence: stored.sequence, in: db)
      }
      guard shouldCommit() else { throw StorageError.withdrawn }
      return [stored]
    }
    return stored[0]
  }

  /// Runs `body` in one synced transaction, then writes the head file. `body` returns the rows it added.
  func commit(
    _ body: (Database) throws -> [AuditEntry]
  ) throws(StorageError) -> [AuditEntry] {
    try refuseIfBroken()
    do {
      let added = try attempt(body)
      reserve?.take()
      return added
    } catch {
      // Once more with the room that was kept for this; a second failure is the caller's.
      guard case .full = error, reserve?.giveUp() == true else { throw error }
      return try attempt(body)
    }
  }

  private func attempt(
    _ body: (Database) throws -> [AuditEntry]
  ) throws(StorageError) -> [AuditEntry] {
    try use { db in
      var added: [AuditEntry] = []
      try db.inTransaction(.immediate) {
        added = try body(db)
        return .commit
      }
      if let last = added.last {
        // On the connection's queue still: heads are written in the order of their commits.
        headMoved(to: AuditHead(sequence: last.sequence, hash: last.hash))
      }
      return added
    }
  }

  /// Nothing is written into a file that is to be repaired.
  func refuseIfBroken() throws(StorageError) {
    if let problem, problem.blocksChanges { throw .chainBroken(path: path, problem) }
  }

  private func headMoved(to head: AuditHead) {
    var failure: StorageError?
    if let directory, head.sequence > 0 {
      let file = AuditHeadFile(directory: directory)
      do { try file.write(head) } catch {
        failure = error
        if case .full = error, reserve?.giveUp() == true {
          do {
            try file.write(head)
            failure = nil
          } catch { failure = error }
        }
      }
    }
    state.withLock {
      $0.head = head
      $0.headFileFailure = failure
    }
  }

  /// Uses the connection, unless it was closed: then `closed` is thrown.
  func use<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    try StorageError.translating(path) {
      try queue.writeWithoutTransaction { db in
        if isClosed.load(ordering: .relaxed) { throw StorageError.closed(path: path) }
        return try body(db)
      }
    }
  }

  /// Ends all access; whatever is asked afterwards throws `closed`. Safe to call twice.
  package func close() {
    let isFirst = (try? use { _ in isClosed.store(true, ordering: .relaxed) }) != nil
    guard isFirst else { return }
    try? queue.close()
  }

  /// WAL and FULL are set by hand: GRDB's own `.wal` would set synchronous=NORMAL after `prepareDatabase`.
  static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.label = fileName
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(2)
    configuration.journalMode = .default
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
      if isReadOnly {
        try db.execute(sql: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
      } else {
        try db.execute(
          sql: """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            PRAGMA journal_size_limit = 4194304; PRAGMA wal_autocheckpoint = 1000;
            PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON
            """)
      }
    }
    return configuration
  }
}
