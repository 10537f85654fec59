package import Domain
import Foundation
import GRDB
import Statistics

/// What judgements are made of, and what was judged.
extension MetricStore {
  /// A request's copies: the answer's, and the shadow's where there was one. Empty when it is not kept, or not any more.
  package func requests(_ id: RequestID) throws(StorageError) -> [CapturedRequest] {
    try reading { db in try RequestTable.requests(id, in: db) }
  }

  /// Of the kept requests those that fit, slowest first.
  package func requests(_ query: RequestQuery) throws(StorageError) -> [CapturedRequest] {
    try reading { db in try RequestTable.requests(query, in: db) }
  }

  /// Rows of a version by its reference's bins, a row a minute and part that it played, oldest first.
  package func features(
    _ version: ModelVersion, from: Int64, to: Int64, servedOnly: Bool = false
  ) throws(StorageError) -> [(minute: Int64, counts: FeatureCounts)] {
    try values(
      of: version, MergedTable.features(.minute), from: from, to: to,
      without: servedOnly ? Tier.minute.step : nil
    )
    .map { (minute: $0.t, counts: $0.value) }
  }

  /// Likewise an hour a row.
  ///
  /// - Parameter servedOnly: without hours of which a part was not served, see `backfilled`.
  package func featureHours(
    _ version: ModelVersion, from: Int64, to: Int64, servedOnly: Bool = false
  ) throws(StorageError) -> [(hour: Int64, counts: FeatureCounts)] {
    try values(
      of: version, MergedTable.features(.hour), from: from, to: to,
      without: servedOnly ? Tier.hour.step : nil
    )
    .map { (hour: $0.t, counts: $0.value) }
  }

  /// The labelled rows of a version, a row a minute and part that it played, oldest first.
  ///
  /// - Parameter servedOnly: without minutes of which a part was not served, see `backfilled`.
  package func quality(
    _ version: ModelVersion, variants: Set<Variant> = [.champion, .challenger], from: Int64,
    to: Int64, servedOnly: Bool = false
  ) throws(StorageError) -> [(minute: Int64, row: QualityRow)] {
    try values(
      of: version, variants: variants, MergedTable.quality(.minute), from: from, to: to,
      without: servedOnly ? Tier.minute.step : nil
    )
    .map { (minute: $0.t, row: $0.value) }
  }

  /// - Parameter backfilledStep: seconds of a row; rows of which a part was not served are left out. Nil: none is.
  private func values<Value: Mergeable>(
    of version: ModelVersion, variants: Set<Variant> = [.champion, .challenger, .shadow],
    _ table: MergedTable<Value>?, from: Int64, to: Int64, without backfilledStep: Int64? = nil
  ) throws(StorageError) -> [(t: Int64, value: Value)] {
    guard let table else { return [] }
    return try reading { db in
      let unserved = backfilledStep == nil ? [] : try BackfillMark.all(db)
      let step = backfilledStep ?? 1
      var all: [(t: Int64, value: Value)] = []
      // Requests past the split are somebody's trials and replays: they judge nobody.
      for (id, key) in try Self.keys(db, model: version.model, version: version.version)
      where variants.contains(key.variant) {
        all += try table.values(series: id, from: from, to: to, in: db)
      }
      return all.filter { !unserved.touch($0.t..<$0.t + step) }.sorted { $0.t < $1.t }
    }
  }

  /// Those of a model that anything is stored of.
  package func versions(of model: String) throws(StorageError) -> Set<ModelVersion> {
    try reading { db in
      Set(try Self.keys(db, model: model, version: nil).map(\.key.version))
    }
  }

  /// What a version counted by the minute in these parts, oldest first.
  ///
  /// - Parameter servedOnly: without minutes of which a part was not served, see `backfilled`.
  package func minutes(
    _ version: ModelVersion, variants: Set<Variant> = [.champion, .challenger], from: Int64,
    to: Int64, servedOnly: Bool = false
  ) throws(StorageError) -> [MinuteCounts] {
    try reading { db in
      var minutes: [Int64: MinuteCounts] = [:]
      for (id, key) in try Self.keys(db, model: version.model, version: version.version)
      where variants.contains(key.variant) {
        for tier in [Tier.all[0], Tier.all[1], Tier.minute] {
          let upper = try Self.folded(after: tier, db)
          let lower = try Self.folded(into: tier, db)
          // Each second stands in the coarsest tier that has it.
          let (start, end) = (max(from, upper), min(to, lower))
          guard start < end else { continue }
          let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: MinuteCounts.sql(tier)), arguments: [id, start, end])
          while let row = try rows.next() {
            let minute = Tier.minute.floor(try row.count(0))
            try minutes[minute, default: MinuteCounts(minute: minute)].add(row)
          }
        }
      }
      let unserved = servedOnly ? try BackfillMark.all(db) : []
      return minutes.values.filter { !unserved.touch($0.minute..<$0.minute + 60) }
        .sorted { $0.minute < $1.minute }
    }
  }

  /// From when on a tier's rows are not in the next coarser one yet, up to the minute.
  private static func folded(after tier: Tier, _ db: Database) throws -> Int64 {
    guard tier.step < Tier.minute.step else { return .min }
    let next = Tier.all[(Tier.all.firstIndex(of: tier) ?? 0) + 1]
    return try MetricWriter.meta(next.watermarkKey, in: db) ?? 0
  }

  /// Up to when a tier is folded.
  private static func folded(into tier: Tier, _ db: Database) throws -> Int64 {
    guard tier.step > 1 else { return .max }
    return try MetricWriter.meta(tier.watermarkKey, in: db) ?? 0
  }

  /// Seconds in which the recorder was at work, by the minute; minutes without one are left out.
  package func secondsAlive(from: Int64, to: Int64) throws(StorageError) -> [Int64: Int64] {
    let from = Tier.minute.floor(from)
    let window = Window(from: from, to: max(from, to), step: 60)
    return try reading { db in
      let plan = try self.plan(window, db)
      let alive = try Self.secondsAlive(plan, db)
      return alive.enumerated().reduce(into: [:]) { minutes, cell in
        guard cell.element > 0, plan.step == 60 else { return }
        minutes[plan.from + Int64(cell.offset) * 60] = Int64(cell.element)
      }
    }
  }

  // MARK: Judgements

  /// Keeps finished judgements. They are telemetry: what cannot be written is lost. The course of an experiment takes the
  /// place of what was kept of the same comparison before, and how one stood is thinned out with its age.
  package func write(_ judgements: [JudgementRecord]) throws(StorageError) {
    guard !judgements.isEmpty else { return }
    let rows = judgements.compactMap { one in
      (try? JSONEncoder().encode(one)).map { (one, String(decoding: $0, as: UTF8.self)) }
    }
    try transaction { _, db in
      let insert = try db.cachedStatement(
        sql: "INSERT INTO judgement(id, kind, model, version, t, json) VALUES (?, ?, ?, ?, ?, ?)")
      for (one, json) in rows {
        if case .effects(let effects) = one.content {
          try db.execute(
            sql: "DELETE FROM judgement WHERE kind = ? AND model = ? AND version = ? AND t >= ?",
            arguments: [
              one.kind.rawValue, one.version.model, one.version.version, effects.since.seconds,
            ])
        }
        let id = one.kind == .standing ? try Self.nextStandingID(db) : nil
        try insert.execute(arguments: [
          id, one.kind.rawValue, one.version.model, one.version.version, one.time.seconds, json,
        ])
      }
      for one in judgements where one.kind == .standing {
        try Self.thinStandings(of: one.version.model, now: one.time.seconds, db)
      }
      try db.execute(
        sql: """
          DELETE FROM judgement
          WHERE id <= (SELECT max(id) FROM judgement) - ? AND kind NOT IN (?, ?)
          """,
        arguments: [
          Self.judgementsKept, JudgementQuery.Kind.reference.rawValue,
          JudgementQuery.Kind.standing.rawValue,
        ])
    }
  }

  /// Two models with a verdict a minute: a month. References stay: there are few, and later windows stand on them.
  private static let judgementsKept = 100_000

  /// Numbered from 0 down, so that they push no verdict out.
  private static func nextStandingID(_ db: Database) throws -> Int64 {
    min(try Int64.fetchOne(db, sql: "SELECT min(id) FROM judgement") ?? 0, 0) - 1
  }

  /// Of what is older than two days the last of each hour stays, and nothing for more than a month: 6 MB of a model whose
  /// comparison goes on all the time.
  private static func thinStandings(of model: String, now: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM judgement WHERE kind = ? AND model = ? AND t < ? AND (t < ? OR EXISTS (
          SELECT 1 FROM judgement AS later WHERE later.kind = judgement.kind
          AND later.model = judgement.model AND later.t > judgement.t
          AND later.t < (judgement.t / 3600 + 1) * 3600))
        """,
      arguments: [
        JudgementQuery.Kind.standing.rawValue, model, Tier.hour.floor(now - 2 * 86_400),
        now - 30 * 86_400,
      ])
  }

  /// Oldest first.
  package func judgements(_ query: JudgementQuery) throws(StorageError) -> [JudgementRecord] {
    try reading { db in
      let rows = try String.fetchAll(
        db,
        sql: """
          SELECT json FROM judgement
          WHERE kind = ? AND model = ? AND (? IS NULL OR version = ?) AND t >= ? AND t < ?
          ORDER BY t DESC, id DESC LIMIT ?
          """,
        arguments: [
          query.kind.rawValue, query.model, query.version, query.version, query.from, query.to,
          min(max(query.limit, 0), 10_000),
        ])
      return rows.reversed().compactMap { json in
        guard
          var record = try? JSONDecoder().decode(JudgementRecord.self, from: Data(json.utf8))
        else { return nil }
        if query.cells != true, case .drift(let window) = record.content {
          record.content = .drift(window.brief)
        }
        return record
      }
    }
  }
}

/// What a version, or several, counted in one minute.
package struct MinuteCounts: Sendable, Equatable, Codable {
  /// Its start, in seconds since 1970.
  package var minute: Int64
  package var requests: Int64 = 0
  package var ok: Int64 = 0
  package var serverErrors: Int64 = 0
  /// Answered above the latency objective.
  package var slow: Int64 = 0
  /// Rows answered in a form that a label can be compared with.
  package var predicted: Int64 = 0
  /// Microseconds.
  package var computeSum: Double = 0
  package var labels = LabelCounts()
  /// Seconds in which the recorder was at work.
  package var filled: Int64 = 0

  package init(minute: Int64) { self.minute = minute }

  static func sql(_ tier: Tier) -> String {
    """
    SELECT t, ok + invalid + failed + shed + timed_out + cancelled + limited,
    ok, failed + shed + timed_out, slow, predicted, compute_sum, labels_correct, labels_wrong,
    abs_error_count, abs_error_sum, score_count, score_sum
    FROM \(tier.counters) WHERE series = ? AND t >= ? AND t < ?
    """
  }

  mutating func add(_ row: Row) throws {
    requests += try row.count(1)
    ok += try row.count(2)
    serverErrors += try row.count(3)
    slow += try row.count(4)
    predicted += try row.count(5)
    computeSum += try row.checked(6)
    labels.correct += try row.count(7)
    labels.wrong += try row.count(8)
    labels.distances += try row.count(9)
    labels.absoluteErrorSum += try row.checked(10)
    labels.scores += try row.count(11)
    labels.scoreSum += try row.checked(12)
  }
}

extension MinuteCounts {
  /// Both together; the minute stays.
  package static func += (left: inout MinuteCounts, right: MinuteCounts) {
    left.requests += right.requests
    left.ok += right.ok
    left.serverErrors += right.serverErrors
    left.slow += right.slow
    left.predicted += right.predicted
    left.computeSum += right.computeSum
    left.labels += right.labels
    left.filled += right.filled
  }
}
