import Domain
import Inference
import InferenceProtocol
import NIOCore
import Synchronization

/// A job that waits for an upstream or is with one, and the one answer that it gets.
final class RemoteJob: Sendable {
  let job: EngineJob
  /// Of memory, that it holds while it waits.
  let bytes: Int
  let enqueuedAt: MonotonicTime
  /// Of the queue's policy, from 1, the highest.
  let level: Int
  /// By then it is given to an upstream, or the queue's policy is applied to it.
  let startBy: MonotonicTime
  /// Past it the job is answered, wherever it is.
  let deadline: MonotonicTime
  /// How long that is, for the text of its error.
  let limit: Duration
  /// Whether the deadline is by the request's own `timeout`: what does not come in that time says nothing of an upstream.
  let hasOwnLimit: Bool
  private let answer: @Sendable (EngineAnswer) -> Void
  private let state = Mutex(State())

  private struct State {
    var isAnswered = false
    var timer: Scheduled<Void>?
    /// Of `startBy`, where that is before the deadline.
    var startTimer: Scheduled<Void>?
    var exchange: UpstreamExchange?
    var isAbandoned = false
    /// The upstream that refused it before it did anything.
    var refusedBy: Int?
  }

  /// - Parameter limit: how long any request to the version may take.
  init(
    _ job: EngineJob, enqueuedAt: MonotonicTime, limit: Duration,
    policy: QueuePolicy = QueuePolicy(),
    answer: @escaping @Sendable (EngineAnswer) -> Void
  ) {
    self.job = job
    bytes = job.inputBytes
    self.enqueuedAt = enqueuedAt
    let policy = job.priority == .shadow ? QueuePolicy() : policy
    level = policy.level(job.priorityLevel)
    let last = min(job.lastDeadline, enqueuedAt + limit)
    let asked = policy.allowsTimeoutOverride ? min(job.deadline, last) : last
    deadline = policy.timeoutAction == .delay ? last : asked
    startBy = policy.timeout.map { min(asked, enqueuedAt + $0) } ?? asked
    hasOwnLimit = deadline < last
    // What it may take without a `timeout` of its own.
    let allowed = job.timeout + .nanoseconds(job.lastDeadline - job.deadline)
    self.limit = hasOwnLimit ? job.timeout : min(limit, allowed)
    self.answer = answer
  }

  /// As it is to be sent now: what it asked for here, and of the time that it gave what is left.
  func request(at now: MonotonicTime) -> InferRequest {
    var request = InferRequest(
      id: job.requestID?.description, parameters: job.parameters, inputs: job.inputs)
    if case .integer(1...)? = job.parameters["timeout"] {
      request.parameters["timeout"] = .integer(max(1, (deadline - now) / 1_000))
    }
    request.outputs = job.outputs.map { name in
      InferRequest.RequestedOutput(name: name, parameters: job.outputParameters[name] ?? [:])
    }
    return request
  }

  /// The upstream to pass over: this is the second and last try.
  var refusedBy: Int? {
    get { state.withLock { $0.refusedBy } }
    set { state.withLock { $0.refusedBy = newValue } }
  }

  var exchange: UpstreamExchange? {
    get { state.withLock { $0.exchange } }
    set { state.withLock { $0.exchange = newValue } }
  }

  /// Nobody is left to take an answer.
  var isDeserted: Bool { job.presence?.isGone == true }

  /// Whether it was taken from its upstream, since nobody waits for it.
  var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  /// Ends its exchange, of which the upstream is not to blame.
  ///
  /// - Returns: false when it is with no upstream.
  func abandon() -> Bool {
    let exchange = state.withLock { state -> UpstreamExchange? in
      state.isAbandoned = state.exchange != nil
      return state.exchange
    }
    exchange?.end(.lost(reason: "its client left"))
    return exchange != nil
  }

  /// The timer that ends it at its deadline; cancelled at once where it was answered in the meantime.
  func end(with timer: Scheduled<Void>) { keep(timer, in: \.timer) }

  /// Likewise the one of `startBy`.
  func start(with timer: Scheduled<Void>) { keep(timer, in: \.startTimer) }

  private func keep(
    _ timer: Scheduled<Void>, in place: WritableKeyPath<State, Scheduled<Void>?>
  ) {
    let isLate = state.withLock { state in
      if !state.isAnswered { state[keyPath: place] = timer }
      return state.isAnswered
    }
    if isLate { timer.cancel() }
  }

  /// The first answer goes out, later ones nowhere.
  ///
  /// - Returns: whether this is the first.
  @discardableResult func finish(_ value: EngineAnswer) -> Bool {
    let (isFirst, timer, startTimer) = state.withLock { state in
      defer {
        state.isAnswered = true
        state.timer = nil
        state.startTimer = nil
        state.exchange = nil
      }
      return (!state.isAnswered, state.timer, state.startTimer)
    }
    timer?.cancel()
    startTimer?.cancel()
    if isFirst { answer(value) }
    return isFirst
  }
}
