import Domain
import Inference
import InferenceProtocol
import NIOCore
import Synchronization

/// From the queue to an upstream and back. All of it runs on the client's event loop.
extension RemoteEngine {
  /// Gives waiting jobs to upstreams that have a place. One pump runs at a time, and not within itself.
  func pump() {
    let starts = state.withLock { state in
      defer { state.isPumping = true }
      return !state.isPumping
    }
    guard starts else { return }
    loop.execute {
      while true {
        let (next, deserted) = self.state.withLock { $0.next(at: .now) }
        self.drop(deserted)
        guard let (job, upstream) = next else { return }
        self.send(job, to: upstream)
      }
    }
  }

  /// Gives up what nobody waits for any more, with an upstream or before. Runs on the client's loop.
  func dropDeserted() {
    let (waiting, underWay) = state.withLock { state in
      (state.queue.takeDeserted(), state.underWay.values.filter(\.isDeserted))
    }
    drop(waiting)
    for job in underWay { _ = job.abandon() }
  }

  /// Answers what waited for nobody, and was not sent.
  private func drop(_ deserted: [RemoteJob]) {
    guard !deserted.isEmpty else { return }
    let now = MonotonicTime.now
    for job in deserted {
      finish(job, .clientLeft(version), queueTime: now - job.enqueuedAt)
    }
    resumeCloser()
  }

  /// Of a job that no upstream had.
  private func finish(_ job: RemoteJob, _ error: InferenceError, queueTime: Int64) {
    guard job.finish(.failed(error, queueTime: queueTime, computeTime: 0)) else { return }
    state.withLock { $0.statistics.failure.add(nanoseconds: queueTime) }
  }

  private func send(_ job: RemoteJob, to upstream: Int) {
    let start = MonotonicTime.now
    guard start < job.deadline else {
      // Its timer is about to say so.
      return release(job, upstream, .none, roundTrip: 0, at: start)
    }
    let call: UpstreamClient.Call
    do throws(InferenceError.InvalidRequest) {
      call = try dialects[upstream].infer(
        job.request(at: start), hops: job.job.hops + 1, at: spec.upstreams[upstream])
    } catch {
      let queueTime = start - job.enqueuedAt
      state.withLock { $0.statistics.failure.add(nanoseconds: queueTime) }
      release(job, upstream, .none, roundTrip: 0, at: start)
      job.finish(.failed(.invalid(error), queueTime: queueTime, computeTime: 0))
      return
    }
    job.exchange = client.send(call) { outcome in
      self.ended(job, upstream, since: start, outcome)
    }
  }

  private func ended(
    _ job: RemoteJob, _ upstream: Int, since start: MonotonicTime,
    _ outcome: Result<UpstreamReply, UpstreamFailure>
  ) {
    let now = MonotonicTime.now
    guard !job.isAbandoned else { return endedForNobody(job, upstream, since: start, at: now) }
    let wanted = job.job.outputs.isEmpty ? outputNames : job.job.outputs
    let answer = UpstreamAnswer(
      outcome, signature: signature, wanted: wanted, limit: job.limit,
      isRequestsLimit: job.hasOwnLimit, rows: rows(for: job.job))
    let tries = answer.mayBeRetried && job.refusedBy == nil && now < job.deadline
    if tries, retry(job, after: upstream, answer, since: start, at: now) { return pump() }
    let queueTime = start - job.enqueuedAt
    count(job, answer, queueTime: queueTime, computeTime: now - start)
    release(job, upstream, answer.judgement, roundTrip: now - start, at: now)
    switch answer.result {
    case .success(let outputs):
      job.finish(.done(outputs: outputs, queueTime: queueTime, computeTime: now - start))
    case .failure(let problem):
      let error = InferenceError.upstream(
        version, upstream: "\(spec.upstreams[upstream])", problem)
      job.finish(.failed(error, queueTime: queueTime, computeTime: now - start))
    }
    pump()
  }

  /// It says nothing of the upstream.
  private func endedForNobody(
    _ job: RemoteJob, _ upstream: Int, since start: MonotonicTime, at now: MonotonicTime
  ) {
    let queueTime = start - job.enqueuedAt
    state.withLock { $0.statistics.failure.add(nanoseconds: now - job.enqueuedAt) }
    release(job, upstream, .none, roundTrip: now - start, at: now)
    let error = InferenceError.upstream(
      version, upstream: "\(spec.upstreams[upstream])", .clientLeft)
    job.finish(.failed(error, queueTime: queueTime, computeTime: now - start))
    pump()
  }

  /// - Returns: false when there is no other upstream to ask.
  private func retry(
    _ job: RemoteJob, after upstream: Int, _ answer: UpstreamAnswer, since start: MonotonicTime,
    at now: MonotonicTime
  ) -> Bool {
    let hasOther = state.withLock {
      $0.pool.hasOther(than: upstream, isUnsent: answer.isUnsent, at: now)
    }
    guard hasOther else { return false }
    job.exchange = nil
    job.refusedBy = upstream
    release(job, upstream, answer.judgement, roundTrip: now - start, at: now, isRetried: true)
    return true
  }

  /// Gives the upstream's place back, and tells of what that led to.
  private func release(
    _ job: RemoteJob, _ upstream: Int, _ judgement: UpstreamPool.Judgement, roundTrip: Int64,
    at now: MonotonicTime, isRetried: Bool = false
  ) {
    let ejections = state.withLock { state in
      state.underWay[ObjectIdentifier(job)] = nil
      if isRetried { state.queue.retry(job) }
      if case .success = judgement {
        state.queue.ended(rows: job.job.rows, roundTrip: roundTrip)
      }
      return state.pool.ended(upstream, judgement, latency: roundTrip, at: now)
    }
    for ejection in ejections { log(text(of: ejection, at: now)) }
    resumeCloser()
  }

  /// Applies the queue's policy to a job that no upstream has had in the time in which it may wait.
  func expireWaiting(_ job: RemoteJob) {
    let now = MonotonicTime.now
    guard state.withLock({ $0.queue.isLate(job) }) == .rejected else { return }
    let error: InferenceError =
      job.isDeserted
      ? .clientLeft(version) : .timedOut(version, after: policy.timeout ?? job.job.timeout)
    finish(job, error, queueTime: now - job.enqueuedAt)
    resumeCloser()
  }

  /// Answers a job at its deadline, wherever it is.
  func expire(_ job: RemoteJob) {
    let now = MonotonicTime.now
    let isWaiting = state.withLock { $0.queue.remove(job) }
    // With an upstream: the exchange's end says it, and which one it was. Who has left blames none.
    if !isWaiting {
      if job.isDeserted, job.abandon() { return }
      if let exchange = job.exchange { return exchange.end(.timedOut) }
    }
    let error: InferenceError =
      job.isDeserted
      ? .clientLeft(version) : .timedOut(version, after: job.limit)
    finish(job, error, queueTime: now - job.enqueuedAt)
    resumeCloser()
  }

  private func count(
    _ job: RemoteJob, _ answer: UpstreamAnswer, queueTime: Int64, computeTime: Int64
  ) {
    state.withLock { state in
      guard case .success = answer.result else {
        return state.statistics.failure.add(nanoseconds: queueTime + computeTime)
      }
      state.statistics.success.add(nanoseconds: queueTime + computeTime)
      state.statistics.queue.add(nanoseconds: queueTime)
      state.statistics.computeInfer.add(nanoseconds: computeTime)
      state.statistics.inferenceCount += UInt64(max(0, job.job.rows))
      state.statistics.executionCount += 1
      // A client chooses the rows of a request: sizes beyond those that are usual are not told apart.
      let rows = min(job.job.rows, EngineStatistics.largestBatchToldApart)
      state.statistics.batches[rows, default: .init()].computeInfer.add(nanoseconds: computeTime)
    }
  }

  private func text(of ejection: OutlierDetector.Ejection, at now: MonotonicTime) -> String {
    let seconds = (ejection.until - now) / 1_000_000_000
    return "\(version): upstream \(spec.upstreams[ejection.member]) is left out for \(seconds) s: "
      + ejection.reason.description
  }
}

extension EngineStatistics {
  /// Rows of the largest run that has a line of its own in `batches` of a remote engine.
  static let largestBatchToldApart = 1_024
}

extension OutlierDetector.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .consecutive(let count): "\(count) failures in a row"
    case .share(let failures, let requests, let peers):
      "\(failures) of \(requests) requests failed, of its peers' \(Int((peers * 100).rounded())) %"
    case .operatorsWord: "an operator's word"
    }
  }
}
