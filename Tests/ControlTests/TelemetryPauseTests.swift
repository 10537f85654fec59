import Control
import Domain
import Storage
import Testing

struct TelemetryPauseTests {
  @Test func `telemetry that pauses and goes on has one line each in the log`() async throws {
    let texts = LogTexts()
    let rig = try await ControlRig(logger: texts.logger)
    for (second, free) in [nil, "5 MB", "4 MB", nil, nil].enumerated() {
      let now = Int64(second)
      var batch = SecondBatch(time: Timestamp(seconds: now + 1), from: now, to: now + 1)
      batch.status.paused = free
      await rig.control.ingest(batch)
    }
    #expect(
      texts.list.filter { $0.contains("telemetry") }
        == ["telemetry is paused", "telemetry goes on"])
    await rig.end()
  }
}
