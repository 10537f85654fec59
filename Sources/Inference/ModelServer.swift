import Dispatch
package import Domain
import Foundation
package import InferenceProtocol
import Synchronization
import Waiting

/// One version that runs in this process: inline on the caller's thread while it is cheap, else in lanes.
///
/// Inline requests that came to an event loop at the same time share a run where that was measured to pay (`SharedTurn`).
///
/// What was measured at load says nothing of a request that holds more a row, as a longer sequence does, or that names an
/// optional input: that goes to a lane, too.
///
/// A lane is a thread of its own that takes its runs from a bounded queue, several requests in one where that pays; a
/// full queue sheds. Lanes are started by the first job that needs one. A version that was measured as cheap and computes for longer than
/// `slowRun` is moved to lanes, since an event loop would stand still with it, and comes back after a row of cheap
/// runs. The wall clock alone does not tell a slow run from a thread that waited for a core, so a long run only arouses
/// suspicion, and the runs after it are judged by their thread's own time.
///
/// A run for which nobody waits any more is stopped: in a lane once all its requests were answered without it, inline
/// after `inlineStop`, and then its request starts anew in a lane.
package final class ModelServer: Engine {
  /// Computes the named outputs, in that order. Blocks; called from several threads at once.
  ///
  /// `stop` is attached to by an engine whose runs can be ended before they are done; nil: nobody will ask for that.
  package typealias Run =
    @Sendable (_ inputs: [Tensor], _ outputs: [String], _ stop: RunStop?) throws(InferenceError) ->
    [Tensor]

  package let version: ModelVersion
  package let signature: ModelSignature
  package let platform: String
  package let sha256: String
  private let trialWarnings: [String]
  package let memoryBytes: Int64?
  /// As measured at load.
  package let cost: RunCost
  package let plan: ExecutionPlan
  let settings: ModelServerSettings
  let clock: RunClock
  let run: Run
  private let release: @Sendable () -> Void
  private let released: @Sendable () -> Void
  private let outputNames: [String]
  /// Rows of the largest request that runs inline at present; 0: all go to the lanes.
  let inlineRows: Atomic<Int>
  /// Extent of a row in the runs that were measured, the most that runs inline; nil where all rows have the same.
  private let inlineExtent: Int?
  /// Inline runs that are still to be measured by their thread's time.
  let suspicion = Atomic(0)
  /// Rows of the largest inline run that requests share; 1 once that has proved wrong.
  private let sharedRows: Atomic<Int>
  let lanes: Lanes
  let board = StatisticsBoard()
  let audit: SharingAudit
  private let cache: AnswerMemory

  /// Measures a version with a request that it answers. Blocks for about 0.1 s.
  ///
  /// - Parameters:
  ///   - warmUp: what its trial runs showed; nil: they are made here, with zeros.
  ///   - measuring: the clock of the measurement where it is another.
  ///   - release: gives the session back, after the last run has ended. Blocks.
  ///   - released: told afterwards, on a thread that others use.
  /// - Throws: `load` with `warmUp` when no run is answered; `release` is called before.
  package init(
    file: ModelFile, signature: ModelSignature, platform: String = "onnx_onnxv1",
    settings: ModelServerSettings = ModelServerSettings(), clock: RunClock = .system,
    measuring: RunClock? = nil,
    warmUp: WarmUp? = nil, run: @escaping Run, release: @escaping @Sendable () -> Void = {},
    released: @escaping @Sendable () -> Void = {}
  ) throws(InferenceError) {
    do throws(InferenceError) {
      outputNames = signature.outputs.map(\.name)
      let shown: WarmUp
      if let warmUp {
        shown = warmUp
      } else {
        shown = try TrialRuns(file: file, signature: signature, clock: clock, run: run).result()
      }
      trialWarnings = shown.warnings
      memoryBytes = shown.memoryBytes
      inlineExtent =
        signature.hasOpenExtent ? shown.sample.map(signature.extentPerRow) : nil
      (cost, plan) = try Self.measure(signature, shown, settings, measuring ?? clock, run)
    } catch {
      release()
      if case .load = error { throw error }
      throw .load(file.version, path: file.path, .warmUp(reason: error.reasonOfEngine))
    }
    version = file.version
    sha256 = file.sha256
    self.signature = signature
    self.platform = platform
    self.settings = settings
    self.clock = clock
    self.run = run
    self.release = release
    self.released = released
    inlineRows = Atomic(plan.inlineRows(settings))
    sharedRows = Atomic(plan.sharedRows)
    // A cheap run may be made again often, and that finds sooner what mixes answers.
    audit = SharingAudit(
      interval: plan.mode == .inline ? settings.auditedRuns / 8 : settings.auditedRuns)
    lanes = Lanes(
      LaneQueue(settings: settings, batching: plan.batching, costPerRow: cost.perRow(plan.batching))
    )
    cache = AnswerMemory(
      version: file.version.version, signature: signature, cost: cost,
      limit: settings.cacheBytes, clock: clock)
  }

  /// What a run costs, and how to run it then.
  private static func measure(
    _ signature: ModelSignature, _ shown: WarmUp, _ settings: ModelServerSettings,
    _ clock: RunClock, _ run: Run
  ) throws(InferenceError) -> (RunCost, ExecutionPlan) {
    let names = signature.outputs.map(\.name)
    guard shown.sample != nil else {
      // Nobody knows what it would cost: it must not hold up an event loop.
      let unknown = RunCost(one: settings.inlineRunMax.nanoseconds)
      return (
        unknown,
        ExecutionPlan(
          mode: .lanes, cost: unknown,
          reason: "it answered no trial run, so nobody knows what a row takes")
      )
    }
    let isBatchable = signature.isBatchable
    // Made once for each size: of a wide input that takes longer than its run.
    var made: (rows: Int, inputs: [Tensor]) = (0, [])
    let cost = try RunCost.measure(isBatchable: isBatchable, clock: clock) {
      (rows) throws(InferenceError) in
      // Nobody can ask for more than a message holds, and it would be made in this process' memory.
      guard rows == 1 || signature.fitsMessage(rows: rows, of: shown.sample ?? []) else {
        throw .unsupported("\(rows) rows of this model in one request")
      }
      if made.rows != rows {
        made = (rows, shown.inputs(rows: rows, isBatchable: isBatchable) ?? [])
      }
      _ = try run(made.inputs, names, nil)
    }
    let plan = ExecutionPlan.choose(cost, settings) {
      // A model may compute for ever on a number that nobody sends: what is tried has an end.
      let stop = RunStop()
      let patience = 2_000_000_000 + 64 * cost.one
      DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: patience))) {
        stop.request()
      }
      return RowIndependence.tried(signature) { (inputs) throws(InferenceError) in
        try run(inputs, names, stop)
      }
    }
    return (cost, plan)
  }

  package var queueDepth: Int { lanes.state.withLock { $0.queue.depth } }

  package var queuePolicy: QueuePolicy? {
    settings.queue == QueuePolicy() ? nil : settings.queue
  }

  package var laneFigures: Saturation.Lanes? {
    lanes.state.withLock { state in
      let threads = state.normal.threads + state.shadow.threads
      return Saturation.Lanes(
        threads: threads, busy: threads - state.normal.sleeping - state.shadow.sleeping,
        waiting: state.queue.depth)
    }
  }

  package var warnings: [String] { trialWarnings + [doubt].compactMap(\.self) }

  package var doubt: String? {
    guard audit.finding == .mixing else { return nil }
    return
      "its answers may have been wrong: a request had another one beside others than by itself; "
      + "since then each runs by itself, and with batching: off from the start"
  }

  package var statistics: EngineStatistics { board.statistics }

  package var execution: String {
    if inlineRows.load(ordering: .relaxed) > 0 {
      return "inline, \(Self.text(Double(cost.one))) a row"
    }
    let (cost, isBatching) = lanes.state.withLock { ($0.queue.costPerRow, $0.queue.isBatching) }
    let lanes = settings.lanes == 1 ? "1 lane" : "\(settings.lanes) lanes"
    let batches = isBatching ? ", batches of up to \(plan.batching.maxRows)" : ""
    return "\(lanes)\(batches), \(Self.text(cost)) a row"
  }

  package var executionFigures: ExecutionFigures? {
    let counted = board.statistics
    let (isBatching, rowLimit) = lanes.state.withLock { ($0.queue.isBatching, $0.queue.rowLimit) }
    var reason = plan.reason
    let sharesNoMore = plan.sharedRows > 1 && sharedRows.load(ordering: .relaxed) == 1
    if audit.finding == .mixing {
      reason += "; stopped, since a request had another answer beside others than by itself"
    } else if audit.finding == .lastDigits {
      reason += "; stopped, since a request had other last digits beside others than by itself"
    } else if sharesNoMore || (plan.batching.maxRows > 1 && !isBatching) {
      reason += "; stopped, since an answer had not a row for each row of the requests"
    } else if case .inline = plan.mode, inlineRows.load(ordering: .relaxed) == 0 {
      reason += "; moved to lanes, since its runs have become long"
    } else if case .inline = plan.mode, let inlineExtent {
      reason +=
        "; a request of more than the \(inlineExtent) elements a row that this was "
        + "measured with goes to a lane"
    }
    if let names = signature.optionalWords {
      reason += "; a request that names an optional input (\(names)) runs alone, in a lane"
    }
    if counted.stoppedCount > 0 {
      let runs = counted.stoppedCount == 1 ? "1 run" : "\(counted.stoppedCount) runs"
      reason += "; \(runs) stopped that did not come back in time"
    }
    return ExecutionFigures(
      curve: cost.curve, reason: reason,
      rowsPerRun: counted.executionCount == 0
        ? nil : Double(counted.rowsRun) / Double(counted.executionCount),
      lanes: settings.lanes, batching: isBatching ? plan.batching.figures : nil,
      cache: cache.figures(counted),
      queue: settings.queueFigures(rowLimit: rowLimit))
  }

  package func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void) {
    guard let key = cache.key(for: job) else { return start(job, answer) }
    if let outputs = key.outputs {
      board.cacheHit(nanoseconds: key.nanoseconds)
      return answer(.done(outputs: outputs, queueTime: 0, computeTime: 0))
    }
    board.cacheMiss(nanoseconds: key.nanoseconds)
    start(job) { [cache] result in
      if case .done(let outputs, _, _) = result { cache.keep(outputs, for: key) }
      answer(result)
    }
  }

  private func start(_ job: EngineJob, _ answer: @escaping @Sendable (EngineAnswer) -> Void) {
    guard mayRunInline(job) else { return enqueue(job, answer) }
    let sharedRows = sharedRows.load(ordering: .relaxed)
    if let turn = job.turn, sharedRows > job.rows, let key = signature.batchKey(of: job) {
      let waiting = QueuedJob(
        job, enqueuedAt: clock.now(), key: key, policy: settings.queue, answer: answer)
      return turn.add(waiting, to: self, rowsMax: sharedRows)
    }
    guard let done = runInline(job) else { return enqueue(job, answer) }
    answer(done)
  }

  /// Answers that were kept may be wrong.
  func forgetAnswers() { cache.forget() }

  /// From now on each inline request runs by itself.
  func stopSharing() { sharedRows.store(1, ordering: .relaxed) }

  func mayRunInline(_ job: EngineJob) -> Bool {
    guard job.mayRunInline, job.priority == .normal,
      job.rows <= inlineRows.load(ordering: .relaxed), !signature.hasOverride(job.inputs)
    else { return false }
    guard let inlineExtent else { return true }
    return job.inputs.extent <= inlineExtent * job.rows
  }

  package func withdrawQueued() {
    let jobs = lanes.state.withLock { $0.queue.withdraw() }
    for job in jobs { job.finish(.withdrawn) }
  }

  package func close() async {
    await lanes.close()
    await BlockingThread.runInBackground("model-release", release)
    released()
  }

  /// The outputs to compute for a job.
  func names(of job: EngineJob) -> [String] { job.outputs.isEmpty ? outputNames : job.outputs }

  /// Counts a run of one job, if a client asked for it.
  func note(
    _ job: EngineJob, _ result: Result<[Tensor], InferenceError>, queueTime: Int64,
    computeTime: Int64
  ) {
    guard !job.isProbe else { return }
    let isSuccess = if case .success = result { true } else { false }
    board.ran(
      rows: job.rows, queueTime: queueTime, computeTime: computeTime, isSuccess: isSuccess)
  }

  private static func text(_ nanoseconds: Double) -> String {
    ExecutionFigures.time(nanoseconds / 1e3)
  }
}

extension InferenceError {
  /// The engine's own words, where there are any.
  var reasonOfEngine: String {
    if case .engine(_, let reason) = self { reason } else { description }
  }
}
