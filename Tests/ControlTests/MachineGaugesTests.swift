import Domain
import Statistics
import Storage
import Testing

@testable import Control

struct MachineGaugesTests {
  @Test func `what is near its limit is read off the snapshot, and what is not known is left out`()
  {
    var snapshot = SystemSnapshot(
      server: ServerInfo(
        version: "1", environment: "", host: "h", listen: "", pid: 1,
        startedAt: Timestamp(seconds: 0), isReadOnly: false, isDemo: false), sequence: 1,
      time: Timestamp(seconds: 0), engine: .starting,
      store: StoreStatus(writeMilliseconds: 12.5), models: [])
    func value(_ measure: SeriesQuery.Measure, part: String = "") -> Double? {
      GaugeTally(snapshot).readings[.init(measure.gaugeCode ?? 0, part: part)]?.mean
    }
    #expect(value(.telemetryWrite) == 12_500)
    #expect(value(.ledgerWrite) == nil && value(.lanesBusy) == nil)
    snapshot.saturation = Saturation(
      machine: Saturation.Machine(
        cores: [0.5, 0.75], coreLimit: 2, processCores: 0.4, processSeconds: 1,
        residentBytes: 300, memoryBytes: 1_000, availableBytes: 400, openFiles: 1,
        openFileLimit: 2, disk: Saturation.Disk(bytes: 10, freeBytes: 7)),
      loopLag: [100, 200], lanes: Saturation.Lanes(threads: 4, busy: 3, waiting: 2))
    #expect(value(.coreBusy, part: "1") == 0.75 && value(.loopLag, part: "0") == 100)
    #expect(value(.memoryUsed) == 600 && value(.processMemory) == 300)
    #expect(value(.diskFree) == 7 && value(.processCores) == 0.4)
    #expect(value(.lanesBusy) == 3 && value(.laneQueue) == 2)
    snapshot.saturation?.machine?.availableBytes = nil
    snapshot.saturation?.machine?.disk = nil
    #expect(value(.memoryUsed) == nil && value(.diskFree) == nil)
  }

  @Test func `measures of the machine have codes of their own, the others have none`() {
    let codes = SeriesQuery.Measure.allCases.compactMap(\.gaugeCode)
    #expect(Set(codes).count == codes.count)
    for measure in SeriesQuery.Measure.allCases {
      #expect((measure.gaugeCode != nil) == measure.isGauge)
    }
  }
}
