import Domain

/// The last requests, in a ring.
///
/// An entry is numbers only: who asked which version, and what went wrong, is kept once for all that share it. To count texts
/// up and down for each request costs a busy server more than all else that is done here.
struct RecentRequests {
  private struct Entry {
    var id: RequestID
    var time: Timestamp
    /// Nanoseconds.
    var queue: Int64
    var compute: Int64
    var total: Int64
    var rows: Int
    var source: Int32
    /// Negative: none.
    var error: Int32
    var outcome: Outcome
  }

  private struct Source: Hashable {
    var version: ModelVersion
    var variant: Variant
    var client: String
  }

  private struct Known {
    var place: Int32
    var source: Source
    /// Not cut.
    var client: String

    func isOf(_ record: PredictionRecord) -> Bool {
      client == record.client && source.variant == record.variant
        && source.version.isSame(as: record.version)
    }
  }

  private var ring: [Entry] = []
  private var next = 0
  private let capacity: Int
  private var sources = Interned<Source>()
  private var errors = Interned<String>()
  /// Some that came lately, which use theirs: most requests are of these, and to look one up by its texts costs more than all else.
  private var known: [Known] = []
  /// Of `known`: the last one, and the one that goes next.
  private var last = 0
  private var oldest = 0
  private static let knownLimit = 8

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// - Complexity: O(1).
  mutating func add(_ record: PredictionRecord) {
    let entry = Entry(
      id: record.id, time: record.answeredAt, queue: record.queueTime, compute: record.computeTime,
      total: record.totalTime, rows: record.rows, source: source(of: record),
      error: record.error.map { errors.use(CapturedRequest.shortened(error: $0)) } ?? -1,
      outcome: record.outcome)
    guard ring.count == capacity else { return ring.append(entry) }
    // Only now, so that what the new one shares with it stays.
    let gone = ring[next]
    sources.give(back: gone.source)
    if gone.error >= 0 { errors.give(back: gone.error) }
    ring[next] = entry
    next += 1
    if next == capacity { next = 0 }
  }

  private mutating func source(of record: PredictionRecord) -> Int32 {
    if !known.isEmpty, known[last].isOf(record) {
      sources.use(known[last].place)
      return known[last].place
    }
    for place in known.indices where known[place].isOf(record) {
      last = place
      sources.use(known[place].place)
      return known[place].place
    }
    let source = Source(
      version: record.version, variant: record.variant,
      client: SecondFolder.shortened(record.client))
    let place = sources.use(source)
    // Once for itself.
    sources.use(place)
    let one = Known(place: place, source: source, client: record.client)
    if known.count < Self.knownLimit {
      last = known.count
      known.append(one)
    } else {
      sources.give(back: known[oldest].place)
      known[oldest] = one
      last = oldest
      oldest = (oldest + 1) % Self.knownLimit
    }
    return place
  }

  /// Slowest first; of equally slow ones the newest. `from` is inclusive, `to` is not.
  ///
  /// - Complexity: O(capacity + matches log matches).
  func matching(_ query: RequestQuery) -> [RequestSummary] {
    let found = ring.lazy.compactMap(summary).filter(query.admits)
    let sorted = found.sorted { ($0.total, $0.id) > ($1.total, $1.id) }
    return Array(sorted.prefix(max(0, query.limit)))
  }

  private func summary(of entry: Entry) -> RequestSummary? {
    sources[entry.source].map { source in
      RequestSummary(
        id: entry.id, version: source.version, variant: source.variant, client: source.client,
        outcome: entry.outcome, time: entry.time, queue: Double(entry.queue) / 1_000,
        compute: Double(entry.compute) / 1_000, total: Double(entry.total) / 1_000,
        rows: entry.rows, error: entry.error < 0 ? nil : errors[entry.error])
    }
  }
}
