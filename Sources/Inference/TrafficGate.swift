import Domain
import Synchronization

/// What one model's limits let through, asked before a request is given to a version.
///
/// Clients that it counts by themselves are bounded: past `clientsMax`, those that have been quiet are forgotten, and
/// when none has, newcomers share one bucket.
final class TrafficGate: Sendable {
  let limits: [TrafficLimit]
  private let model: String
  /// Clients with a rate of their own, and since when: that of each client is not theirs, unless somebody set it later.
  private let named: [String: Timestamp]
  private let buckets: Mutex<[BucketKey: TokenBucket]>

  private struct BucketKey: Hashable {
    var limit: Int
    /// Nil: of all that the limit counts, or of the clients that are too many.
    var client: String?
  }

  static let clientsMax = 1_024

  init(model: String, limits: [TrafficLimit]) {
    self.model = model
    self.limits = limits
    var named: [String: Timestamp] = [:]
    for limit in limits {
      guard case .client(let name) = limit.scope, case .rate = limit.measure else { continue }
      named[name] = max(named[name] ?? limit.since, limit.since)
    }
    self.named = named
    buckets = Mutex([:])
  }

  /// Why a request may not go on; nil: it may, and was counted.
  ///
  /// - Parameter position: of the request in [0, 1), as good as random; asked for only where a share is refused.
  func refusal(
    of client: String, position: () -> Double, at now: MonotonicTime
  ) -> InferenceError? {
    for limit in limits where limit.scope.includes(client) {
      if case .shed(let share) = limit.measure, position() < share {
        return .shed(model: model, share: share)
      }
    }
    return buckets.withLock { buckets in
      var keys: [BucketKey] = []
      for (index, limit) in limits.enumerated() where limit.scope.includes(client) {
        guard case .rate(let rate, let burst) = limit.measure,
          limit.scope != .eachClient || named[client].map({ $0 < limit.since }) ?? true
        else { continue }
        let key = Self.key(index, limit.scope, client, in: &buckets, at: now)
        let bucket = buckets[key] ?? TokenBucket(rate: rate, burst: burst, at: now)
        buckets[key] = bucket
        if let wait = bucket.wait(at: now) {
          return .rateLimited(
            model: model, scope: limit.scope, rate: rate, retryAfter: wait)
        }
        keys.append(key)
      }
      // Only what goes on is counted: a request that one limit refuses costs the others nothing.
      for key in keys { buckets[key]?.take(at: now) }
      return nil
    }
  }

  private static func key(
    _ limit: Int, _ scope: TrafficLimit.Scope, _ client: String,
    in buckets: inout [BucketKey: TokenBucket], at now: MonotonicTime
  ) -> BucketKey {
    guard scope == .eachClient else { return BucketKey(limit: limit, client: nil) }
    let key = BucketKey(limit: limit, client: client)
    guard buckets[key] == nil, buckets.count >= clientsMax else { return key }
    buckets = buckets.filter { !$0.value.isFull(at: now) }
    return buckets.count < clientsMax ? key : BucketKey(limit: limit, client: nil)
  }
}

extension TrafficLimit.Scope {
  fileprivate func includes(_ client: String) -> Bool {
    switch self {
    case .all, .eachClient: true
    case .client(let name): name == client
    }
  }
}
