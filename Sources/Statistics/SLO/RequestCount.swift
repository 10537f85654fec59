/// The requests of a stretch of time, good and bad, and how much of it was observed.
///
/// Counts that grow from a fixed beginning give those of a window by subtraction.
package struct RequestCount: Sendable, Equatable, Codable {
  /// Requests that the objective counts as bad.
  package var bad: Int64
  package var total: Int64
  /// Seconds in which requests would have been counted: silence is filled, a stopped server is not.
  package var filledSeconds: Int64

  package init(bad: Int64 = 0, total: Int64 = 0, filledSeconds: Int64 = 0) {
    self.bad = bad
    self.total = total
    self.filledSeconds = filledSeconds
  }

  /// Nil without requests.
  package var badShare: Double? { total > 0 ? Double(bad) / Double(total) : nil }

  package static func + (one: RequestCount, other: RequestCount) -> RequestCount {
    RequestCount(
      bad: one.bad + other.bad, total: one.total + other.total,
      filledSeconds: one.filledSeconds + other.filledSeconds)
  }

  /// Of two counts from the same beginning: what came after the earlier, up to the later.
  package static func - (later: RequestCount, earlier: RequestCount) -> RequestCount {
    RequestCount(
      bad: later.bad - earlier.bad, total: later.total - earlier.total,
      filledSeconds: later.filledSeconds - earlier.filledSeconds)
  }
}

/// What share of the requests is promised to be good, and which are.
package struct ServiceLevelObjective: Sendable, Equatable, Codable {
  package enum Promise: Sendable, Equatable, Codable {
    /// A request is good when it was answered without a failure.
    case availability
    /// A request that was answered is good when that took at most so many milliseconds. Failures are not counted:
    /// they are the availability's.
    case latency(milliseconds: Double)
  }

  package let promise: Promise
  /// Above 0, below 1: 0.999.
  package let share: Double

  package init(_ promise: Promise, share: Double) {
    precondition(share > 0 && share < 1, "an objective of 1 leaves no budget, one of 0 no promise")
    self.promise = promise
    self.share = share
  }

  /// The share of requests that may be bad.
  package var budget: Double { 1 - share }

  /// The counts as this objective sees them.
  ///
  /// - Parameters:
  ///   - answered: requests without a failure.
  ///   - failed: requests that failed.
  ///   - slow: of those answered, the ones above the limit.
  package func count(
    answered: Int64, failed: Int64, slow: Int64, filledSeconds: Int64
  ) -> RequestCount {
    switch promise {
    case .availability:
      RequestCount(bad: failed, total: answered + failed, filledSeconds: filledSeconds)
    case .latency: RequestCount(bad: slow, total: answered, filledSeconds: filledSeconds)
    }
  }
}
