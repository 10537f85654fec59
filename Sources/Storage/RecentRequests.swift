import Domain

/// The last requests, in a ring.
struct RecentRequests {
  private var ring: [RequestSummary] = []
  private var next = 0
  private let capacity: Int
  /// The last error of each outcome: many that say the same are one text in memory.
  private var errors: [Outcome: String] = [:]

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// - Complexity: O(1).
  mutating func add(_ record: PredictionRecord) {
    if ring.count < capacity {
      ring.append(summary(of: record))
    } else {
      ring[next] = summary(of: record)
      next += 1
      if next == capacity { next = 0 }
    }
  }

  private mutating func summary(of record: PredictionRecord) -> RequestSummary {
    var summary = RequestSummary(record)
    if let error = summary.error {
      if let known = errors[record.outcome], known == error {
        summary.error = known
      } else {
        errors[record.outcome] = error
      }
    }
    return summary
  }

  /// Slowest first; of equally slow ones the newest. `from` is inclusive, `to` is not.
  ///
  /// - Complexity: O(capacity + matches log matches).
  func matching(_ query: RequestQuery) -> [RequestSummary] {
    let found = ring.filter(query.admits)
    let sorted = found.sorted { ($0.total, $0.id) > ($1.total, $1.id) }
    return Array(sorted.prefix(max(0, query.limit)))
  }
}
