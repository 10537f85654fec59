import Domain

/// What proofs and comparisons of versions count of a request, under the revision that routed it.
extension SecondFolder {
  /// Counts a request for its revision, and notes what only a comparison asks for: its routing key, and when it came.
  ///
  /// - Parameters:
  ///   - second: of its answer.
  ///   - isAbove: whether it took longer than the limit of its model's comparison; nil where that has none.
  mutating func countForSplit(
    _ record: PredictionRecord, second: Int64, isSlow: Bool, isAbove: Bool?
  ) -> RevisionCounts {
    let isRefusedByWord = record.outcome == .limited || record.isShedByOperator
    var counts = RevisionCounts()
    counts.requests = 1
    counts.serverErrors = record.outcome.isServerError && !isRefusedByWord ? 1 : 0
    counts.limited = isRefusedByWord ? 1 : 0
    counts.timed = record.outcome.isTimed ? 1 : 0
    counts.slow = counts.timed > 0 && isSlow ? 1 : 0
    counts.above = isAbove == true ? 1 : 0
    counts.outside = record.isOutsideSplit ? 1 : 0
    if record.isRouted {
      counts.routed = 1
      counts.routedErrors = counts.serverErrors
      counts.keyless = record.routingKey == nil ? 1 : 0
    }
    if record.isDrawn {
      counts.drawn = 1
      counts.drawnEarlier = record.arrivedAt.seconds < second ? 1 : 0
    }
    noteDraw(of: record, isEarlier: counts.drawnEarlier > 0)
    if record.isDrawn, let key = record.routingKey {
      note(
        KeyedEvents.Request(
          key: key, second: record.arrivedAt.seconds, isCounted: record.isRouted,
          isError: record.outcome.isServerError, isRefused: record.outcome.isRefusal,
          isSlow: isAbove ?? isSlow,
          client: name(of: record)),
        at: RevisionKey(series: Self.series(of: record), revision: record.revision))
    }
    return counts
  }

  /// Notes when a request came, where the second of its answer does not say it.
  private mutating func noteDraw(of record: PredictionRecord, isEarlier: Bool) {
    guard isEarlier || record.isOutsideSplit,
      record.variant == .champion || record.variant == .challenger
    else { return }
    let revision = RevisionKey(series: Self.series(of: record), revision: record.revision)
    let key = DrawKey(revision: revision, second: record.arrivedAt.seconds)
    if isEarlier {
      pending.draws[key, default: DrawCounts()].earlier += 1
    } else {
      pending.draws[key, default: DrawCounts()].outside += 1
    }
  }

  private mutating func note(_ request: KeyedEvents.Request, at key: RevisionKey) {
    guard pending.keyed[key]?.requests.count ?? 0 < KeyedEvents.limit else { return }
    pending.keyed[key, default: KeyedEvents()].requests.append(request)
  }
}

extension PredictionRecord {
  /// Whether the split gave it to a version that answered, failed or shed it. What was refused before its version was known
  /// has no rows.
  fileprivate var isRouted: Bool {
    rows > 0 && (outcome.isTimed || outcome == .shed) && !isOutsideSplit
  }

  /// Whether the split drew its version: also where no guardrail counts it, since its client went away or the reply could not
  /// be sent.
  fileprivate var isDrawn: Bool {
    isRouted || rows > 0 && (outcome == .cancelled || outcome == .invalid) && !isOutsideSplit
  }
}
