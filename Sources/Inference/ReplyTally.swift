import Synchronization

/// Requests that an engine answered, and whose clients got an error all the same, since the reply would have been too
/// long: the engine counts them as successes, and knows no better.
final class ReplyTally: Sendable {
  private struct Counts {
    /// Their replies are being printed.
    var waiting = EngineStatistics.Tally()
    var refused = EngineStatistics.Tally()
    /// Successes that were told last: a counter never falls.
    var told = EngineStatistics.Tally()
  }

  private let counts = Mutex(Counts())

  func refused(nanoseconds: Int64) {
    counts.withLock { $0.refused.add(nanoseconds: nanoseconds) }
  }

  /// Printing will tell whether the client gets its reply.
  func waits(nanoseconds: Int64) {
    counts.withLock { $0.waiting.add(nanoseconds: nanoseconds) }
  }

  func ended(nanoseconds: Int64, isRefused: Bool) {
    counts.withLock { counts in
      counts.waiting = counts.waiting.without(
        EngineStatistics.Tally(count: 1, nanoseconds: UInt64(max(0, nanoseconds))))
      if isRefused { counts.refused.add(nanoseconds: nanoseconds) }
    }
  }

  /// What the engine counted, by what clients got.
  func corrected(_ counted: EngineStatistics) -> EngineStatistics {
    var statistics = counted
    counts.withLock { counts in
      let success = counted.success.without(counts.waiting).without(counts.refused)
      counts.told.count = max(counts.told.count, success.count)
      counts.told.nanoseconds = max(counts.told.nanoseconds, success.nanoseconds)
      statistics.success = counts.told
      statistics.failure.count += counts.refused.count
      statistics.failure.nanoseconds += counts.refused.nanoseconds
    }
    return statistics
  }
}

extension EngineStatistics.Tally {
  fileprivate func without(_ other: Self) -> Self {
    Self(
      count: count - min(count, other.count),
      nanoseconds: nanoseconds - min(nanoseconds, other.nanoseconds))
  }
}
