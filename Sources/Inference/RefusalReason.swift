import Synchronization

/// Why a request was answered without a run: a label of counters, so its texts stay.
package enum RefusalReason: String, Sendable, CaseIterable {
  /// The body is no V2 request.
  case malformed
  /// The body is larger than the bound.
  case tooLarge = "too_large"
  /// What all requests that are coming in hold together is at its bound.
  case tooManyBytes = "too_many_bytes"
  /// Its body did not come in time.
  case tooSlow = "too_slow"
  /// It is a V2 request, but not one that the version takes.
  case mismatch
  /// The bound of the rows that may wait, by count, by how long they would, or by the bytes that they hold.
  case queueFull = "queue_full"
  /// Its deadline, or the queue's timeout, while it waited.
  case timedOut = "timed_out"
  /// A rate limit of its client, or of the model.
  case rateLimit = "rate_limit"
  /// The share that an operator sheds.
  case shed
  /// The version is not in memory, or does not fit.
  case notLoaded = "not_loaded"
  case stopping
  /// What it asks for is not supported.
  case unsupported
  /// The servers of a remote version are not there, or did not take it.
  case upstream
}

extension InferenceError {
  /// Nil for a run that failed or did not end in time, for a client that left, and where the model itself is not known: a label that anybody can invent is no label.
  var refusalReason: RefusalReason? {
    switch self {
    case .invalid, .signatureChanged: .mismatch
    case .queueFull, .queueBytesFull: .queueFull
    case .timedOut: .timedOut
    case .rateLimited: .rateLimit
    case .shed: .shed
    case .noDeployment, .notLoaded, .unavailable, .noRoom, .engineUnavailable, .load,
      .unknownVersion:
      .notLoaded
    case .stopping: .stopping
    case .unsupported: .unsupported
    case .unknownModel, .engine, .overrun, .clientLeft, .upstream(_, _, .clientLeft): nil
    case .upstream: .upstream
    }
  }
}

/// Refusals of one model since the start, by reason.
final class RefusalCounts: Sendable {
  private let stored = Mutex<[RefusalReason: UInt64]>([:])

  func add(_ reason: RefusalReason) { stored.withLock { $0[reason, default: 0] += 1 } }

  var all: [RefusalReason: UInt64] { stored.withLock { $0 } }
}
