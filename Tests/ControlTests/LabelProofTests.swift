import Control
import Domain
import Foundation
import Storage
import Testing

/// Where nothing fails, late labels prove an act: those of predictions made since, and no others.
struct LabelProofTests {
  private static func batch(
    at second: Int64, _ version: String, _ variant: Variant = .champion, revision: Int64,
    requests: Int64 = 0, judged: Int64, wrong: Int64
  ) -> SecondBatch {
    let version = ModelVersion(model: "m", version: version)
    var rollup = SecondRollup(version: version, variant: variant, second: second)
    rollup.counters.ok = requests
    rollup.byRevision = [revision: RevisionCounts()]
    rollup.byRevision[revision]?.requests = requests
    var labels = LabelCounts()
    labels.correct = judged - wrong
    labels.wrong = wrong
    var batch = SecondBatch(
      time: Timestamp(seconds: second + 1), from: second, to: second + 1, rollups: [rollup])
    batch.revisionLabels = [
      RevisionLabels(version: version, variant: variant, revision: revision, counts: labels)
    ]
    return batch
  }

  @Test func `a pin is proven by labels of what was predicted since`() async throws {
    let rig = try await ControlRig()
    let now = Int64(Date.now.timeIntervalSince1970)
    let before = try #require(rig.control.hub.latest?.models[0].deployment.revision)
    await rig.control.ingest(
      Self.batch(at: now, "1", revision: before, requests: 300, judged: 200, wrong: 82))
    _ = await rig.send(.pin(model: "m", version: "3"))
    let watched = try #require(rig.control.hub.latest?.recoveries.first)
    let revision = try #require(rig.control.hub.latest?.models[0].deployment.revision)
    #expect(watched.status == .watching && watched.wasBad == false)
    #expect(watched.wrongBefore?.count == 82 && watched.wrongBefore?.total == 200)
    // Labels of predictions made before come after the act, too; and a request to a named version is nobody's traffic.
    await rig.control.ingest(
      Self.batch(at: now, "1", revision: before, requests: 40, judged: 100, wrong: 0))
    await rig.control.ingest(
      Self.batch(at: now, "3", .direct, revision: revision, judged: 100, wrong: 0))
    await rig.control.ingest(
      Self.batch(at: now, "3", revision: revision, requests: 40, judged: 20, wrong: 4))
    #expect(rig.control.hub.latest?.recoveries.first?.status == .watching)
    #expect(rig.control.hub.latest?.recoveries.first?.wrong?.total == 20)
    for second in 4...60 {
      await rig.control.ingest(
        Self.batch(
          at: now + Int64(second), "3", revision: revision, requests: 40, judged: 2,
          wrong: second % 5 == 0 ? 1 : 0))
    }
    let proven = try #require(rig.control.hub.latest?.recoveries.first)
    #expect(proven.isProvenByLabels && proven.wrong?.count == 16 && proven.wrong?.total == 134)
    #expect(
      try await rig.entries().contains {
        $0.action == "recovered"
          && $0.summary.contains(
            "after the switch to 3: 16 of 134 labelled predictions since then were wrong, "
              + "82 of 200 labelled predictions before; 0 of 2320 requests failed")
      })
    await rig.end()
  }
}
