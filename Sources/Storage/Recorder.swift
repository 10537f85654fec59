package import Domain
package import InferenceProtocol
import Synchronization
import Waiting

/// Takes in every prediction, and writes what they add up to twice a second.
///
/// `record` copies into a bounded ring and returns; a thread of its own folds the ring, writes one transaction to
/// `metrics.db`, and at the turn of the second hands the batch on. A `kill -9` loses what came since the last write: half a
/// second, and what the write takes.
package final class Recorder: Sendable {
  package struct Settings: Sendable, Equatable {
    /// Records that wait for the next fold; more are dropped, and counted.
    package var ringCapacity = 65_536
    /// Bytes that they may hold together beyond their places in the ring: a client's id may be 4 KB long, and a request
    /// have a million rows. One that is larger than that gets in alone, so that it is counted.
    package var recordBytes = 32 << 20
    /// Requests kept for `requests(_:)`.
    package var recentCapacity = 20_000
    /// Clients counted by name, a model.
    package var clientsPerModel = 200
    /// Tensors of requests that wait for the next fold may take this together; those that do not fit are not looked at.
    package var tensorBytes = 32 << 20
    /// Likewise one request's.
    package var tensorBytesPerRequest = 1 << 20

    package init() {}
  }

  let store: MetricStore?
  private let settings: Settings
  private let clock: @Sendable () -> ClockReading
  private let onFlush: @Sendable (SecondBatch) -> Void

  /// Taken on the request path, for the time of one append or one swap.
  private let ring: Mutex<Ring>
  /// Taken to fold and to join, never over a call to the store.
  private let folded: Mutex<Folded>
  /// One flush at a time; what it guards is when the last one began.
  private let flushing: Mutex<ClockReading>
  /// One batch of labels at a time: see `join`.
  let joining = Mutex(())
  private let thread = Mutex(ThreadState.idle)
  /// Ends the thread's wait: it is to stop, or the ring has filled.
  private let wake = TimedSemaphore()
  private let stopped = TimedSemaphore()

  private struct Ring {
    var records: [RecordedPrediction?] = []
    var recordBytes = 0
    var tensorBytes = 0
    var sampling = TensorSampling()
    /// Requests whose tensors are kept, since the sampling was made.
    var taken = 0
    var dropped: Int64 = 0
    /// The thread sleeps until the turn of the second, for there was nothing to write: it is told of what comes.
    var isAwaited = false
  }

  private struct Folded {
    var folder: SecondFolder
    var recent: RecentRequests
    var spare: [RecordedPrediction?] = []
    /// Since the last flush.
    var loads = TensorSampling.Loads()
    /// So many records came between the last two flushes that folding them in one go would be felt by requests.
    var isBusy = false
    /// Records that found the ring full: since the last flush, and ever.
    var dropped: Int64 = 0
    var droppedEver: Int64 = 0
    /// Written since the last flush, and not handed on yet; and the requests that could not be written.
    var saved = SavedRows()
    var lost: Int64 = 0
  }

  private enum ThreadState { case idle, running, ended }

  /// - Parameters:
  ///   - store: nil keeps only what is in memory.
  ///   - clock: the wall clock.
  ///   - uptime: a clock that nobody sets: what the wall clock is held against.
  ///   - objective: the latency objective of a model in microseconds, if it has one.
  ///   - policy: what of a model's requests may be watched and kept.
  ///   - onFlush: called on the flushing thread after each flush, written or not; must not block for long.
  package init(
    store: MetricStore?, settings: Settings = Settings(),
    clock: @escaping @Sendable () -> Timestamp,
    uptime: @escaping @Sendable () -> Duration = Recorder.uptime(),
    objective: @escaping @Sendable (String) -> Double? = { _ in nil },
    policy: @escaping @Sendable (String) -> CapturePolicy = { _ in CapturePolicy() },
    onFlush: @escaping @Sendable (SecondBatch) -> Void = { _ in }
  ) {
    self.store = store
    self.settings = settings
    let clock = { @Sendable in ClockReading(time: clock(), uptime: uptime()) }
    self.clock = clock
    self.onFlush = onFlush
    ring = Mutex(Ring(records: Self.emptyRing(settings)))
    folded = Mutex(
      Folded(
        folder: SecondFolder(
          clientsPerModel: settings.clientsPerModel, objective: objective, policy: policy),
        recent: RecentRequests(capacity: settings.recentCapacity), spare: Self.emptyRing(settings)))
    flushing = Mutex(clock())
  }

  /// The system's monotonic clock, from now on. It goes on while the machine sleeps, so that sleep is no jump.
  package static func uptime() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { start.duration(to: .now) }
  }

  /// Memory for a full ring, so that no append ever has to grow it. Pages never touched cost nothing.
  private static func emptyRing(_ settings: Settings) -> [RecordedPrediction?] {
    var records: [RecordedPrediction?] = []
    records.reserveCapacity(settings.ringCapacity)
    return records
  }

  /// Never waits for the store and never fails: a full ring drops the record and counts it.
  ///
  /// - Parameter tensors: kept by reference until the next fold, where there is room for them and the request is one that
  ///   is looked at: see `TensorSampling`.
  package func record(_ record: PredictionRecord, _ tensors: PredictionTensors? = nil) {
    let settings = settings
    let bytes = tensors?.byteCount ?? 0
    let held = record.heldBytes
    ring.withLock { ring in
      guard ring.records.count < settings.ringCapacity,
        ring.recordBytes == 0 || ring.recordBytes + held <= settings.recordBytes
      else {
        ring.dropped += 1
        return
      }
      ring.recordBytes += held
      let fits =
        bytes <= settings.tensorBytesPerRequest && ring.tensorBytes + bytes <= settings.tensorBytes
        && ring.sampling.takes(record, after: ring.taken)
      if fits {
        ring.tensorBytes += bytes
        ring.taken += 1
      }
      ring.records.append(RecordedPrediction(record: record, tensors: fits ? tensors : nil))
      // Memory that was once written to stays taken, and is cold when its turn comes again.
      if ring.records.count == Self.wakeUp || ring.isAwaited {
        ring.isAwaited = false
        wake.signal()
      }
    }
  }

  /// Labels came: where the thread sleeps until the turn of the second, it is to write them before.
  func tellOfLabels() {
    ring.withLock { ring in
      guard ring.isAwaited else { return }
      ring.isAwaited = false
      wake.signal()
    }
  }

  /// Records that are not folded yet.
  var waiting: Int { ring.withLock { $0.records.count } }

  /// From the next request on, rows of its version are counted by its bins.
  package func setReference(_ reference: FrozenReference) {
    withFolder { $0.setReference(reference) }
  }

  /// From the next request on, answers above these count as slow where versions are compared: in microseconds, by model.
  /// A model that is not among them has none.
  package func setSlowLimits(_ limits: [String: Double]) {
    withFolder { $0.setSlowLimits(limits) }
  }

  /// Slowest first, of the last `recentCapacity`.
  package func requests(_ query: RequestQuery) -> [RequestSummary] {
    let recent = folded.withLock { folded in
      drain(into: &folded)
      return folded.recent
    }
    return recent.matching(query)
  }

  package var status: StoreStatus {
    if let store {
      var status = store.status
      status.dropped += folded.withLock { $0.droppedEver }
      return status
    }
    return StoreStatus(
      paused: "metrics.db is not open: telemetry is kept in memory only",
      dropped: folded.withLock { $0.droppedEver })
  }

  /// Gives the folder with all that was recorded before this call.
  func withFolder<T: Sendable>(_ body: (inout SecondFolder) -> T) -> T {
    folded.withLock { folded in
      drain(into: &folded)
      return body(&folded.folder)
    }
  }

  private func drain(into folded: inout Folded) {
    var records = folded.spare
    folded.spare = []
    let dropped = ring.withLock { ring in
      swap(&ring.records, &records)
      defer { ring.dropped = 0 }
      ring.recordBytes = 0
      ring.tensorBytes = 0
      return ring.dropped
    }
    folded.dropped += dropped
    folded.droppedEver += dropped
    for index in records.indices {
      // Taken out: a copy of a record counts each of its references up and down.
      guard let one = records[index].take() else { continue }
      folded.loads.add(one.record)
      folded.folder.add(one.record, one.tensors)
      folded.recent.add(one.record)
    }
    records.removeAll(keepingCapacity: true)
    folded.spare = records
  }

  // MARK: Flush

  /// Folds what waits, now, on the calling thread, and writes nothing.
  package func fold() { folded.withLock { drain(into: &$0) } }

  /// Records in a second, past which they are folded in several goes.
  private static let busy = 5_000
  /// Records that wait when the thread is woken to fold them: as many as a processor's own cache holds, for a ring that does not fit
  /// there costs each request that is written to it.
  static let wakeUp = 1_024
  /// Between two of them.
  private static let betweenFolds = 100_000

  /// From the next request on, tensors are looked at as the last stretch asks for.
  private func resample(_ loads: TensorSampling.Loads, seconds: Double) {
    let sampling = TensorSampling(loads, seconds: seconds)
    ring.withLock { ring in
      ring.sampling = sampling
      ring.taken = 0
    }
  }

  /// Folds and writes what there is, now, on the calling thread.
  package func flush() {
    // Held over the write and the call out: batches reach the store and `onFlush` whole and in order. Nothing on the
    // request path takes this lock.
    flushing.withLock { last in
      let reading = clock()
      let now = reading.time
      let seconds = reading.secondsCovered(since: last)
      let jump = reading.jump(since: last)
      let passed = max(1, (reading.uptime - last.uptime) / .seconds(1))
      last = reading
      let (pending, saved, loads, droppedBefore) = folded.withLock { folded in
        drain(into: &folded)
        defer {
          folded.dropped = 0
          folded.lost = 0
          folded.saved = SavedRows()
          folded.loads = TensorSampling.Loads()
        }
        folded.isBusy = folded.loads.requests > Self.busy
        return (
          folded.folder.take(), folded.saved, folded.loads, folded.dropped + folded.lost
        )
      }
      resample(loads, seconds: passed)
      let isWritten = store?.write(pending, seconds: seconds, now: now) ?? false
      folded.withLock { $0.folder.written() }
      let lost = store == nil || isWritten ? 0 : pending.requests
      var batch = SecondBatch(
        saved.followed(by: pending), seconds: seconds, time: now, dropped: droppedBefore + lost,
        status: status)
      batch.clockJump = jump
      onFlush(batch)
    }
  }

  /// Folds what there is and writes it, now, on the calling thread; the next flush hands it on. Writes nothing where nothing
  /// came.
  package func save() {
    flushing.withLock { _ in
      guard let store else { return fold() }
      let rows = folded.withLock { folded in
        drain(into: &folded)
        return folded.folder.hasRows ? folded.folder.takeRows() : nil
      }
      guard let rows else { return }
      let now = clock().time
      // Whether the recorder was at work for all of this second is known at its end.
      let isWritten = store.write(rows, seconds: now.seconds..<now.seconds, now: now)
      folded.withLock { folded in
        folded.folder.written()
        folded.saved.add(rows)
        if !isWritten { folded.lost += rows.requests }
      }
    }
  }

  /// Starts the thread that saves in the middle of each second and flushes at its turn. Once.
  package func start() {
    let isFirst = thread.withLock { state in
      guard state == .idle else { return false }
      state = .running
      return true
    }
    guard isFirst else { return }
    NamedThread.start("vigia-recorder") { [self] in
      while true {
        let start = clock().time
        let (duty, wait) = nextDuty(at: start)
        let isWoken = wake.wait(atMost: .microseconds(wait))
        guard self.thread.withLock({ $0 == .running }) else { break }
        // Woken between the turn and a little past it: it would be a second until the next one.
        let isDue = clock().time.microseconds - start.microseconds >= wait - Self.margin
        switch isWoken && !isDue ? .fold : duty {
        case .fold: fold()
        case .save: save()
        case .flush: flush()
        }
      }
      stopped.signal()
    }
  }

  /// What the thread does next when nobody wakes it.
  enum Duty { case fold, save, flush }

  /// Microseconds past the half or the turn of a second, so that a clock read just before it does not write twice.
  private static let margin = 2_000

  private func nextDuty(at now: Timestamp) -> (Duty, wait: Int) {
    let (isBusy, hasRows) = folded.withLock { ($0.isBusy, $0.folder.hasRows) }
    let isWaiting = ring.withLock { ring in
      ring.isAwaited = ring.records.isEmpty && !hasRows
      return !ring.isAwaited
    }
    return Self.nextDuty(
      past: Int(now.microseconds - now.seconds * 1_000_000), isWaiting: isWaiting, isBusy: isBusy)
  }

  /// - Parameters:
  ///   - past: microseconds of the second that are over.
  ///   - isWaiting: whether something is there to be written.
  /// - Returns: also the microseconds until then.
  static func nextDuty(past: Int, isWaiting: Bool, isBusy: Bool) -> (Duty, wait: Int) {
    let past = min(max(past, 0), 999_999)
    let isSave = isWaiting && past < 500_000
    let left = (isSave ? 500_000 : 1_000_000) - past + margin
    if isBusy, left > betweenFolds * 3 / 2 { return (.fold, betweenFolds) }
    return (isSave ? .save : .flush, left)
  }

  /// Stops the thread, and flushes what is left. The store stays open: its owner closes it. Safe to call twice.
  package func close() {
    let state = thread.withLock { state in
      defer { state = .ended }
      return state
    }
    guard state != .ended else { return }
    if state == .running {
      wake.signal()
      stopped.wait()
    }
    flush()
  }
}

/// A prediction as it waits in the ring.
struct RecordedPrediction: Sendable {
  var record: PredictionRecord
  var tensors: PredictionTensors?
}
