import Domain
import Foundation
import GRDB
import Statistics
import Testing

@testable import Storage

struct TierTests {
  @Test func `a day of seconds folds exactly into every tier`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    var whole = DDSketch()
    // Seven hours, a request each 20 s, flushed each 20 s: long enough for the first tier to be dropped.
    for step in 0..<1_260 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in 3_000 })
      let microseconds = Int64(1_000 + 37 * (step % 101))
      folder.add(
        .sample(second: Double(20 * step), number: UInt64(step), microseconds: microseconds))
      whole.add(Double(microseconds))
      let now = Timestamp.noon.adding(seconds: Double(20 * step + 20))
      let isWritten = store.write(folder.take(), seconds: now.seconds - 20..<now.seconds, now: now)
      #expect(isWritten)
    }
    let end = Timestamp.noon.seconds + 25_200
    for tier in Tier.all.dropFirst() {
      let sums = try Self.sums(tier, store)
      let folded = tier.floor(end - tier.step) - Timestamp.noon.seconds
      #expect(sums.requests >= folded / 20, "\(tier.counters)")
      #expect(sums.requests <= 1_260, "\(tier.counters)")
    }
    let hour = try Self.sums(Tier.all[3], store)
    #expect(hour.requests == 1_080)
    #expect(hour.alive == 21_600)
    let firstTier = try Self.sums(Tier.all[0], store)
    #expect(firstTier.requests <= 3_700 / 20)

    let query = SeriesQuery(
      measure: .latencyP99, model: "electricity",
      window: Window(from: Timestamp.noon.seconds, to: end, step: 25_200))
    #expect(try store.series(query).lines.first?.values == [whole.quantile(0.99)])
  }

  private static func sums(
    _ tier: Tier, _ store: MetricStore
  ) throws -> (requests: Int64, alive: Int64) {
    try store.reading { db in
      let requests = try Int64.fetchOne(
        db, sql: "SELECT coalesce(sum(ok), 0) FROM \(tier.counters) WHERE series <> 0")
      let alive = try Int64.fetchOne(
        db, sql: "SELECT coalesce(sum(rows), 0) FROM \(tier.counters) WHERE series = 0")
      return (requests ?? 0, alive ?? 0)
    }
  }

  @Test func `sums that are no numbers, as earlier versions wrote them, stop no fold`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    for second in 0..<70 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
      folder.add(.sample(second: Double(second), number: UInt64(second)))
      var batch = folder.take()
      var labels = LabelCounts()
      labels.scores = 1
      labels.scoreSum = second % 2 == 0 ? .infinity : -.infinity
      let key = SecondKey(
        series: SeriesKey(version: .first, variant: .champion),
        second: Timestamp.noon.seconds + Int64(second))
      batch.labels[key] = labels
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      let isWritten = store.write(batch, seconds: now.seconds - 1..<now.seconds, now: now)
      #expect(isWritten)
    }
    #expect(try Self.sums(Tier.all[2], store).requests == 60)
    #expect(store.status.paused == nil)
  }

  @Test func `folding a window again changes nothing`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    for second in 0..<70 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
      folder.add(.sample(second: Double(second), number: UInt64(second)))
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      _ = store.write(folder.take(), seconds: now.seconds - 1..<now.seconds, now: now)
    }
    let before = try Self.dump(store)
    try store.openPool().write { db in
      try db.execute(
        sql: "UPDATE meta SET value = ? WHERE key LIKE 'folded%'",
        arguments: [Timestamp.noon.seconds])
      var writer = try MetricWriter(db, now: .noon)
      try writer.fold(now: Timestamp.noon.seconds + 70, in: db)
    }
    #expect(try Self.dump(store) == before)
  }

  private static func dump(_ store: MetricStore) throws -> [[Row]] {
    try store.reading { db in
      try Tier.all.flatMap { [$0.counters, $0.sketches] }.map {
        try Row.fetchAll(db, sql: "SELECT * FROM \($0) ORDER BY 1, 2")
      }
    }
  }

  @Test func `what comes late is added to every tier that was folded already`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    for second in stride(from: 0, to: 7_400, by: 20) {
      let now = Timestamp.noon.adding(seconds: Double(second + 20))
      _ = store.write(PendingBatch(), seconds: now.seconds - 20..<now.seconds, now: now)
    }
    var late = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    late.add(.sample(second: 30))
    let now = Timestamp.noon.adding(seconds: 7_401)
    _ = store.write(late.take(), seconds: 0..<0, now: now)
    #expect(try Self.sums(Tier.all[0], store).requests == 0)
    for tier in Tier.all.dropFirst() {
      #expect(try Self.sums(tier, store).requests == 1, "\(tier.counters)")
    }
  }

  @Test func `a restart before the first fold of a tier loses nothing`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon.adding(seconds: 3_000))
    var first = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    first.add(.sample(second: 3_003))
    _ = store.write(first.take(), seconds: 0..<0, now: .noon.adding(seconds: 3_004))
    store.close()
    let later = Timestamp.noon.adding(seconds: 7_300)
    let reopened = try MetricStore(directory: folder.path, now: later)
    for second in 0..<3 {
      let now = later.adding(seconds: Double(second))
      _ = reopened.write(PendingBatch(), seconds: now.seconds - 1..<now.seconds, now: now)
    }
    for tier in Tier.all.dropFirst() {
      #expect(try Self.sums(tier, reopened).requests == 1, "\(tier.counters)")
    }
  }

  @Test func `after a long absence the tiers catch up without walking every empty window`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    var first = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    first.add(.sample(second: 5))
    _ = store.write(first.take(), seconds: 0..<0, now: .noon.adding(seconds: 6))
    let later = Timestamp.noon.adding(seconds: 400 * 86_400)
    for second in 0..<3 {
      let now = later.adding(seconds: Double(second))
      _ = store.write(PendingBatch(), seconds: now.seconds - 1..<now.seconds, now: now)
    }
    #expect(try Self.sums(Tier.all[3], store).requests == 1)
    #expect(try Self.sums(Tier.all[0], store).requests == 1, "the clock may yet be set back")
    // After an hour at work it is right, and what is old goes.
    let settled = later.adding(seconds: 3_603)
    _ = store.write(
      PendingBatch(), seconds: settled.seconds - 3_600..<settled.seconds, now: settled)
    for second in 1..<3 {
      let now = settled.adding(seconds: 10 * Double(second))
      _ = store.write(PendingBatch(), seconds: now.seconds - 1..<now.seconds, now: now)
    }
    #expect(try Self.sums(Tier.all[3], store).requests == 1)
    #expect(try Self.sums(Tier.all[0], store).requests == 0)
  }
}

struct TierPlanTests {
  private static let now: Int64 = 1_767_268_800
  private static let watermarks = [0, now - 10, now - 60, now - 3_600]

  private func tiers(_ from: Int64, _ to: Int64, step: Int64) -> [Int64] {
    TierPlan(
      Window(from: Self.now + from, to: Self.now + to, step: step), watermarks: Self.watermarks,
      now: Self.now
    ).segments.map(\.tier.step)
  }

  @Test func `the leading tier covers the beginning and divides the step`() {
    #expect(tiers(-600, 0, step: 1) == [1])
    #expect(tiers(-3_600, 0, step: 10) == [10, 1])
    #expect(tiers(-86_400, 0, step: 10) == [10, 1])
    #expect(tiers(-86_400, 0, step: 240) == [60, 10, 1])
    #expect(tiers(-86_400 * 7, 0, step: 3_600) == [3_600, 60, 10, 1])
    #expect(tiers(-86_400 * 7, -86_400, step: 3_600) == [3_600])
    #expect(tiers(-86_400 * 300, -86_400 * 299, step: 60) == [3_600])
  }

  @Test func `a step finer than what is kept repeats the coarse value`() {
    let window = Window(from: Self.now - 86_395, to: Self.now - 86_375, step: 5)
    let plan = TierPlan(window, watermarks: Self.watermarks, now: Self.now)
    #expect(plan.step == 10)
    #expect(plan.from == Self.now - 86_400)
    #expect((0..<4).map { plan.cell(of: $0, in: window) } == [0, 1, 1, 2])
    #expect(plan.cells == 3)
  }

  @Test func `an empty window has no cell`() {
    let window = Window(from: Self.now, to: Self.now, step: 1)
    let plan = TierPlan(window, watermarks: Self.watermarks, now: Self.now)
    #expect(plan.cells == 0)
    #expect(plan.segments.isEmpty)
  }
}
