import Statistics

/// What was written since the last flush and is told by the next: a batch is of whole seconds.
///
/// Predictions and kept requests are not in it, which only the store needs.
struct SavedRows {
  private var rows = PendingBatch()

  mutating func add(_ later: PendingBatch) { rows.takeIn(rowsOf: later) }

  /// - Returns: `last`, with these rows.
  func followed(by last: PendingBatch) -> PendingBatch {
    guard rows.requests > 0 || !rows.labels.isEmpty else { return last }
    var all = last
    var rows = rows
    rows.takeIn(rowsOf: last)
    all.rollups = rows.rollups
    all.labels = rows.labels
    all.clients = rows.clients
    all.features = rows.features
    all.quality = rows.quality
    all.requests = rows.requests
    return all
  }
}

extension PendingBatch {
  /// Adds what was counted after these rows.
  fileprivate mutating func takeIn(rowsOf later: PendingBatch) {
    rollups.merge(later.rollups) { $0.followed(by: $1) }
    labels.merge(later.labels) { earlier, later in
      var sum = earlier
      sum += later
      return sum
    }
    clients.merge(later.clients) { earlier, later in
      var sum = earlier
      sum.count += later.count
      sum.times += later.times
      return sum
    }
    features.merge(later.features) { $0.merged(with: $1) }
    quality.merge(later.quality) { $0.merged(with: $1) }
    requests += later.requests
  }
}

extension SecondRollup {
  fileprivate func followed(by later: SecondRollup) -> SecondRollup {
    var sum = self
    sum.counters += later.counters
    sum.latency.merge(later.latency)
    sum.byRevision.merge(later.byRevision) { earlier, later in
      var counts = earlier
      counts += later
      return counts
    }
    return sum
  }
}

extension Mergeable {
  fileprivate func merged(with later: Self) -> Self {
    var sum = self
    sum.merge(later)
    return sum
  }
}
