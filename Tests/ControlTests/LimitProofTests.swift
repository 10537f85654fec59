import Control
import Domain
import Foundation
import Testing

@testable import Storage

/// Whether a limit helped is judged from the requests that it let through; the slow ones of a limited client are its own affair.
struct LimitProofTests {
  private static let version = ModelVersion(model: "m", version: "1")

  private static func batch(
    at second: Int64, revision: Int64 = 0, _ counts: RevisionCounts = RevisionCounts(),
    clients: [(String, Outcome, count: Int64, slow: Int64)] = []
  ) -> SecondBatch {
    var rollup = SecondRollup(version: version, variant: .champion, second: second)
    rollup.byRevision = [revision: counts]
    let clients = clients.map { name, outcome, count, slow in
      var times = ClientCount.Times()
      if outcome.isTimed { (times.timed, times.slow) = (count, slow) }
      return ClientCount(
        version: version, variant: .champion, client: name, outcome: outcome,
        minute: second - second % 60, count: count, times: times)
    }
    return SecondBatch(
      time: Timestamp(seconds: second + 1), from: second, to: second + 1, rollups: [rollup],
      clients: clients)
  }

  private static func counts(_ requests: Int64, errors: Int64, limited: Int64) -> RevisionCounts {
    var counts = RevisionCounts()
    counts.requests = requests
    counts.serverErrors = errors
    counts.limited = limited
    return counts
  }

  /// Half of the requests of the second that runs fail, of clients and all.
  private static func bad(_ control: ControlPlane) async {
    let now = Int64(Date.now.timeIntervalSince1970)
    var rollup = SecondRollup(version: version, variant: .champion, second: now)
    rollup.counters.ok = 100
    rollup.counters.shed = 100
    rollup.counters.limited = 5_000
    var batch = SecondBatch(
      time: Timestamp(seconds: now + 1), from: now, to: now + 1, rollups: [rollup])
    batch.clients =
      Self.batch(
        at: now,
        clients: [
          ("batch", .shed, 900, 0), ("batch", .ok, 20, 20), ("web", .ok, 80, 60),
          ("web", .limited, 9, 0),
        ]
      ).clients
    await control.ingest(batch)
  }

  @Test func `a limit of all is proven by what was admitted since, beside what it refused`()
    async throws
  {
    let rig = try await ControlRig()
    await Self.bad(rig.control)
    _ = await rig.send(.limit(model: "m", scope: .all, rate: 5, burst: nil))
    let revision = try #require(rig.control.hub.latest?.models[0].deployment.revision)
    let watched = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(watched.limit == .all && watched.status == .watching && watched.from == watched.to)
    // What another limit refused is not of the level before.
    #expect(watched.errorsBefore.count == 100 && watched.errorsBefore.total == 200)
    let now = watched.switchedAt.seconds
    await rig.control.ingest(
      Self.batch(
        at: now, revision: revision - 1, Self.counts(500, errors: 500, limited: 0)))
    await rig.control.ingest(
      Self.batch(at: now, revision: revision, Self.counts(920, errors: 0, limited: 900)))
    #expect(rig.control.hub.latest?.recoveries.first?.requests == 20)
    #expect(rig.control.hub.latest?.recoveries.first?.status == .watching)
    await rig.control.ingest(
      Self.batch(at: now, revision: revision, Self.counts(4_000, errors: 0, limited: 0)))
    let proven = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(proven.isRecovered && proven.errors.count == 0 && proven.requests == 4_020)
    #expect(proven.refused == 900)
    #expect(
      try await rig.entries().contains {
        $0.action == "recovered"
          && $0.summary.contains(
            "after the limit of all clients together: 0 of 4020 requests since then failed, 900 more"
          )
      })
    await rig.end()
  }

  @Test func `what an operator sheds counts neither before a rollback nor against it`() async throws
  {
    let rig = try await ControlRig()
    let now = Int64(Date.now.timeIntervalSince1970)
    func second(_ second: Int64, revision: Int64, failed: Int) async {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
      for number in 0..<1_000 {
        let time = Timestamp(seconds: second)
        var record = PredictionRecord(
          id: RequestID(time: time, random: (0, UInt64(number))), version: Self.version,
          variant: .champion, client: "web",
          outcome: number < 350 ? .shed : number < 350 + failed ? .failed : .ok,
          revision: revision, arrivedAt: time, totalTime: 1_000_000, rows: number < 350 ? 0 : 1)
        record.isShedByOperator = number < 350
        folder.add(record)
      }
      await rig.control.ingest(
        SecondBatch(
          time: Timestamp(seconds: second + 1), from: second, to: second + 1,
          rollups: Array(folder.take().rollups.values)))
    }
    await second(now, revision: 0, failed: 65)
    _ = await rig.send(.limit(model: "m", scope: .all, rate: 1_000, burst: nil))
    let revision = try #require(rig.control.hub.latest?.models[0].deployment.revision)
    let watched = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(watched.errorsBefore.count == 65 && watched.errorsBefore.total == 650)
    for step in 1...10 { await second(now + Int64(step), revision: revision, failed: 0) }
    let proven = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(proven.isRecovered && proven.errors.count == 0)
    #expect(proven.errors.total == proven.requests && proven.requests % 650 == 0)
    await rig.end()
  }

  @Test func `slow answers count for the others of a limited client only`() async throws {
    let rig = try await ControlRig()
    await Self.bad(rig.control)
    _ = await rig.send(.limit(model: "m", scope: .client("batch"), rate: 5, burst: nil))
    let revision = try #require(rig.control.hub.latest?.models[0].deployment.revision)
    let watched = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(watched.errorsBefore.count == 900 && watched.errorsBefore.total == 1_000)
    #expect(watched.slowBefore?.count == 60 && watched.slowBefore?.total == 80)
    let now = watched.switchedAt.seconds
    func second(_ second: Int64, web: Int64, slow: Int64 = 0) async {
      await rig.control.ingest(
        Self.batch(
          at: second, revision: revision, Self.counts(web + 12, errors: 0, limited: 7),
          clients: [("web", .ok, web, slow), ("batch", .ok, 5, 5), ("batch", .limited, 7, 0)]))
    }
    // Some of what is answered in the first two seconds was admitted before it.
    await second(now, web: 40, slow: 40)
    await second(now + 1, web: 40, slow: 1)
    #expect(rig.control.hub.latest?.recoveries.first?.requests == 90)
    #expect(rig.control.hub.latest?.recoveries.first?.slow?.total == 0)
    // As long as the others ask nothing, nothing is proven.
    await second(now + 2, web: 0)
    #expect(rig.control.hub.latest?.recoveries.first?.status == .watching)
    await second(now + 3, web: 4_000)
    let proven = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(proven.isRecovered && proven.errors.count == 0 && proven.refused == 28)
    #expect(proven.slow?.count == 0 && proven.slow?.total == 4_000)
    // A second, tighter limit proves itself: the first one's proof, which has ended, stays beside it.
    _ = await rig.send(.limit(model: "m", scope: .client("batch"), rate: 2, burst: nil))
    #expect(rig.control.hub.latest?.recoveries.map(\.isRecovered) == [false, true])
    // One that is lifted or loosened proves nothing, and nothing is left to be proven of it.
    _ = await rig.send(.limit(model: "m", scope: .client("batch"), rate: 4, burst: nil))
    #expect(rig.control.hub.latest?.recoveries.map(\.isRecovered) == [true])
    _ = await rig.send(.limit(model: "m", scope: .client("batch"), rate: nil, burst: nil))
    #expect(rig.control.hub.latest?.recoveries.count == 1)
    await rig.end()
  }

  @Test func `where nothing was to be helped nothing is proven`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.limit(model: "m", scope: .client("batch"), rate: 5, burst: nil))
    #expect(rig.control.hub.latest?.models[0].deployment.limits?.count == 1)
    #expect(rig.control.hub.latest?.recoveries.isEmpty == true)
    await rig.end()
  }
}

extension Recovery {
  fileprivate var isRecovered: Bool { if case .recovered = status { true } else { false } }
}
