package import Domain
import Foundation
import GRDB
package import Statistics
import Synchronization

/// The disposable store, `metrics.db`: telemetry in four tiers, client counts, and the predictions that wait for a
/// label.
///
/// One connection writes and checkpoints; readers are query_only. When it cannot be written, telemetry pauses, is dropped
/// and counted, and is tried again at each flush. A damaged file is moved aside and begun anew, also while running.
package final class MetricStore: Sendable {
  package static let fileName = "metrics.db"

  /// Seconds that minutes are kept: what is labelled later counts nowhere.
  package static let minutesKept = Tier.minute.retention

  package struct Settings: Sendable, Equatable {
    /// The file never grows past this.
    package var maximumBytes: Int64 = 1 << 30
    /// Telemetry pauses before less than this is free on the disk: the rest is the ledger's. Of a small disk a twentieth.
    package var diskReserve: Int64 = 32 << 20
    /// Predictions that wait for their label take about this at most; the oldest go first.
    package var labelHorizonBytes: Int64 = 256 << 20
    /// Recent requests with their tensors take about this at most; the oldest go first.
    package var requestBytes: Int64 = 128 << 20
    /// Seconds that recent requests are kept at most, by model; of other models a day.
    package var requestRetention: [String: Int64] = [:]

    package init() {}
  }

  let path: String
  let settings: Settings
  private let disk: @Sendable () -> DiskSpace?
  let pool: Mutex<DatabasePool?>
  let writer: Mutex<MetricWriter>
  let shared: Mutex<Shared>
  let unsound: UnsoundValues

  struct Shared {
    var status = StoreStatus()
    var loss: Loss?
    var isDamaged = false
    var mustOpen = false
    /// Why none is open that is to be; nil: the next flush opens it.
    var refusal: StorageError?
    /// Nil when none is open.
    var files: OpenDatabaseFiles?
    var flushes: Int64 = 0
    /// Noted since the last write, by the second.
    var gauges: [Int64: GaugeTally] = [:]
  }

  /// Opens `metrics.db` in `directory`, or makes it, mode 0600. A damaged file is moved aside: see `loss`. Where there is no
  /// room on the disk, it stays closed and is opened by the first flush that finds some: see `status`.
  ///
  /// - Parameters:
  ///   - isExpected: whether there was a file before, so that a missing or an empty one is a loss.
  ///   - disk: what there is of the disk; nil: of that under `directory`.
  /// - Throws: `foreign`, `newerSchema`, `cannotOpen`, `inputOutput`.
  package convenience init(
    directory: String, settings: Settings = Settings(), now: Timestamp, isExpected: Bool = false,
    disk: (@Sendable () -> DiskSpace?)? = nil
  ) throws(StorageError) {
    let path = "\(directory)/\(Self.fileName)"
    let disk = disk ?? { DiskSpace(at: directory) }
    var loss = isExpected ? try Self.lossOfNothing(path, now: now) : nil
    var opened: Opened?
    var refusal: StorageError?
    let unsound = UnsoundValues()
    do {
      opened = try Self.openSound(path, settings: settings, now: now, unsound, loss: &loss)
    } catch .full {
      refusal = .full(path: path)
    }
    self.init(
      path: path, settings: settings, pool: opened?.pool,
      writer: opened?.writer ?? MetricWriter(unopenedAt: now), loss: loss, unsound: unsound,
      disk: disk)
    guard let refusal else { return }
    shared.withLock {
      $0.mustOpen = true
      $0.refusal = refusal
      $0.status.paused = refusal.description
    }
  }

  init(
    path: String, settings: Settings, pool: DatabasePool?, writer: MetricWriter,
    loss: Loss? = nil, unsound: UnsoundValues = UnsoundValues(),
    disk: @escaping @Sendable () -> DiskSpace? = { nil }
  ) {
    self.unsound = unsound
    self.disk = disk
    self.path = path
    self.settings = settings
    self.pool = Mutex(pool)
    shared = Mutex(Shared(loss: loss, files: pool.map { _ in OpenDatabaseFiles(path) }))
    self.writer = Mutex(writer)
    update { $0.labelHorizon = writer.oldestPrediction?.time }
  }

  /// False while there is no room to open the file, or it is being replaced.
  package var isOpen: Bool { pool.withLock { $0 != nil } }

  /// What became of the file last, at its opening or since.
  package var loss: Loss? { shared.withLock { $0.loss } }

  /// How many stored values of each kind were found that do not match their checksum: no answer has them in it.
  package var unsoundValues: [UnsoundValues.Kind: Int] { unsound.byKind }

  /// `stateBytes` is not known here.
  package var status: StoreStatus { shared.withLock { $0.status } }

  /// Ends all access. Safe to call twice.
  package func close() {
    let pool = pool.withLock { pool in
      defer { pool = nil }
      return pool
    }
    // Without this the writer would be closed before the readers.
    pool?.releaseMemory()
    try? pool?.close()
  }

  // MARK: Writing

  /// Takes down what the machine is like. It is written with the next batch, in its transaction.
  package func note(_ gauges: GaugeTally, second: Int64) {
    shared.withLock { shared in
      // Nobody writes: what is old is dropped.
      if shared.gauges.count >= Self.gaugesWaiting { shared.gauges = [:] }
      if shared.gauges[second]?.merge(gauges) == nil { shared.gauges[second] = gauges }
    }
  }

  private static let gaugesWaiting = 60

  /// Writes a batch in one transaction, folds and drops. Never throws: what cannot be written is lost, and told in
  /// `status`.
  ///
  /// - Returns: whether it is on the disk.
  package func write(_ batch: PendingBatch, seconds: Range<Int64>, now: Timestamp) -> Bool {
    let start = ContinuousClock.now
    var batch = batch
    shared.withLock { swap(&batch.gauges, &$0.gauges) }
    do throws(StorageError) {
      try leaveRoom()
      leaveDisplaced(now: now)
      if DatabaseHeader.damage(ofOpen: path) != nil { shared.withLock { $0.isDamaged = true } }
      try replaceDamaged(now: now)
      do throws(StorageError) {
        try transact(batch, seconds: seconds, now: now)
      } catch {
        guard case .corrupt = error else { throw error }
        // At once, into a new file: what this second held is not lost with the old one.
        shared.withLock { $0.isDamaged = true }
        try replaceDamaged(now: now)
        try transact(batch, seconds: seconds, now: now)
      }
      let duration = ContinuousClock.now - start
      update {
        $0.paused = nil
        $0.writeMilliseconds = duration / .milliseconds(1)
      }
      return true
    } catch {
      if case .corrupt = error { shared.withLock { $0.isDamaged = true } }
      if case .full = error { relieve() }
      update {
        $0.paused = error.description
        $0.dropped += batch.requests
      }
      return false
    }
  }

  /// - Parameter isBackfill: whether nobody served these seconds; then they are marked.
  func transact(
    _ batch: PendingBatch, seconds: Range<Int64>, now: Timestamp, isBackfill: Bool = false
  ) throws(StorageError) {
    let flushes = shared.withLock { shared in
      shared.flushes += 1
      return shared.flushes
    }
    let settings = settings
    let horizon = try transaction { writer, db in
      try writer.write(batch, seconds: seconds, now: now.seconds, in: db)
      if isBackfill { try BackfillMark.add(seconds, in: db) }
      try writer.fold(now: now.seconds, in: db)
      try writer.boundPredictions(
        to: settings.labelHorizonBytes, inserted: batch.predictions.count, in: db)
      try writer.boundRequests(
        to: settings.requestBytes,
        inserted: batch.requestsKept.values.reduce(0) { $0 + $1.count },
        retention: settings.requestRetention, standard: 86_400, in: db)
      if flushes % 10 == 0 { try writer.relieve(maximumPages: settings.maximumPages, in: db) }
      return writer.oldestPrediction?.time
    }
    update {
      $0.labelHorizon = horizon
      $0.committedAt = now
      $0.metricsBytes = DurableFile.size(path) + DurableFile.size(path + "-wal")
    }
  }

  func leaveRoom() throws(StorageError) {
    guard let space = disk(), settings.isScarce(space) else { return }
    throw .reserved(path: path, freeBytes: space.free)
  }

  /// The cap was reached: deleting needs no new pages. A disk that others filled is no reason to delete.
  private func relieve() {
    let pages = settings.maximumPages / 2
    try? transaction { writer, db in try writer.relieve(maximumPages: pages, in: db) }
  }

  /// What `body` did to the writer's memory counts only when the transaction was committed.
  ///
  /// The lock is held over the transaction: the recorder's thread takes it, and whoever keeps judgements.
  func transaction<T: Sendable>(
    _ body: (inout MetricWriter, Database) throws -> T
  ) throws(StorageError) -> T {
    let pool = try openPool()
    return try StorageError.translating(path) {
      try writer.withLock { writer in
        var next = writer
        let result = try pool.writeWithoutTransaction { db in
          var result: T?
          try db.inTransaction(.immediate) {
            result = try body(&next, db)
            return .commit
          }
          return result
        }
        writer = next
        guard let result else {
          throw StorageError.unexpected(path: path, detail: "a transaction without a result")
        }
        return result
      }
    }
  }

  func openPool() throws(StorageError) -> DatabasePool {
    if let pool = pool.withLock({ $0 }) { return pool }
    throw shared.withLock { shared in
      shared.mustOpen ? shared.refusal ?? .beingReplaced(path: path) : .closed(path: path)
    }
  }

  private func update(_ change: (inout StoreStatus) -> Void) {
    shared.withLock { change(&$0.status) }
  }

  // MARK: Damage

  /// Reads, and notes it when the file turns out to be damaged: the next flush begins a new one.
  func reading<T>(_ body: (Database) throws -> T) throws(StorageError) -> T {
    let pool = try openPool()
    do { return try pool.read(body) } catch {
      let failure = StorageError(error, path: path)
      guard case .corrupt = failure, !pool.configuration.readonly else { throw failure }
      shared.withLock { $0.isDamaged = true }
      throw .beingReplaced(path: path, damage: failure.detail)
    }
  }
}

extension MetricStore.Settings {
  static let pageSize: Int64 = 4_096

  /// Of a small disk too more than the ledger's reserve is left: what that gives up is not telemetry's.
  func isScarce(_ space: DiskSpace) -> Bool {
    space.free < min(diskReserve, max(space.total / 20, 2 * DiskReserve.bytes))
  }

  var maximumPages: Int64 { max(256, maximumBytes / Self.pageSize) }
}
