import Synchronization

/// Of a reply so long that printing may refuse it: the request is recorded once that is known, by what its client gets.
///
/// Whoever prints the reply says how that ended, before the client is told. A reply that is let go of unprinted counts as
/// cancelled: nobody got it.
package final class UnprintedReply: Sendable {
  enum Ending: Sendable {
    case printed
    case refused(InferenceError)
    case dropped

    var isRefused: Bool { if case .refused = self { true } else { false } }
  }

  typealias Record = @Sendable (Ending) -> Void

  private let record: Mutex<Record?>

  init(record: @escaping Record) { self.record = Mutex(record) }

  deinit { end(.dropped) }

  /// All of it is there to be sent.
  package func printed() { end(.printed) }

  /// The client gets this error in its place.
  package func refused(_ error: InferenceError) { end(.refused(error)) }

  private func end(_ ending: Ending) {
    let record = record.withLock { stored in
      defer { stored = nil }
      return stored
    }
    record?(ending)
  }
}
