package import Inference
import Statistics

/// The upstreams of one version, and which of them gets the next request: of two that are picked at random, the one
/// with fewer requests at present. Pure: outcomes and times come in, picks and ejections go out.
///
/// An upstream is passed over while it is ejected or fails its health checks. Where that leaves none, all that no
/// operator has ejected are asked: a wrong health route or a broken network must not turn a bad answer into none. A
/// request that was never sent is given to one that is ejected, but healthy, before it fails.
///
/// Source: Mitzenmacher 2001, IEEE TPDS 12(10), "The power of two choices in randomized load balancing".
package struct UpstreamPool {
  /// How a request ended, as its upstream is judged.
  package enum Judgement {
    case success
    case failure(Failure)
    /// It says nothing of the upstream: withdrawn before it was sent, or the client's own fault.
    case none
  }

  /// By what the failures of an upstream are counted.
  package enum Failure: String, CaseIterable {
    case unreachable, lost
    case timedOut = "timed out"
    case serverError = "server error"
    case overloaded
    case badAnswer = "bad answer"
  }

  package struct Member {
    package let address: UpstreamAddress
    package fileprivate(set) var inFlight = 0
    package fileprivate(set) var requests: Int64 = 0
    package fileprivate(set) var failures: [Failure: Int64] = [:]
    /// Why its health checks fail; nil while it is healthy.
    package fileprivate(set) var sickness: String?
    fileprivate var failedChecks = 0
    fileprivate var latencies: [Int64] = []
    fileprivate var latencyIndex = 0

    /// Nanoseconds of the round trip, of the last answers.
    package var p50: Int64? {
      latencies.isEmpty ? nil : latencies.sorted()[latencies.count / 2]
    }
  }

  /// Failed checks in a row after which an upstream is passed over; one good check brings it back.
  package static let failedChecksMax = 3
  private static let latencyMemory = 64

  let maxInFlight: Int
  package private(set) var members: [Member]
  private var detector: OutlierDetector
  /// As `returned` saw them last.
  private var leftOut: Set<Int> = []
  private var random: SplitMix64

  package init(
    _ addresses: [UpstreamAddress], maxInFlight: Int, rules: EjectionRules = EjectionRules(),
    seed: UInt64, at now: MonotonicTime
  ) {
    self.maxInFlight = maxInFlight
    members = addresses.map { Member(address: $0) }
    detector = OutlierDetector(count: addresses.count, rules: rules, at: now)
    random = SplitMix64(seed: seed)
  }

  package var inFlight: Int { members.reduce(0) { $0 + $1.inFlight } }

  /// Requests that may be with the upstreams that are asked at present.
  package func slots(at now: MonotonicTime) -> Int { candidates(at: now).count * maxInFlight }

  package func ejection(of member: Int, at now: MonotonicTime) -> OutlierDetector.Ejection? {
    detector.ejection(of: member, at: now)
  }

  /// Those whose time of being left out ended since the last look, and that are well by their checks: of the others a good
  /// check will tell, as it does where it ends such a time itself.
  package mutating func returned(at now: MonotonicTime) -> [Int] {
    let out = Set(members.indices.filter { ejection(of: $0, at: now) != nil })
    defer { leftOut = out }
    return leftOut.subtracting(out).filter { members[$0].sickness == nil }.sorted()
  }

  /// Whether one is healthy by its checks, and not ejected by an operator: who is ejected for what he answered is asked
  /// before a request fails.
  package func hasHealthy(at now: MonotonicTime) -> Bool {
    members.indices.contains { members[$0].sickness == nil && !isOut(byOperator: $0, at: now) }
  }

  /// Takes a place at an upstream; nil when all that may be asked are busy.
  package mutating func take(excluding tried: Int?, at now: MonotonicTime) -> Int? {
    let asked = tried.map { others(than: $0, at: now) } ?? candidates(at: now)
    let free = asked.filter { members[$0].inFlight < maxInFlight }
    guard let picked = pick(free) else { return nil }
    members[picked].inFlight += 1
    members[picked].requests += 1
    return picked
  }

  /// Whether a request that one upstream refused may be given to another.
  ///
  /// - Parameter isUnsent: it was never sent: then one that is ejected, but healthy, will do.
  package func hasOther(than tried: Int, isUnsent: Bool = false, at now: MonotonicTime) -> Bool {
    candidates(at: now).contains { $0 != tried }
      || isUnsent && !reserves(than: tried, at: now).isEmpty
  }

  /// Gives a place back.
  ///
  /// - Parameter latency: of the round trip, in nanoseconds.
  package mutating func ended(
    _ member: Int, _ judgement: Judgement, latency: Int64, at now: MonotonicTime
  ) -> [OutlierDetector.Ejection] {
    members[member].inFlight -= 1
    switch judgement {
    case .none: return detector.turnInterval(at: now)
    case .success:
      members[member].note(latency: latency, memory: Self.latencyMemory)
      return detector.noted(member, isFailure: false, at: now)
    case .failure(let failure):
      members[member].failures[failure, default: 0] += 1
      return detector.noted(
        member, isFailure: true, isUnreachable: failure == .unreachable, at: now)
    }
  }

  /// Takes in a health check; `problem` nil is a good one, and ends an ejection of an upstream that was not reached.
  ///
  /// - Returns: whether the upstream has become healthy or stopped being so.
  package mutating func checked(_ member: Int, problem: String?, at now: MonotonicTime) -> Bool {
    guard let problem else {
      members[member].failedChecks = 0
      let isBack = detector.reached(member, at: now)
      if isBack { leftOut.remove(member) }
      defer { members[member].sickness = nil }
      return isBack || members[member].sickness != nil
    }
    members[member].failedChecks += 1
    let wasHealthy = members[member].sickness == nil
    guard !wasHealthy || members[member].failedChecks >= Self.failedChecksMax else { return false }
    members[member].sickness = problem
    return wasHealthy
  }

  /// An upstream that did not answer when the version was loaded: passed over until a check is good.
  package mutating func startsSick(_ member: Int, because problem: String) {
    members[member].sickness = problem
  }

  /// Leaves an upstream out by an operator's word; zero time brings it back.
  ///
  /// - Returns: false when no other that is well would be left.
  package mutating func eject(_ member: Int, until: MonotonicTime, at now: MonotonicTime) -> Bool {
    guard mayEject(member, until: until, at: now) else { return false }
    detector.eject(member, until: until)
    return true
  }

  /// Whether an operator may leave it out: another must be left that none has ejected, and that is well by its checks unless
  /// this one is not either.
  package func mayEject(_ member: Int, until: MonotonicTime, at now: MonotonicTime) -> Bool {
    let isSick = members[member].sickness != nil
    return until <= now
      || members.indices.contains {
        $0 != member && !isOut(byOperator: $0, at: now)
          && (isSick || members[$0].sickness == nil)
      }
  }

  private func isOut(byOperator member: Int, at now: MonotonicTime) -> Bool {
    ejection(of: member, at: now)?.reason == .operatorsWord
  }

  private func candidates(at now: MonotonicTime) -> [Int] {
    let good = members.indices.filter {
      members[$0].sickness == nil && ejection(of: $0, at: now) == nil
    }
    return good.isEmpty ? members.indices.filter { !isOut(byOperator: $0, at: now) } : good
  }

  /// For a second try: those that are asked, else those that are ejected but healthy, else whoever is there.
  private func others(than tried: Int, at now: MonotonicTime) -> [Int] {
    let asked = candidates(at: now).filter { $0 != tried }
    guard asked.isEmpty else { return asked }
    let reserves = reserves(than: tried, at: now)
    guard reserves.isEmpty else { return reserves }
    return members.indices.filter { $0 != tried && !isOut(byOperator: $0, at: now) }
  }

  /// Ejected for what they answered, not by an operator, and healthy by their checks.
  private func reserves(than tried: Int, at now: MonotonicTime) -> [Int] {
    members.indices.filter {
      $0 != tried && members[$0].sickness == nil && !isOut(byOperator: $0, at: now)
    }
  }

  private mutating func pick(_ free: [Int]) -> Int? {
    guard free.count > 1 else { return free.first }
    let first = Int.random(in: 0..<free.count, using: &random)
    var second = Int.random(in: 0..<(free.count - 1), using: &random)
    if second >= first { second += 1 }
    let (one, other) = (free[first], free[second])
    return members[one].inFlight <= members[other].inFlight ? one : other
  }
}

extension UpstreamPool.Member {
  fileprivate mutating func note(latency: Int64, memory: Int) {
    if latencies.count < memory {
      latencies.append(latency)
    } else {
      latencies[latencyIndex] = latency
      latencyIndex = (latencyIndex + 1) % memory
    }
  }
}
