package import Domain
import Foundation
package import InferenceProtocol
import Synchronization

/// One version that runs in this process: inline on the caller's thread while it is cheap, else in lanes.
///
/// A lane is a thread of its own that runs one job at a time from a bounded queue; a full queue sheds. Lanes are
/// started by the first job that needs one. A version that was measured as cheap and computes for longer than
/// `slowRun` is moved to lanes, since an event loop would stand still with it, and comes back after a row of cheap
/// runs. The wall clock alone does not tell a slow run from a thread that waited for a core, so a long run only arouses
/// suspicion, and the runs after it are judged by their thread's own time.
package final class ModelServer: Engine {
  /// Computes the named outputs, in that order. Blocks; called from several threads at once.
  package typealias Run =
    @Sendable (_ inputs: [Tensor], _ outputs: [String]) throws(InferenceError) -> [Tensor]

  package let version: ModelVersion
  package let signature: ModelSignature
  package let platform: String
  package let sha256: String
  package let warnings: [String]
  package let memoryBytes: Int64?
  /// As measured at load.
  package let cost: RunCost
  let settings: ModelServerSettings
  let clock: RunClock
  let run: Run
  private let release: @Sendable () -> Void
  private let outputNames: [String]
  /// Rows of the largest request that runs inline at present; 0: all go to the lanes.
  private let inlineRows: Atomic<Int>
  /// Inline runs that are still to be measured by their thread's time.
  private let suspicion = Atomic(0)
  let lanes: Lanes

  /// Measures a version with a request that it answers. Blocks for about 0.1 s.
  ///
  /// - Parameters:
  ///   - warmUp: what its trial runs showed; nil: they are made here, with zeros.
  ///   - release: gives the session back, after the last run has ended.
  /// - Throws: `load` with `warmUp` when no run is answered; `release` is called before.
  package init(
    file: ModelFile, signature: ModelSignature, platform: String = "onnx_onnxv1",
    settings: ModelServerSettings = ModelServerSettings(), clock: RunClock = .system,
    warmUp: WarmUp? = nil, run: @escaping Run, release: @escaping @Sendable () -> Void = {}
  ) throws(InferenceError) {
    do throws(InferenceError) {
      outputNames = signature.outputs.map(\.name)
      let names = outputNames
      let shown: WarmUp
      if let warmUp {
        shown = warmUp
      } else {
        shown = try TrialRuns(file: file, signature: signature, clock: clock, run: run).result()
      }
      warnings = shown.warnings
      memoryBytes = shown.memoryBytes
      if shown.sample == nil {
        // Nobody knows what it would cost: it must not hold up an event loop.
        cost = RunCost(one: settings.inlineRunMax.nanoseconds)
      } else {
        let isBatchable = signature.isBatchable
        cost = try RunCost.measure(isBatchable: isBatchable, clock: clock) {
          (rows) throws(InferenceError) in
          _ = try run(shown.inputs(rows: rows, isBatchable: isBatchable) ?? [], names)
        }
      }
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
    inlineRows = Atomic(cost.inlineRows(settings))
    lanes = Lanes(LaneQueue(settings: settings, costPerRow: Double(cost.one)))
  }

  package var queueDepth: Int { lanes.state.withLock { $0.queue.depth } }

  package var execution: String {
    if inlineRows.load(ordering: .relaxed) > 0 {
      return "inline, \(Self.text(Double(cost.one))) a row"
    }
    let cost = lanes.state.withLock { $0.queue.costPerRow }
    let lanes = settings.lanes == 1 ? "1 lane" : "\(settings.lanes) lanes"
    return "\(lanes), \(Self.text(cost)) a row"
  }

  package func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void) {
    let isInline =
      job.mayRunInline && job.priority == .normal
      && job.rows <= inlineRows.load(ordering: .relaxed)
    guard isInline else { return enqueue(job, answer) }
    answer(runInline(job))
  }

  package func withdrawQueued() {
    let jobs = lanes.state.withLock { $0.queue.withdraw() }
    for job in jobs { job.finish(.withdrawn) }
  }

  package func close() async {
    await lanes.close()
    release()
  }

  private func runInline(_ job: EngineJob) -> EngineAnswer {
    let isSuspect = suspicion.load(ordering: .relaxed) > 0
    let threadStart = isSuspect ? clock.threadTime() : 0
    let start = clock.now()
    let result = Result { () throws(InferenceError) in
      try run(job.inputs, job.outputs.isEmpty ? outputNames : job.outputs)
    }
    let elapsed = clock.now() - start
    let limit = settings.slowRun.nanoseconds
    if isSuspect {
      let computed = clock.threadTime() - threadStart
      if computed > limit {
        moveToLanes(costPerRow: Double(computed) / Double(max(1, job.rows)))
      } else {
        suspicion.subtract(1, ordering: .relaxed)
      }
    } else if elapsed > limit {
      suspicion.store(Self.suspectRuns, ordering: .relaxed)
    }
    return switch result {
    case .success(let outputs): .done(outputs: outputs, queueTime: 0, computeTime: elapsed)
    case .failure(let error): .failed(error, queueTime: 0, computeTime: elapsed)
    }
  }

  private func moveToLanes(costPerRow: Double) {
    lanes.state.withLock { $0.queue.becameDear(costPerRow: costPerRow) }
    suspicion.store(0, ordering: .relaxed)
    inlineRows.store(0, ordering: .relaxed)
  }

  func returnInline() { inlineRows.store(cost.inlineRows(settings), ordering: .relaxed) }

  func runInLane(_ waiting: QueuedJob) {
    let job = waiting.job
    let start = clock.now()
    let queueTime = start - waiting.enqueuedAt
    guard start < job.deadline else {
      lanes.state.withLock { $0.queue.abandoned(waiting) }
      return waiting.finish(timedOut(job, queueTime: queueTime, computeTime: 0))
    }
    let result = Result { () throws(InferenceError) in
      try run(job.inputs, job.outputs.isEmpty ? outputNames : job.outputs)
    }
    let computeTime = clock.now() - start
    let isCheap = lanes.state.withLock { $0.queue.ended(waiting, computeTime: computeTime) }
    if isCheap { returnInline() }
    switch result {
    case .success(let outputs):
      waiting.finish(.done(outputs: outputs, queueTime: queueTime, computeTime: computeTime))
    case .failure(let error):
      waiting.finish(.failed(error, queueTime: queueTime, computeTime: computeTime))
    }
  }

  func timedOut(_ job: EngineJob, queueTime: Int64, computeTime: Int64) -> EngineAnswer {
    .failed(.timedOut(version, after: job.timeout), queueTime: queueTime, computeTime: computeTime)
  }

  private static let suspectRuns = 32

  /// Nanoseconds as a person reads them: "6 us", "9.1 ms".
  static func text(_ nanoseconds: Double) -> String {
    let (value, unit) =
      nanoseconds < 1e6
      ? (nanoseconds / 1e3, "us")
      : nanoseconds < 1e9 ? (nanoseconds / 1e6, "ms") : (nanoseconds / 1e9, "s")
    let digits = value < 10 && unit != "us" ? 1 : 0
    let scale = digits == 1 ? 10.0 : 1.0
    let rounded = (value * scale).rounded() / scale
    return digits == 1 ? "\(rounded) \(unit)" : "\(max(1, Int(rounded))) \(unit)"
  }
}

extension InferenceError {
  /// The engine's own words, where there are any.
  var reasonOfEngine: String {
    if case .engine(_, let reason) = self { reason } else { description }
  }
}
