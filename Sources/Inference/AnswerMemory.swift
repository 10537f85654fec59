import Domain
import InferenceProtocol

/// The response cache of one version as it stands: none, refused with a reason, or at work.
struct AnswerMemory: Sendable {
  private enum State: Sendable {
    case off
    case refused(reason: String)
    case on(ResponseCache)
  }

  private let state: State
  private let version: String
  private let signature: ModelSignature
  private let clock: RunClock

  /// Measures a lookup where one was asked for: it has to be cheaper than what it saves.
  ///
  /// - Parameter limit: bytes of answers, as configured; nil: off.
  init(
    version: String, signature: ModelSignature, cost: RunCost, limit: Int?, clock: RunClock
  ) {
    self.version = version
    self.signature = signature
    self.clock = clock
    guard let limit else {
      state = .off
      return
    }
    let lookup = Self.lookupTime(version, signature, clock)
    if cost.one <= lookup {
      state = .refused(
        reason: "a row takes \(cost.text(cost.one)), and to look for its answer "
          + "\(cost.text(lookup))")
    } else {
      state = .on(ResponseCache(limit: limit))
    }
  }

  /// One look at the cache.
  struct Look: Sendable {
    fileprivate var key: CacheKey
    /// What was found; nil: nothing.
    var outputs: [Tensor]?
    var nanoseconds: Int64
  }

  /// Looks for the answer to a job; nil where none is kept. Questions of ours and copies for a shadow are to run, and
  /// large inputs would cost more to hash than an event loop has.
  func key(for job: EngineJob) -> Look? {
    guard case .on(let cache) = state, job.priority == .normal, !job.isProbe,
      job.inputs.reduce(0, { $0 + $1.byteCount }) <= Self.inputBytesMax
    else { return nil }
    let start = clock.now()
    let key = CacheKey(version: version, signature: signature, job: job)
    let outputs = cache.outputs(for: key)
    return Look(key: key, outputs: outputs, nanoseconds: clock.now() - start)
  }

  func keep(_ outputs: [Tensor], for look: Look) {
    if case .on(let cache) = state { cache.keep(outputs, for: look.key) }
  }

  func forget() {
    if case .on(let cache) = state { cache.removeAll() }
  }

  func figures(_ counted: EngineStatistics) -> ExecutionFigures.Cache {
    switch state {
    case .off: .off
    case .refused(let reason): .refused(reason: reason)
    case .on(let cache):
      .on(
        bytes: cache.bytes, limit: cache.limit, hits: counted.cacheHit.count,
        misses: counted.cacheMiss.count)
    }
  }

  private static let inputBytesMax = 65_536

  /// Median nanoseconds of hashing a request of one row and finding its answer.
  private static func lookupTime(
    _ version: String, _ signature: ModelSignature, _ clock: RunClock
  ) -> Int64 {
    let cache = ResponseCache(limit: 65_536)
    let job = EngineJob(
      inputs: signature.zeros(rows: 1), rows: 1, deadline: .never, timeout: .zero)
    cache.keep([], for: CacheKey(version: version, signature: signature, job: job))
    let times = (0..<101).map { _ in
      let start = clock.now()
      let key = CacheKey(version: version, signature: signature, job: job)
      return cache.outputs(for: key) == nil ? Int64.max : clock.now() - start
    }
    return times.sorted()[times.count / 2]
  }
}
