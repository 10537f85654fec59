import InferenceProtocol
import Synchronization

/// The last requests of a model that were answered, kept to ask a version before it is promoted.
///
/// Once it is full, one in `interval` is kept, so that they stem from more than the last millisecond and cost the
/// request path next to nothing.
final class RecentRequests: Sendable {
  private let capacity: Int
  private let byteLimit: Int
  private let nextAt = Atomic<Int64>(.min)
  private let ring = Mutex(Ring())

  private struct Ring {
    var requests: [InferRequest] = []
    var next = 0
  }

  init(capacity: Int, byteLimit: Int) {
    self.capacity = capacity
    self.byteLimit = byteLimit
  }

  func keep(_ request: InferRequest, at now: MonotonicTime) {
    guard now.nanoseconds >= nextAt.load(ordering: .relaxed), capacity > 0,
      request.inputs.reduce(0, { $0 + $1.byteCount }) <= byteLimit
    else { return }
    let isFull = ring.withLock { ring in
      if ring.requests.count < capacity {
        ring.requests.append(request)
      } else {
        ring.requests[ring.next] = request
        ring.next = (ring.next + 1) % capacity
      }
      return ring.requests.count == capacity
    }
    if isFull { nextAt.store(now.nanoseconds + Self.interval, ordering: .relaxed) }
  }

  var all: [InferRequest] { ring.withLock { $0.requests } }

  /// Nanoseconds.
  private static let interval: Int64 = 50_000_000
}
