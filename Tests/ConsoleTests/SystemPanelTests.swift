import Console
import Domain
import Testing
import TextUI

extension Sample {
  /// A machine whose disk fills up and whose second event loop is late.
  static var busy: SystemSnapshot {
    var snapshot = snapshot()
    snapshot.saturation = Saturation(
      machine: Saturation.Machine(
        cores: [0.42, 0.97, 0.31, 0.08], stolen: 0.02, coreLimit: 4, processCores: 1.31,
        processSeconds: 51_022, residentBytes: 412 << 20, memoryBytes: 8 << 30,
        availableBytes: 3 << 30, openFiles: 71, openFileLimit: 1_024,
        disk: Saturation.Disk(bytes: 64 << 30, freeBytes: 1 << 30),
        gpus: [
          Saturation.GPU(
            name: "0 NVIDIA L4", busy: 0.61, memoryBytes: 24 << 30, usedBytes: 9 << 30)
        ]),
      loopLag: [310, 14_200], lanes: Saturation.Lanes(threads: 4, busy: 3, waiting: 2))
    snapshot.store = StoreStatus(
      dropped: 0, metricsBytes: 51 << 20, stateBytes: 3 << 20, writeMilliseconds: 12.5,
      stateWriteMilliseconds: 4.1)
    snapshot.models[0].versions[0].queueDepth = 7
    return snapshot
  }
}

struct SystemPanelTests {
  private static let size = Size(width: 120, height: 36)

  @Test func `what is nearest to its limit stands on the border`() {
    let text = Hand(Sample.state(.system, size: Self.size)).text
    #expect(text.contains("nearest: disk under the data 98 %"))
    #expect(text.contains("■ full"))
    #expect(text.contains("queue of electricity 5"))
  }

  @Test func `a server that has not measured yet says so, and still shows its store`() throws {
    var snapshot = Sample.busy
    snapshot.saturation?.machine = nil
    var hand = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot))
    #expect(hand.text.contains("the machine is being measured"))
    #expect(hand.text.contains("metrics.db"))
    snapshot.saturation = nil
    hand.act(.snapshot(snapshot), after: 1)
    #expect(hand.text.contains("this server does not measure its machine"))
    try expectSnapshot(hand.text, "system-unmeasured")
  }

  @Test func `without a model the system is shown all the same`() {
    var snapshot = Sample.busy
    snapshot.models = []
    let text = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    #expect(text.contains("disk under the data"))
  }
}
