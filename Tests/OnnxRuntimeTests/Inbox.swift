import Domain
import Synchronization

/// Records in the order in which they came.
final class Inbox: Sendable {
  private let stored = Mutex<[PredictionRecord]>([])

  func put(_ record: PredictionRecord) { stored.withLock { $0.append(record) } }
  var all: [PredictionRecord] { stored.withLock { $0 } }
}
