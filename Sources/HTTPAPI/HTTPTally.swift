package import Domain
import Synchronization

/// Counts connections and refusals, of all listeners together.
package final class HTTPTally: Sendable {
  private let stored = Mutex(HTTPFigures())
  private let lines = Mutex(LineBudget(perSecond: 1))

  package init() {}

  package var figures: HTTPFigures { stored.withLock { $0 } }

  func add(_ refusal: HTTPRefusal) { stored.withLock { $0.refusals[refusal, default: 0] += 1 } }

  /// Nil where the refusal is counted elsewhere.
  func add(_ error: APIError) {
    if let refusal = error.refusal { add(refusal) }
  }

  func setLimit(_ connections: Int) { stored.withLock { $0.connectionLimit = connections } }
  func opened() { stored.withLock { $0.connections += 1 } }
  func closed() { stored.withLock { $0.connections -= 1 } }

  /// Whether to say that the limit is reached: once a minute.
  func takesLine(at seconds: Int64) -> Bool {
    lines.withLock { $0.take(at: seconds / 60) != .no }
  }
}
