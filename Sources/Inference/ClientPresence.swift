import Synchronization

/// Whether whoever asks can still take an answer: one for a connection, so that a request costs nothing for it.
package final class ClientPresence: Sendable {
  private let hasLeft = Atomic(false)

  package init() {}

  package var isGone: Bool { hasLeft.load(ordering: .relaxed) }

  package func leave() { hasLeft.store(true, ordering: .relaxed) }
}
