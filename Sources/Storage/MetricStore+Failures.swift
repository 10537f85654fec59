package import Domain
import GRDB

extension MetricStore {
  /// Which requests failed, from rollups only. What a shadow answered is left out of the reasons.
  package func failures(_ query: FailureQuery) throws(StorageError) -> FailureReport {
    let window = Window(from: query.from, to: max(query.from, query.to), step: 1)
    var counts: [Outcome: Int64] = [:]
    try reading { db in
      // One cell as wide as the window lets the coarsest tier answer that fits it.
      let step = max(1, window.to - window.from)
      let plan = try self.plan(Window(from: window.from, to: window.to, step: step), db)
      for (id, key) in try Self.keys(db, model: query.model, version: nil)
      where key.variant != .shadow {
        for segment in plan.segments {
          let row = try Row.fetchOne(
            try db.cachedStatement(sql: Self.outcomeSums(segment.tier)),
            arguments: [id, segment.from, segment.to])
          guard let row else { continue }
          for (column, outcome) in Self.outcomeColumns.enumerated() {
            counts[outcome, default: 0] += try row.count(column)
          }
        }
      }
    }
    let clients = try clients(of: query)
    return FailureReport(
      requests: counts.values.reduce(0, +),
      reasons: counts.filter { $0.key != .ok && $0.value > 0 }
        .map { FailureReport.Reason($0.key, requests: $0.value) }
        .sorted { ($0.requests, $1.outcome.rawValue) > ($1.requests, $0.outcome.rawValue) },
      clients: Array(clients.failing.prefix(FailureReport.clientLimit)),
      otherClients: max(0, clients.failing.count - FailureReport.clientLimit),
      clientRequests: clients.requests)
  }

  /// Those with a failure, most first, and how many requests there were of all.
  private func clients(
    of query: FailureQuery
  ) throws(StorageError) -> (failing: [FailureReport.Client], requests: Int64) {
    let from = Tier.minute.floor(query.from)
    var counts: [String: [Outcome: Int64]] = [:]
    try reading { db in
      let rows = try Row.fetchCursor(
        try db.cachedStatement(
          sql: """
            SELECT client, outcome, sum(requests) FROM client
            WHERE t >= ? AND t < ? AND model = ? GROUP BY client, outcome
            """), arguments: [from, query.to, query.model])
      while let row = try rows.next() {
        guard let outcome = Outcome(rawValue: try row.checked(1)) else { continue }
        counts[try row.checked(0), default: [:]][outcome, default: 0] += try row.count(2)
      }
    }
    let failing = counts.compactMap { client, outcomes -> FailureReport.Client? in
      let bad = outcomes.filter { $0.key != .ok && $0.value > 0 }
      guard
        let commonest = bad.max(by: {
          ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue)
        })
      else { return nil }
      return FailureReport.Client(
        client, requests: outcomes.values.reduce(0, +), failed: bad.values.reduce(0, +),
        commonest: commonest.key)
    }.sorted { ($0.failed, $1.client) > ($1.failed, $0.client) }
    return (failing, counts.values.reduce(0) { $0 + $1.values.reduce(0, +) })
  }

  private static func outcomeSums(_ tier: Tier) -> String {
    let sums = outcomeColumns.map { "coalesce(sum(\($0.column)), 0)" }.joined(separator: ", ")
    return "SELECT \(sums) FROM \(tier.counters) WHERE series = ? AND t >= ? AND t < ?"
  }
}

extension Outcome {
  /// Of the counters' tables.
  var column: String { rawValue }
}
