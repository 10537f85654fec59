package import Domain
package import Inference
import InferenceProtocol
import NIOCore
import Synchronization

/// One version that runs on other V2 servers.
///
/// A request waits in one bounded queue until an upstream has a place for it, and the answer comes on the client's
/// event loop. It is given to a second upstream where the first was never reached, or said itself that it did nothing
/// (503 with Retry-After): once, within the same deadline. Nothing else is sent twice: a request that timed out may
/// still be running there. Whose client leaves is dropped, from the queue or from its upstream.
package final class RemoteEngine: Engine {
  /// What an operator should read of an upstream: a line each.
  package typealias Log = @Sendable (String) -> Void

  /// A request that has passed so many instances of Vigia goes no further.
  package static let hopsMax = 3

  package let version: ModelVersion
  package let signature: ModelSignature
  package let platform: String
  package let sha256: String
  package let warnings: [String]
  let spec: RemoteSpec
  let dialects: [UpstreamDialect]
  /// As they were at the load; nil where an upstream gave none.
  let descriptions: [ModelDescription?]
  let client: UpstreamClient
  let loop: any EventLoop
  let log: Log
  let outputNames: [String]
  private let rowOutputs: Set<String>
  /// How its requests wait.
  let policy: QueuePolicy
  let state: Mutex<State>
  private let timers = Mutex<[RepeatedTask]>([])

  struct State {
    var pool: UpstreamPool
    var queue: RemoteQueue
    var statistics = EngineStatistics()
    var isPumping = false
    /// With an upstream, or on the way to one.
    var underWay: [ObjectIdentifier: RemoteJob] = [:]
    var checksUnderWay: Set<Int> = []
    var closing: CheckedContinuation<Void, Never>?

    /// - Returns: with those for whom nobody waits any more, whose turn it would have been.
    mutating func next(
      at now: MonotonicTime
    ) -> (next: (job: RemoteJob, upstream: Int)?, deserted: [RemoteJob]) {
      let deserted = queue.takeDesertedHead()
      let next = queue.next { pool.take(excluding: $0, at: now) }
      if let next { underWay[ObjectIdentifier(next.job)] = next.job } else { isPumping = false }
      return (next, deserted)
    }
  }

  /// What a load found out.
  struct Facts {
    var file: ModelFile
    var spec: RemoteSpec
    var signature: ModelSignature
    var platform: String
    var warnings: [String]
    var dialects: [UpstreamDialect]
    var descriptions: [ModelDescription?]
    /// Why an upstream cannot be used at present; nil for those that answered.
    var sickness: [String?]
    /// Nanoseconds of the round trip with one row of zeros.
    var roundTrip: Int64
    /// Outputs that have a row for each row of a request.
    var rowOutputs: Set<String> = []
  }

  init(
    _ facts: Facts, client: UpstreamClient, queue: RemoteQueue.Limits, rules: EjectionRules,
    seed: UInt64 = UInt64.random(in: 0 ... .max),
    log: @escaping Log
  ) {
    version = facts.file.version
    signature = facts.signature
    platform = facts.platform
    sha256 = facts.file.sha256
    warnings = facts.warnings
    spec = facts.spec
    dialects = facts.dialects
    descriptions = facts.descriptions
    self.client = client
    loop = client.loop
    self.log = log
    outputNames = facts.signature.outputs.map(\.name)
    rowOutputs = facts.rowOutputs
    policy = queue.policy
    var pool = UpstreamPool(
      facts.spec.upstreams, maxInFlight: facts.spec.maxInFlight, rules: rules, seed: seed, at: .now)
    for (index, problem) in facts.sickness.enumerated() {
      if let problem { pool.startsSick(index, because: problem) }
    }
    state = Mutex(
      State(
        pool: pool, queue: RemoteQueue(limits: queue, costPerRow: Double(facts.roundTrip))))
    let interval = TimeAmount(facts.spec.healthInterval)
    let health = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) {
      [weak self] _ in self?.checkHealth()
    }
    let presence = loop.scheduleRepeatedTask(
      initialDelay: Self.presenceInterval, delay: Self.presenceInterval
    ) { [weak self] _ in self?.dropDeserted() }
    timers.withLock { $0 = [health, presence] }
  }

  /// From one look for clients that have left to the next.
  private static let presenceInterval = TimeAmount.seconds(1)

  package var timeLimit: Duration? { spec.timeout }

  package var queuePolicy: QueuePolicy? { policy == QueuePolicy() ? nil : policy }

  package var queueDepth: Int { state.withLock { $0.queue.depth } }

  package var statistics: EngineStatistics { state.withLock { $0.statistics } }

  /// "remote, 2 upstreams, 1.4 ms a request".
  package var execution: String {
    let p50 = state.withLock { state in state.pool.members.compactMap(\.p50).min() }
    let count =
      spec.upstreams.count == 1 ? "\(spec.upstreams[0])" : "\(spec.upstreams.count) upstreams"
    let time = p50.map { ", \(Self.milliseconds($0)) a request" } ?? ""
    return "remote, \(count)\(time)"
  }

  package func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void) {
    guard job.hops < Self.hopsMax else {
      let error = InferenceError.upstream(
        version, upstream: "\(spec.upstreams[0])", .loop(hops: job.hops))
      return answer(.failed(error, queueTime: 0, computeTime: 0))
    }
    let now = MonotonicTime.now
    let waiting = RemoteJob(
      job, enqueuedAt: now, limit: spec.timeout, policy: policy, answer: answer)
    let admission = state.withLock { state in
      state.queue.add(waiting, slots: state.pool.slots(at: now))
    }
    switch admission {
    case .admitted:
      let delay = TimeAmount.nanoseconds(max(0, waiting.deadline - now))
      waiting.end(with: loop.scheduleTask(in: delay) { self.expire(waiting) })
      if waiting.startBy < waiting.deadline {
        let delay = TimeAmount.nanoseconds(max(0, waiting.startBy - now))
        waiting.start(with: loop.scheduleTask(in: delay) { self.expireWaiting(waiting) })
      }
      pump()
    case .full(let rows, let limit, let delay):
      let error = InferenceError.queueFull(
        version, waiting: rows, rows: job.rows, limit: limit, retryAfter: delay)
      answer(.failed(error, queueTime: 0, computeTime: 0))
    case .fullOfBytes(let bytes, let limit, let delay):
      let error = InferenceError.queueBytesFull(
        version, waiting: bytes, limit: limit, retryAfter: delay)
      answer(.failed(error, queueTime: 0, computeTime: 0))
    case .shadowDropped:
      answer(.withdrawn)
    }
  }

  /// What outputs of an answer to this job must have a row for each row of it, as far as that is known.
  func rows(for job: EngineJob) -> (count: Int, outputs: Set<String>)? {
    let isKnown = !rowOutputs.isEmpty && job.inputs.allSatisfy { $0.shape.first == job.rows }
    return isKnown ? (job.rows, rowOutputs) : nil
  }

  package func withdrawQueued() {
    let jobs = state.withLock { $0.queue.withdraw() }
    for job in jobs { job.finish(.withdrawn) }
  }

  package func close() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        let isIdle = state.underWay.isEmpty && state.queue.depth == 0
        if !isIdle { state.closing = continuation }
        return isIdle
      }
      if isIdle { continuation.resume() }
    }
    timers.withLock { timers in
      for timer in timers { timer.cancel() }
      timers = []
    }
  }

  /// Wakes whoever waits for the last job.
  func resumeCloser() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.underWay.isEmpty, state.queue.depth == 0 else { return nil }
      defer { state.closing = nil }
      return state.closing
    }
    waiter?.resume()
  }

  static func milliseconds(_ nanoseconds: Int64) -> String {
    let value = Double(nanoseconds) / 1e6
    let rounded = value < 10 ? (value * 10).rounded() / 10 : value.rounded()
    return rounded < 10 ? "\(rounded) ms" : "\(Int(rounded)) ms"
  }
}
