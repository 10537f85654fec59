package import Domain
import Foundation
import GRDB
import Synchronization

/// The precious store, `state.db`: the audit chain, the deployments and the outcomes of commands.
///
/// Every method blocks until the disk has answered: callers own a thread for it. All writes go through one connection
/// with synchronous=FULL, so what `append` returned is on the disk. After each commit the chain's head is also written
/// to `audit.head` beside it, and deployments that changed to `deployment.mirror`. A damaged file is never replaced: the
/// store opens with a `problem`, tells what was in force as far as it is known (`standing`), and takes no change.
package final class StateStore: Sendable {
  package static let fileName = "state.db"
  package static let headFileName = "audit.head"

  let path: String
  /// Nil in memory.
  let directory: String?
  let queue: DatabaseQueue
  let reserve: DiskReserve?
  /// Nil when none is open.
  let files: OpenDatabaseFiles?
  let state: Mutex<State>
  /// Set and read on the connection's own queue: GRDB crashes when a closed connection is used.
  private let isClosed = Atomic(false)

  struct State {
    var head: AuditHead
    var headFileFailure: StorageError?
    var problem: AuditVerification.Problem?
    /// Deployments stand from before the chain held them.
    var isUnsealed = false
    /// A file that was taken away has its copy.
    var isRescued = false
    /// As of the last look at what another process reads.
    var read: (head: AuditHead, at: Timestamp)?
    /// As this connection left the file and its log.
    var stamps: [FileStamp?]?
    /// Somebody else has written there since, and what another process would read was not looked at.
    var isTouched = false
  }

  /// What was in force last, when it was opened with a problem that blocks changes.
  package let standing: StandingDeployments?

  /// Opens `state.db` in `directory`, or makes it, mode 0600.
  ///
  /// - Throws: `foreign`, `newerSchema`, `cannotOpen`. A damaged file, and a chain that does not fit `audit.head` or the
  ///   deployments, open with `problem` set, so that they can be read. Of a file that SQLite cannot open nothing is read.
  package convenience init(directory: String) throws(StorageError) {
    let path = "\(directory)/\(Self.fileName)"
    try DurableFile.makePrivate(path)
    DurableFile.keepCompanionsPrivate(of: path)
    for name in Self.besides { DurableFile.keepPrivate("\(directory)/\(name)") }
    if let damage = Self.emptied(directory) ?? DatabaseHeader.damage(path) {
      try self.init(unreadable: path, in: directory, detail: damage)
      return
    }
    let queue: DatabaseQueue
    do throws(StorageError) {
      queue = try DiskReserve(directory: directory).spent { () throws(StorageError) in
        try StorageError.translating(path) {
          try DatabaseQueue(path: path, configuration: Self.configuration(isReadOnly: false))
        }
      }
    } catch {
      guard case .corrupt(_, let detail) = error else { throw error }
      try self.init(unreadable: path, in: directory, detail: detail)
      return
    }
    try self.init(path: path, directory: directory, queue: queue)
  }

  /// Files that belong to the ledger.
  private static let besides = [
    headFileName, DeploymentMirror.fileName, DiskReserve.fileName, BreakGlassFile.name,
  ]

  /// Why the file holds no database though there was one: SQLite would begin anew in an empty file, and take away the log
  /// beside it. Nil for any other file, and for a new one.
  static func emptied(_ directory: String) -> String? {
    guard DurableFile.size("\(directory)/\(fileName)") == 0 else { return nil }
    let witness = [headFileName, DeploymentMirror.fileName].first {
      FileManager.default.fileExists(atPath: "\(directory)/\($0)")
    }
    guard let witness else { return nil }
    let head = try? AuditHeadFile(directory: directory).read()
    return "the file is empty, "
      + (head.map { "audit.head knows \($0.sequence) rows" } ?? "beside it stands \(witness)")
  }

  /// Whether somebody has written in the ledger of `directory`, so that other files, too, were there.
  package static func hasHistory(_ directory: String) -> Bool {
    let head = try? AuditHeadFile(directory: directory).read()
    return head.map { $0.sequence > 0 } ?? false
  }

  /// Stands in for a file of which nothing can be read: nothing is read from it nor written to it.
  private init(
    unreadable path: String, in directory: String, detail: String
  ) throws(StorageError) {
    self.path = path
    self.directory = directory
    queue = try StorageError.translating(path) {
      let queue = try DatabaseQueue()
      try queue.writeWithoutTransaction { try Schema.state.migrate($0, path: path) }
      return queue
    }
    reserve = nil
    files = nil
    standing = StandingDeployments(
      proven: [:], mirror: DeploymentMirror(directory: directory), stored: [:],
      isChainWhole: false)
    let head = try? AuditHeadFile(directory: directory).read()
    state = Mutex(State(head: head ?? .empty, problem: .damaged(detail: detail)))
  }

  /// A store without a file, for tests.
  package static func inMemory() throws(StorageError) -> StateStore {
    let queue = try StorageError.translating(":memory:") { try DatabaseQueue() }
    return try StateStore(path: ":memory:", directory: nil, queue: queue)
  }

  private init(path: String, directory: String?, queue: DatabaseQueue) throws(StorageError) {
    func open() throws(StorageError) -> Opening {
      try StorageError.translating(path) {
        try queue.writeWithoutTransaction { db in try Self.open(db, path: path, in: directory) }
      }
    }
    let reserve = directory.map(DiskReserve.init)
    let opening = if let reserve { try reserve.spent(open) } else { try open() }
    self.path = path
    self.directory = directory
    self.queue = queue
    self.reserve = reserve
    files = directory.map { _ in OpenDatabaseFiles(path) }
    standing = opening.standing
    state = Mutex(
      State(head: opening.head, problem: opening.problem, isUnsealed: opening.isUnsealed))
    // A crash between a commit and its head leaves the file one row behind: two such crashes must not add up.
    if opening.problem == nil { headMoved(to: opening.head) }
    reserve?.take()
    guard standing == nil else { return }
    // Where there is no room for it now, the next change brings it along.
    if opening.isUnsealed { _ = try? commit { _ in [] } }
    _ = try? use { db in try mirrorOpened(db) }
  }

  /// Files up to this size are checked whole when opened: a fifth of a second.
  private static let checkedAtOpening: Int64 = 32 << 20

  private struct Opening {
    var head: AuditHead
    var problem: AuditVerification.Problem?
    var standing: StandingDeployments?
    var isUnsealed = false
  }

  private static func open(_ db: Database, path: String, in directory: String?) throws -> Opening {
    var opening: Opening
    do {
      let version = try Schema.state.check(db, path: path)
      if let damage = try schemaDamage(db, version: version) {
        throw StorageError.corrupt(path: path, detail: damage)
      }
      if DurableFile.size(path) <= checkedAtOpening, let damage = try damage(db) {
        throw StorageError.corrupt(path: path, detail: damage)
      }
      try Schema.state.migrate(db, path: path)
      let (head, problem) = try self.opening(
        db, path: path, headFile: directory.map(AuditHeadFile.init))
      opening = Opening(head: head, problem: problem, isUnsealed: try isUnsealed(db))
    } catch {
      let failure = StorageError(error, path: path)
      guard case .corrupt(_, let detail) = failure else { throw failure }
      let last = try? lastRow(db)
      let headFile = try? directory.map(AuditHeadFile.init)?.read()
      let head = last.map { AuditHead(sequence: $0.sequence, hash: $0.hash.hexadecimal) }
      opening = Opening(head: head ?? headFile ?? .empty, problem: .damaged(detail: detail))
    }
    if let problem = opening.problem, problem.blocksChanges {
      opening.standing = standing(db, path: path, in: directory, problem)
    }
    return opening
  }

  private static func standing(
    _ db: Database, path: String, in directory: String?, _ problem: AuditVerification.Problem
  ) -> StandingDeployments {
    var isChainWhole = false
    if case .deploymentsChanged = problem { isChainWhole = true }
    // Whatever cannot be read says nothing.
    return StandingDeployments(
      proven: (try? provenDeployments(db, path: path).deployments) ?? [:],
      mirror: directory.flatMap(DeploymentMirror.init),
      stored: ((try? storedDeployments(db)) ?? [:]).compactMapValues(\.deployment),
      isChainWhole: isChainWhole)
  }

  /// What SQLite finds wrong with the file, its indexes included: one that is not sound refuses the next row, and a quick
  /// check does not see that. Then what the checksums of the rows say. Nil when all is sound.
  static func damage(_ db: Database) throws -> String? {
    let result = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
    return result == "ok" ? try RowSeal.damage(db) : result.replacing("\n", with: " ")
  }

  /// What was wrong with the file, or with the chain's end, when it was opened, or with all of it when it was verified since.
  /// If it `blocksChanges`, `append` throws `chainBroken`; else it is to be told, and the next row writes the head anew.
  package var problem: AuditVerification.Problem? { state.withLock { $0.problem } }

  /// Like `verify`; changes are refused from a finding on that blocks them.
  package func verifyAgain() throws(StorageError) -> AuditVerification {
    let found = try verify()
    if let problem = found.problem, problem.blocksChanges {
      state.withLock { if $0.problem?.blocksChanges != true { $0.problem = problem } }
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
    var entry = entry
    // A row that holds a deployment is about its model.
    if let deployment { entry.model = deployment.model }
    let stored = try commit { [entry] db in
      let stored = try Self.insert(
        entry, deployments: deployment.map { [$0] } ?? [], into: db, path: self.path)
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
      try refuseIfTouched()
      var (added, sealed): ([AuditEntry], [AuditEntry]) = ([], [])
      let isUnsealed = state.withLock { $0.isUnsealed }
      try db.inTransaction(.immediate) {
        sealed = isUnsealed ? [try Self.seal(db, path: path)] : []
        added = try body(db)
        return .commit
      }
      state.withLock { $0.isUnsealed = false }
      if let first = (sealed + added).first, let last = (sealed + added).last {
        // On the connection's queue still: heads are written in the order of their commits.
        headMoved(to: AuditHead(sequence: last.sequence, hash: last.hash))
        mirrorRows(db, from: first.sequence, through: last.sequence)
      }
      return added
    }
  }

  /// Nothing is written into a file that is to be repaired, nor into one that has no name any more.
  func refuseIfBroken() throws(StorageError) {
    if problem?.blocksChanges != true, let words = displacement ?? (isTouched ? overwritten : nil) {
      displaced(.damaged(detail: words), rescued: false)
    }
    if let problem, problem.blocksChanges { throw .chainBroken(path: path, problem) }
  }

  /// On the connection's queue: who waited for it asked before others used it.
  func refuseIfTouched() throws(StorageError) {
    if state.withLock({ $0.isTouched }) { try refuseIfBroken() }
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
        _ = isTouched
        defer { noteStamps() }
        return try body(db)
      }
    }
  }

  /// Ends all access; whatever is asked afterwards throws `closed`. Safe to call twice.
  package func close() {
    let isFirst = (try? use { _ in isClosed.store(true, ordering: .relaxed) }) != nil
    guard isFirst else { return }
    try? queue.close()
    // Its rows are in the copy. A log that is missing was written into the file by the closing.
    if isRescued { files?.dropLog() }
  }

  /// As much of the ledger as is read stays in memory: what is there can be copied when the file is written over.
  private static let cacheKibibytes = 16_384

  /// WAL and FULL are set by hand: GRDB's own `.wal` would set synchronous=NORMAL after `prepareDatabase`.
  static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.label = fileName
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(2)
    configuration.journalMode = .default
    configuration.prepareDatabase { db in
      db.add(function: RowSeal.function)
      try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
      if isReadOnly {
        try db.execute(sql: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
      } else {
        try db.execute(
          sql: """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            PRAGMA journal_size_limit = 4194304; PRAGMA wal_autocheckpoint = 1000;
            PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;
            PRAGMA cache_size = -\(cacheKibibytes)
            """)
      }
    }
    return configuration
  }
}
