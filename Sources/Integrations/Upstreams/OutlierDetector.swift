package import Inference

/// When an upstream is left out for a while, and for how long: Envoy's rules, sized for a handful of upstreams.
///
/// - After `consecutiveFailures` in a row; or, at the end of an interval in which it and its peers each had
///   `intervalRequests`, when its share of failures is at least `failureShare` and `peerFactor` times theirs.
/// - For `baseTime` times the number of its ejections, at most `longestTime`; each interval without an ejection takes
///   one off that number.
/// - Never more than half of the upstreams at a time, so never the only one.
/// - One that was not reached in the end comes back with the first good health check.
package struct EjectionRules: Sendable {
  package var consecutiveFailures = 5
  package var interval = Duration.seconds(10)
  package var intervalRequests = 20
  package var failureShare = 0.2
  package var peerFactor = 4.0
  package var baseTime = Duration.seconds(10)
  package var longestTime = Duration.seconds(300)

  package init() {}
}

/// Which upstreams misbehave. Pure: outcomes and times come in, ejections go out.
///
/// Source: Envoy, "Outlier detection" (consecutive 5xx, failure percentage, ejection algorithm).
package struct OutlierDetector {
  package enum Reason: Equatable {
    case consecutive(Int)
    /// Failures of requests in the interval; the peers' share beside it.
    case share(failures: Int, requests: Int, peers: Double)
    /// An operator's word.
    case operatorsWord
  }

  package struct Ejection: Equatable {
    package var member: Int
    package var until: MonotonicTime
    package var reason: Reason
  }

  let rules: EjectionRules
  private var members: [Member]
  private var intervalEnd: MonotonicTime

  private struct Member {
    var inARow = 0
    var requests = 0
    var failures = 0
    /// How many times the base time the next ejection lasts, less one.
    var ejections = 0
    var current: Ejection?
    /// Whether the last failure was that nothing could be sent to it.
    var isUnreachable = false
    var wasEjectedInInterval = false
  }

  package init(count: Int, rules: EjectionRules, at now: MonotonicTime) {
    self.rules = rules
    members = Array(repeating: Member(), count: count)
    intervalEnd = now + rules.interval
  }

  package func ejection(of member: Int, at now: MonotonicTime) -> Ejection? {
    members[member].current.flatMap { $0.until > now ? $0 : nil }
  }

  /// Takes in how a request ended.
  ///
  /// - Parameter isUnreachable: nothing could be sent.
  /// - Returns: the ejections that follow from it.
  package mutating func noted(
    _ member: Int, isFailure: Bool, isUnreachable: Bool = false, at now: MonotonicTime
  ) -> [Ejection] {
    var ejections = turnInterval(at: now)
    members[member].requests += 1
    guard isFailure else {
      members[member].inARow = 0
      return ejections
    }
    members[member].failures += 1
    members[member].isUnreachable = isUnreachable
    members[member].inARow += 1
    let inARow = members[member].inARow
    if inARow >= rules.consecutiveFailures,
      let ejection = eject(member, because: .consecutive(inARow), at: now)
    {
      ejections.append(ejection)
    }
    return ejections
  }

  /// Ends an interval that has passed.
  package mutating func turnInterval(at now: MonotonicTime) -> [Ejection] {
    guard now >= intervalEnd else { return [] }
    intervalEnd = now + rules.interval
    var ejections: [Ejection] = []
    for member in members.indices {
      guard let reason = outlier(member), let ejection = eject(member, because: reason, at: now)
      else { continue }
      ejections.append(ejection)
    }
    for member in members.indices {
      let isOut = members[member].wasEjectedInInterval || ejection(of: member, at: now) != nil
      if !isOut { members[member].ejections = max(0, members[member].ejections - 1) }
      members[member].requests = 0
      members[member].failures = 0
      members[member].wasEjectedInInterval = false
    }
    return ejections
  }

  /// Takes in that it can be reached: what it was left out for is over, where that was all.
  ///
  /// - Returns: whether that ended an ejection.
  package mutating func reached(_ member: Int, at now: MonotonicTime) -> Bool {
    guard members[member].isUnreachable,
      case .consecutive = ejection(of: member, at: now)?.reason
    else { return false }
    members[member].current = nil
    return true
  }

  /// An operator's ejection: it holds however many are out already.
  package mutating func eject(_ member: Int, until: MonotonicTime) {
    members[member].current = Ejection(member: member, until: until, reason: .operatorsWord)
  }

  private func outlier(_ member: Int) -> Reason? {
    let own = members[member]
    var (requests, failures) = (0, 0)
    for (index, peer) in members.enumerated() where index != member {
      requests += peer.requests
      failures += peer.failures
    }
    guard own.requests >= rules.intervalRequests, requests >= rules.intervalRequests else {
      return nil
    }
    let share = Double(own.failures) / Double(own.requests)
    let peers = Double(failures) / Double(requests)
    guard share >= rules.failureShare, share >= rules.peerFactor * peers else { return nil }
    return .share(failures: own.failures, requests: own.requests, peers: peers)
  }

  private mutating func eject(
    _ member: Int, because reason: Reason, at now: MonotonicTime
  ) -> Ejection? {
    let out = members.indices.count { self.ejection(of: $0, at: now) != nil }
    guard self.ejection(of: member, at: now) == nil, out + 1 <= members.count / 2 else {
      return nil
    }
    members[member].ejections += 1
    members[member].inARow = 0
    members[member].wasEjectedInInterval = true
    let time = min(rules.longestTime, rules.baseTime * members[member].ejections)
    let ejection = Ejection(member: member, until: now + time, reason: reason)
    members[member].current = ejection
    return ejection
  }
}
