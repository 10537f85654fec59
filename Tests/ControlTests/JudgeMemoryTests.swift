import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

/// What of the judges' memory is on the disk, and when.
struct JudgeMemoryTests {
  private static func rig() async throws -> ControlRig {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let metrics = try MetricStore(
      directory: folder.path, now: Timestamp(seconds: JudgementBench.start))
    return try await ControlRig(
      folder: folder, judgement: JudgementServices(metrics: metrics, useReference: { _ in }))
  }

  /// Seconds of one minute, in which a tenth of the requests goes to a challenger.
  private static func feed(
    _ control: ControlPlane, _ seconds: Range<Int64>, failed: Int64
  ) async {
    var bench = JudgementBench(challenger: 0.1)
    for second in seconds {
      bench.second = JudgementBench.start + second
      bench.deployment.revision = await control.deployments["m"]?.revision ?? 0
      var batch = SecondBatch(
        time: Timestamp(seconds: bench.second), from: bench.second, to: bench.second + 1)
      batch.rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 90),
        bench.rollup(JudgementBench.two, .challenger, ok: 10 - failed, failed: failed),
      ]
      await control.ingest(batch)
    }
  }

  private static func comparison(_ rig: ControlRig) throws -> ExperimentWatch.Memory {
    let json = try #require(try rig.store.judges()["experiment:m"])
    return try JSONDecoder().decode(ExperimentWatch.Memory.self, from: Data(json.utf8))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a verdict that stands in the ledger is remembered`() async throws {
    let rig = try await Self.rig()
    await Self.feed(rig.control, 0..<50, failed: 2)
    while try await !rig.entries().contains(where: { $0.action == "experiment" }) {
      await Task.yield()
    }
    // Nothing more is written: as after a kill.
    let memory = try Self.comparison(rig)
    #expect(memory.judge.verdict?.kind == .rollBack)
    await rig.end()
  }

  @Test func `at the end all that was counted is remembered`() async throws {
    let rig = try await Self.rig()
    await Self.feed(rig.control, 0..<40, failed: 0)
    await rig.control.endJudging()
    let memory = try Self.comparison(rig)
    #expect(memory.judge.arrivals.champion == 3_600 && memory.judge.arrivals.challenger == 400)
    await rig.end()
  }

  @Test func `an end before the first second forgets no comparison`() async throws {
    let rig = try await Self.rig()
    await Self.feed(rig.control, 0..<5, failed: 0)
    await rig.control.endJudging()
    let before = try Self.comparison(rig)
    let (folder, metrics) = (rig.folder, await rig.control.judgement)
    await rig.end()
    let restarted = try await ControlRig(folder: folder, judgement: metrics)
    await restarted.control.endJudging()
    #expect(try Self.comparison(restarted) == before)
    await restarted.end()
  }
}
