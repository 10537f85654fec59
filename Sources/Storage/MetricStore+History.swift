package import Domain
import Foundation
import GRDB

/// What was counted lately, for those who go on counting after a restart.
extension MetricStore {
  /// Requests of one series in one minute, by outcome.
  package struct MinuteOutcomes: Sendable, Equatable {
    package var series: SeriesKey
    /// Its start, in seconds since 1970.
    package var minute: Int64
    package var counts: [Outcome: Int64]
  }

  /// Requests of one client to one version in one minute.
  package struct MinuteClient: Sendable, Equatable {
    package var version: ModelVersion
    package var client: String
    package var minute: Int64
    package var counts: [Outcome: Int64]
    package var timed: Int64
    package var slow: Int64
  }

  /// Oldest first, from the tier of minutes and what it has not folded yet.
  package func outcomes(from: Int64, to: Int64) throws(StorageError) -> [MinuteOutcomes] {
    try reading { db in
      var all: [SecondKey: [Outcome: Int64]] = [:]
      for (id, key) in try Self.keys(db, model: nil, version: nil) {
        for (tier, range) in try Self.segments(from: from, to: to, db) {
          let rows = try Row.fetchCursor(
            try db.cachedStatement(
              sql: """
                SELECT t, ok, invalid, failed, shed, limited, timed_out, cancelled
                FROM \(tier.counters) WHERE series = ? AND t >= ? AND t < ?
                """), arguments: [id, range.lowerBound, range.upperBound])
          while let row = try rows.next() {
            let minute = SecondKey(series: key, second: Tier.minute.floor(try row.count(0)))
            for (column, outcome) in Self.outcomeColumns.enumerated() {
              all[minute, default: [:]][outcome, default: 0] += try row.count(column + 1)
            }
          }
        }
      }
      return all.map { MinuteOutcomes(series: $0.series, minute: $0.second, counts: $1) }
        .sorted { $0.minute < $1.minute }
    }
  }

  static let outcomeColumns: [Outcome] = [
    .ok, .invalid, .failed, .shed, .limited, .timedOut, .cancelled,
  ]

  /// The tiers through the minute, each with the part of a window that no coarser one has.
  private static func segments(
    from: Int64, to: Int64, _ db: Database
  ) throws -> [(Tier, Range<Int64>)] {
    try [Tier.minute, Tier.all[1], Tier.all[0]].reduce(into: []) { segments, tier in
      let start = max(from, segments.last?.1.upperBound ?? from)
      let folded =
        tier.step > 1 ? try MetricWriter.meta(tier.watermarkKey, in: db) ?? 0 : Int64.max
      let end = max(start, min(to, folded))
      segments.append((tier, start..<end))
    }
  }

  /// Oldest first.
  package func clients(from: Int64, to: Int64) throws(StorageError) -> [MinuteClient] {
    try reading { db in
      struct Key: Hashable {
        var version: ModelVersion
        var client: String
        var minute: Int64
      }
      var all: [Key: MinuteClient] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT t, model, version, client, outcome, requests, timed, slow FROM client
          WHERE t >= ? AND t < ?
          """, arguments: [from, to])
      while let row = try rows.next() {
        let version = ModelVersion(model: try row.checked(1), version: try row.checked(2))
        let key = Key(version: version, client: try row.checked(3), minute: try row.count(0))
        guard let outcome = Outcome(rawValue: try row.checked(4)) else { continue }
        var one =
          all[key]
          ?? MinuteClient(
            version: version, client: key.client, minute: key.minute, counts: [:], timed: 0,
            slow: 0)
        one.counts[outcome, default: 0] += try row.count(5)
        one.timed += try row.count(6)
        one.slow += try row.count(7)
        all[key] = one
      }
      return all.values.sorted { $0.minute < $1.minute }
    }
  }
}
