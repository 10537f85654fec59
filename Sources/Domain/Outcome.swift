/// What serving did with a request.
package enum Outcome: String, Codable, Sendable, CaseIterable {
  case ok
  /// The request itself was wrong (4xx); the model is not to blame.
  case invalid
  /// The engine failed while it ran the model (500).
  case failed
  /// Refused because the queue was full (503).
  case shed
  /// Refused because its client, or the model, had more requests than a limit lets through (429).
  case limited
  /// The deadline passed before an answer (503 where it was not run, 504 where it was).
  case timedOut = "timed_out"
  /// The client's connection was gone before an answer: nothing was run, or for nobody.
  case cancelled

  /// Whether the request counts against the model's availability.
  package var isServerError: Bool {
    switch self {
    case .failed, .shed, .timedOut: true
    case .ok, .invalid, .limited, .cancelled: false
    }
  }

  /// Whether a request's times belong to the model's latency: it reached the model, and its answer was waited for.
  package var isTimed: Bool {
    switch self {
    case .ok, .failed, .timedOut: true
    case .invalid, .shed, .limited, .cancelled: false
    }
  }
}
