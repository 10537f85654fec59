/// One of the servers behind a remote version, at present.
package struct UpstreamStatus: Codable, Sendable, Equatable {
  /// Its address.
  package var name: String
  package var state: State
  package var inFlight: Int
  /// Since the version was loaded.
  package var requests: Int64
  /// Of those, by reason.
  package var failures: [String: Int64]
  /// Microseconds of its last round trips; nil before the first.
  package var p50: Double?

  package enum State: Codable, Sendable, Equatable {
    case healthy
    /// Passed over, because its health checks fail.
    case unhealthy(reason: String)
    case ejected(until: Timestamp, reason: String)
  }

  package init(
    name: String, state: State, inFlight: Int = 0, requests: Int64 = 0,
    failures: [String: Int64] = [:], p50: Double? = nil
  ) {
    self.name = name
    self.state = state
    self.inFlight = inFlight
    self.requests = requests
    self.failures = failures
    self.p50 = p50
  }
}
