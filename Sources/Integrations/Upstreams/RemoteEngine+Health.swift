package import Domain
package import Inference
import InferenceProtocol
import NIOCore
import NIOHTTP1
import Synchronization

/// How the upstreams are, and who is left out.
extension RemoteEngine {
  /// Asks every upstream whether it is ready. Runs on the client's loop, once an interval.
  func checkHealth() {
    for index in state.withLock({ $0.pool.returned(at: .now) }) {
      log("\(version): upstream \(spec.upstreams[index]) is not left out any more")
    }
    for (index, upstream) in spec.upstreams.enumerated() {
      guard let path = dialects[index].healthPath else { continue }
      let isFree = state.withLock { $0.checksUnderWay.insert(index).inserted }
      guard isFree else { continue }
      client.ask(dialects[index].get(path, at: upstream), within: Self.healthTimeout) { outcome in
        self.checked(index, outcome)
      }
    }
  }

  /// What a check may take. The next one waits for it, so it may be longer than the interval.
  private static let healthTimeout = Duration.seconds(2)

  private func checked(_ index: Int, _ outcome: Result<UpstreamReply, UpstreamFailure>) {
    let problem = Self.healthProblem(outcome)
    let hasChanged = state.withLock { state in
      state.checksUnderWay.remove(index)
      return state.pool.checked(index, problem: problem, at: .now)
    }
    guard hasChanged else { return }
    let upstream = "\(version): upstream \(spec.upstreams[index])"
    log(problem.map { "\(upstream) is passed over: \($0)" } ?? "\(upstream) is healthy again")
    pump()
  }

  static func healthProblem(_ outcome: Result<UpstreamReply, UpstreamFailure>) -> String? {
    switch outcome {
    case .success(let reply) where reply.status == 200: nil
    case .success(let reply): "its health check answers \(reply.status)"
    case .failure(.notSent(let reason)), .failure(.lost(let reason)): reason
    case .failure(.timedOut): "its health check gives no answer"
    case .failure(.tooLarge), .failure(.noRoom): "its health check gives no sensible answer"
    }
  }

  package var upstreams: [UpstreamStatus] {
    let now = MonotonicTime.now
    let wallClock = Timestamp.systemNow
    return state.withLock { state in
      state.pool.members.enumerated().map { index, member in
        let ejection = state.pool.ejection(of: index, at: now)
        let status: UpstreamStatus.State =
          if let ejection {
            .ejected(
              until: Timestamp(
                microseconds: wallClock.microseconds + (ejection.until - now) / 1_000),
              reason: ejection.reason.description)
          } else if let sickness = member.sickness {
            .unhealthy(reason: sickness)
          } else {
            .healthy
          }
        return UpstreamStatus(
          name: member.address.description, state: status, inFlight: member.inFlight,
          requests: member.requests,
          failures: Dictionary(
            uniqueKeysWithValues: member.failures.map { ($0.key.rawValue, $0.value) }),
          p50: member.p50.map { Double($0) / 1_000 })
      }
    }
  }

  /// "none of its upstreams is well: http://a is left out: an operator's word; http://b: its health check answers 503".
  package var outage: String? {
    guard state.withLock({ !$0.pool.hasHealthy(at: .now) }) else { return nil }
    let words = upstreams.compactMap { upstream -> String? in
      switch upstream.state {
      case .healthy: nil
      case .unhealthy(let reason):
        reason.hasPrefix(upstream.name) ? reason : "\(upstream.name): \(reason)"
      case .ejected(_, let reason): "\(upstream.name) is left out: \(reason)"
      }
    }
    return "none of its upstreams is well: \(words.joined(separator: "; "))"
  }

  package func obstacle(toEjecting upstream: String, for duration: Duration) -> InferenceError? {
    guard let index = spec.upstreams.firstIndex(where: { $0.description == upstream }) else {
      return unknown(upstream)
    }
    let now = MonotonicTime.now
    let mayGo = state.withLock { $0.pool.mayEject(index, until: now + duration, at: now) }
    return mayGo ? nil : .upstream(version, upstream: upstream, .lastOne)
  }

  package func eject(upstream: String, for duration: Duration) throws(InferenceError) {
    guard let index = spec.upstreams.firstIndex(where: { $0.description == upstream }) else {
      throw unknown(upstream)
    }
    let now = MonotonicTime.now
    let isLeftOut = state.withLock { $0.pool.eject(index, until: now + duration, at: now) }
    guard isLeftOut else { throw .upstream(version, upstream: upstream, .lastOne) }
    pump()
  }

  private func unknown(_ upstream: String) -> InferenceError {
    .upstream(
      version, upstream: UpstreamText.line(upstream),
      .unknown(known: spec.upstreams.map(\.description)))
  }

  package func sourceUnchanged(within limit: Duration) async -> PreflightReport.Check? {
    var same = 0
    var problem: String?
    for (index, upstream) in spec.upstreams.enumerated() {
      let call = dialects[index].get(dialects[index].modelPath, at: upstream)
      let outcome = await client.ask(call, within: limit / spec.upstreams.count)
      switch (outcome, descriptions[index]) {
      case (.success(let reply), let known?):
        guard reply.status == 200 else {
          problem = problem ?? "\(upstream) gives no metadata any more: \(reply.status)"
          continue
        }
        if RemoteLoader.description(in: reply) == known {
          same += 1
        } else {
          problem = problem ?? "\(upstream) has other metadata than at the load"
        }
      case (.success, nil): same += 1
      case (.failure(let failure), _):
        // One that is down is passed over; it can answer nothing else than it did.
        if RemoteLoader.text(of: failure) == nil { same += 1 }
      }
    }
    let total = spec.upstreams.count
    let known = descriptions.contains { $0 != nil }
    return PreflightReport.Check(
      name: "metadata unchanged", passed: problem == nil && same > 0,
      detail: problem
        ?? (known
          ? "\(same) of \(total) upstreams answer as at the load"
          : "\(same) of \(total) upstreams answer; they give no metadata to compare"))
  }
}
