/// Keeps a dangerous dialog from being answered by a hand that was typing something else.
///
/// For a while after it opens nothing is let through, and neither is a paste or a burst of keys
/// that no finger types. Escape always passes: leaving is never dangerous.
package struct InputGuard: Sendable, Equatable {
  /// How long after opening keys are ignored.
  package static let settleTime = Duration.milliseconds(300)
  /// This many keys within `burstTime` are a burst.
  package static let burstCount = 4
  package static let burstTime = Duration.milliseconds(50)

  private let openedAt: ContinuousClock.Instant
  private var recent: [ContinuousClock.Instant] = []

  package init(openedAt: ContinuousClock.Instant) {
    self.openedAt = openedAt
  }

  /// The events of a batch that the dialog may act on.
  ///
  /// Keys of one batch were waiting together, so they count as pressed at the same time. While
  /// a burst lasts, every key of it is dropped, also those that come in later batches.
  package mutating func admit(_ batch: InputBatch) -> [InputEvent] {
    recent.removeAll { batch.time - $0 > InputGuard.burstTime }
    let keys = batch.keys.filter { $0 != .escape }
    recent += keys.map { _ in batch.time }
    if recent.count > InputGuard.burstCount {
      recent.removeFirst(recent.count - InputGuard.burstCount)
    }
    let settled = batch.time - openedAt >= InputGuard.settleTime
    let isBurst = recent.count >= InputGuard.burstCount
    return batch.events.filter { event in
      switch event {
      case .key(.escape): true
      case .key, .mouse: settled && !isBurst
      case .paste: false
      default: true
      }
    }
  }
}
