package import Statistics

/// What a load has brought so far.
package struct LoadFigures: Sendable {
  /// Microseconds from the time at which a request was due to its answer, of answered requests: a request that had to
  /// wait in this process, because the server held up those before it, has waited (no coordinated omission).
  package var latency = DDSketch()
  /// Microseconds from the sending of a request to its answer: what a closed loop would have seen.
  package var service = DDSketch()
  /// Microseconds of requests that were not answered within their time: that time, which is the least that they would
  /// have taken.
  package var late = DDSketch()
  /// Requests that were answered with 200.
  package var ok = 0
  package var errors: [LoadError: Int] = [:]
  /// Rows in the requests that were answered with 200.
  package var rows = 0
  /// Due and neither answered nor failed.
  package var waiting = 0
  /// Seconds since the start.
  package var elapsed = 0.0

  package init() {}

  package var failed: Int { errors.values.reduce(0, +) }
  package var requests: Int { ok + failed }
}

/// How a request failed.
package enum LoadError: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// No connection could be made.
  case refused
  /// It was closed before the answer had come.
  case closed
  case timedOut
  /// It was not even sent within its time: all connections were busy.
  case notSent
  case badAnswer
  case status(Int)

  package var description: String {
    switch self {
    case .refused: "connection refused"
    case .closed: "connection closed"
    case .timedOut: "timed out"
    case .notSent: "timed out unsent"
    case .badAnswer: "not HTTP"
    case .status(let code): "status \(code)"
    }
  }
}
