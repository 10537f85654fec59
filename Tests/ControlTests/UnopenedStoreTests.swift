import Domain
import Foundation
import PromQL
import Statistics
import Synchronization
import Testing

@testable import Control
@testable import Storage

/// A server whose `metrics.db` could not be opened at the start, for want of room.
struct UnopenedStoreTests {
  private static let start: Int64 = 1_767_268_800

  @Test
  func `the past is known when the store opens, and until then who asks is told to come again`()
    async throws
  {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let before = try MetricStore(directory: folder.path, now: Timestamp(seconds: Self.start))
    #expect(
      before.write(Self.batch(), seconds: 0..<0, now: Timestamp(seconds: Self.start)))
    var collection = ReferenceCollection([FeatureDeclaration(name: "price", kind: .numeric)])
    collection.add(
      FeatureSample(
        version: JudgementBench.one,
        columns: [
          .init(
            declaration: FeatureDeclaration(name: "price", kind: .numeric),
            values: .numbers([1, 2, 3]))
        ]), now: Self.start)
    _ = try before.store(referenceSamples: [
      JudgementBench.one: try #require(collection.saved)
    ])
    before.close()
    let path = "\(folder.path)/metrics.db"
    let free = Mutex<Int64>(0)
    let metrics = MetricStore(
      path: path, settings: .init(), pool: nil,
      writer: MetricWriter(unopenedAt: Timestamp(seconds: Self.start)),
      disk: { DiskSpace(total: 1 << 40, free: free.withLock { $0 }) })
    metrics.shared.withLock {
      $0.mustOpen = true
      $0.refusal = .full(path: path)
    }
    let now = Timestamp(seconds: Self.start + 600)
    let rig = try await ControlRig(
      folder: folder, clock: { now },
      rules: [], judgement: JudgementServices(metrics: metrics, useReference: { _ in }))
    let source = LocalConsoleSource(
      control: rig.control, recorder: Recorder(store: metrics, clock: { now }), metrics: metrics,
      principal: .vigia)
    await #expect(
      throws: SourceError.unreachable(reason: StorageError.full(path: path).description)
    ) {
      try await source.failures(FailureQuery(model: "m", from: 0, to: 60))
    }
    let counted = MetricQuery(
      expression: "max(max_over_time(\(SeriesCatalogue.requests.name){outcome=\"ok\"}[15m]))",
      time: now.microseconds / 1_000)
    let none = await #expect(throws: SourceError.self) {
      try await source.runbooks(RunbookQuery())
    }
    guard case .notFound(let reason) = none else {
      Issue.record("\(String(describing: none))")
      return
    }
    #expect(reason.contains("`runbooks`"))
    func known() async -> Int64 {
      await rig.control.seedWhenOpen()
      return await rig.control.board.models["m"]?.history.sum(3_600, before: now.seconds).requests
        ?? 0
    }
    // What only the store could answer is worth asking again.
    let desk = QuestionDesk()
    defer { desk.close() }
    let stored = StoredSeries(store: metrics)
    let sight = Evaluator(
      source: SeriesSource { try stored.select($0) }, sampleLimit: QuestionDesk.sampleLimit)
    let query = try Query(counted.expression)
    await #expect(
      throws: MetricQueryFailure(
        isBadQuery: false, isPassing: true, reason: StorageError.full(path: path).description)
    ) {
      try await desk.answer(query, counted) { sight }
    }
    #expect(await known() == 0)
    #expect(try await rig.control.answer(counted).results.isEmpty)
    #expect(await rig.control.board.collected.isEmpty)
    await rig.control.keepCollections()
    #expect(!metrics.write(PendingBatch(), seconds: 0..<0, now: now))
    free.withLock { $0 = 1 << 30 }
    #expect(metrics.write(PendingBatch(), seconds: 0..<0, now: now))
    #expect(await known() == 1)
    #expect(await known() == 1)
    // Rules and references in the making know it, too, as after an ordinary start.
    #expect(
      try await rig.control.answer(counted).results.flatMap(\.points).map(\.value) == ["1"])
    #expect(await rig.control.board.collected[JudgementBench.one]?.rows == 3)
    _ = try await source.failures(FailureQuery(model: "m", from: 0, to: 60))
    await rig.end()
    metrics.close()
  }

  private static func batch() -> PendingBatch {
    var folder = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    folder.add(
      PredictionRecord(
        id: RequestID(time: Timestamp(seconds: start), random: (0, 1)),
        version: ModelVersion(model: "m", version: "1"), variant: .champion, client: "acme",
        outcome: .ok, revision: 1, arrivedAt: Timestamp(seconds: start), totalTime: 1_000_000,
        rows: 1))
    return folder.take()
  }
}
