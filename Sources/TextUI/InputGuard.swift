/// Keeps a dangerous dialog from being answered by a hand that was typing something else.
///
/// For a while after it opens nothing is let through, and neither is a paste or a burst of keys
/// that no finger types. Escape always passes: leaving is never dangerous. Slower typing passes, too, and is told by
/// `isRestless`: keys in a row without a pause that are not all the dialog's.
package struct InputGuard: Sendable, Equatable {
  /// How long after opening keys are ignored.
  package static let settleTime = Duration.milliseconds(300)
  /// This many keys within `burstTime` are a burst.
  package static let burstCount = 4
  package static let burstTime = Duration.milliseconds(50)

  /// Without a key for this long the hand has paused: whoever reads the dialog before answering does.
  package static let pauseTime = Duration.milliseconds(800)

  private let openedAt: ContinuousClock.Instant
  private var recent: [ContinuousClock.Instant] = []
  private var lastKey: ContinuousClock.Instant
  /// A key was pressed that had nothing to do with the dialog, and there has been no pause since.
  package private(set) var isRestless = false

  package init(openedAt: ContinuousClock.Instant) {
    self.openedAt = openedAt
    lastKey = openedAt
  }

  /// When the key before the one that opened the dialog was pressed.
  package mutating func follow(keyAt earlier: ContinuousClock.Instant) {
    isRestless = openedAt - earlier < InputGuard.pauseTime
  }

  /// Whether the dialog has been open for long enough to be answered.
  package func isSettled(at instant: ContinuousClock.Instant) -> Bool {
    instant - openedAt >= InputGuard.settleTime
  }

  /// A key came that is no answer: what follows it at once is none either.
  package mutating func unsettle() { isRestless = true }

  /// The events of a batch that the dialog may act on.
  ///
  /// Keys of one batch were waiting together, so they count as pressed at the same time. While
  /// a burst lasts, every key of it is dropped, also those that come in later batches.
  package mutating func admit(_ batch: InputBatch) -> [InputEvent] {
    recent.removeAll { batch.time - $0 > InputGuard.burstTime }
    if !batch.keys.isEmpty {
      if batch.time - lastKey >= InputGuard.pauseTime { isRestless = false }
      lastKey = batch.time
    }
    let keys = batch.keys.filter { $0 != .escape }
    recent += keys.map { _ in batch.time }
    if recent.count > InputGuard.burstCount {
      recent.removeFirst(recent.count - InputGuard.burstCount)
    }
    let settled = isSettled(at: batch.time)
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
