import TextUI

/// When a picture is drawn: for a key at once, for news together with what comes right after it.
///
/// Answers to a panel's questions come one by one within some hundredths of a second, and each drawn picture costs as much
/// as all the rest. While somebody waits for what a key asked for, nothing is held back.
struct FramePace {
  /// For so long news waits for more.
  static let gathering: Duration = .milliseconds(100)
  /// For so long after a key an answer is taken for what the key asked for.
  static let attention: Duration = .milliseconds(500)

  private var touched: ContinuousClock.Instant
  private var due: ContinuousClock.Instant?

  /// The first picture counts as asked for.
  init(startingAt start: ContinuousClock.Instant) { touched = start }

  /// - Parameters:
  ///   - batch: what came. Without any event the time to wait was over.
  ///   - isAwaited: nothing of the server was shown yet.
  mutating func isDue(after batch: InputBatch, isAwaited: Bool) -> Bool {
    let hasInput = batch.events.contains { $0 != .wake }
    if hasInput { touched = batch.time }
    let isAtOnce = batch.events.isEmpty || isAwaited || batch.time < touched + Self.attention
    let due = due ?? batch.time + Self.gathering
    guard isAtOnce || batch.time >= due else {
      self.due = due
      return false
    }
    self.due = nil
    return true
  }

  /// How long to wait for something to happen, where a picture may be waiting.
  func timeout(_ patience: Duration?, now: ContinuousClock.Instant) -> Duration? {
    guard let due else { return patience }
    let left = max(.zero, now.duration(to: due))
    return patience.map { min($0, left) } ?? left
  }
}
