import Control
import Domain
import Foundation
import Storage
import Testing

/// What the server does when its ledger cannot be read.
struct StoreFaultTests {
  private func answers(_ rig: ControlRig) async -> Set<String> {
    var answers: Set<String> = []
    for number in 0..<60 { answers.insert(await rig.answer(key: "k\(number)")) }
    return answers
  }

  private func refusal(_ outcome: CommandOutcome) -> Refusal.Code? {
    if case .refused(let refusal) = outcome { refusal.code } else { nil }
  }

  @Test(arguments: [true, false])
  func `with an unreadable ledger the promoted version serves, and breaking the glass rolls back`(
    isEmptied: Bool
  ) async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    await rig.end()
    let path = URL(filePath: "\(rig.folder.path)/state.db")
    var bytes = try Data(contentsOf: path)
    bytes[3] ^= 0x01
    if isEmptied { bytes = Data() }
    try bytes.write(to: path)

    let damaged = try await ControlRig(folder: rig.folder)
    #expect(await answers(damaged) == ["2", "3"])
    #expect(
      refusal(await damaged.send(.setWeight(model: "m", version: "2", weight: 0)))
        == .auditUnavailable)
    #expect(
      refusal(await damaged.send(.rollBack(model: "m", breakGlass: false))) == .auditUnavailable)
    guard case .done = await damaged.send(.rollBack(model: "m", breakGlass: true)) else {
      Issue.record("break-glass was refused")
      return
    }
    await damaged.control.walkChain()
    #expect(
      damaged.control.hub.latest?.notices.contains { $0.text.contains("database is damaged") }
        == true)
    await damaged.end()
    let restarted = try await ControlRig(folder: rig.folder)
    #expect(await answers(restarted) == ["1", "2"])
    await restarted.end()
    #expect(try Data(contentsOf: path) == bytes)

    let repair = try #require(
      try StateRepair.prepare(
        directory: rig.folder.path, by: ControlRig.admin, reason: "r", now: Timestamp(seconds: 9)))
    try repair.install()
    let repaired = try await ControlRig(folder: rig.folder)
    #expect(await answers(repaired) == ["1", "2"])
    #expect(try await repaired.entries().contains { $0.outcome == .breakGlass })
    #expect(try repaired.store.verify().isSound)
    await repaired.end()
  }
}
