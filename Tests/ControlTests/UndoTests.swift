import Control
import Domain
import Foundation
import Testing

/// A row of the ledger is taken back by the command that it comes to, whoever made it.
struct UndoTests {
  private func newest(_ rig: ControlRig) async throws -> AuditEntry {
    try #require(try await rig.entries().first)
  }

  private func undo(_ rig: ControlRig, _ entry: AuditEntry) async -> CommandOutcome {
    await rig.send(.undo(model: "m", row: entry.sequence), reason: "it was wrong")
  }

  @Test func `a promotion is taken back by a rollback, and only while it is in force`() async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    let entry = try await newest(rig)
    guard case .done = await undo(rig, entry) else {
      Issue.record("not taken back")
      return
    }
    let back = try await newest(rig)
    #expect(back.action == "rollback")
    #expect(back.reason == "undo of row \(entry.sequence): it was wrong")
    #expect(rig.control.hub.latest?.model("m")?.deployment.champion == "1")
    #expect(refusal(await undo(rig, entry)) == .nothingToDo)
    // A rollback is taken back by a promotion, which the quarantine refuses until somebody says why not.
    #expect(refusal(await undo(rig, back)) == .quarantined)
    _ = await rig.send(.release(model: "m", version: "3"), reason: "it was the disk")
    guard case .done = await undo(rig, back) else {
      Issue.record("not promoted again")
      return
    }
    #expect(rig.control.hub.latest?.model("m")?.deployment.champion == "3")
    await rig.end()
  }

  @Test func `a share, a pin, a limit and a freeze come back as they were`() async throws {
    let rig = try await ControlRig()
    let before = try #require(rig.control.hub.latest?.model("m")?.deployment)
    let until = try #require(rig.control.hub.latest).time.adding(seconds: 600)
    let actions: [Command.Action] = [
      .setWeight(model: "m", version: "2", weight: 0.5), .pin(model: "m", version: "3"),
      .limit(model: "m", scope: .client("batch"), rate: 5, burst: nil),
      .shed(model: "m", scope: .all, share: 0.1), .freeze(model: "m", until: until),
      .setShadow(model: "m", version: "3"),
    ]
    for action in actions {
      guard case .done = await rig.send(action) else {
        Issue.record("\(action.name) was not done")
        continue
      }
      let entry = try await newest(rig)
      let outcome = await undo(rig, entry)
      guard case .done = outcome else {
        Issue.record("\(action.name): \(outcome)")
        continue
      }
      var now = try #require(rig.control.hub.latest?.model("m")?.deployment)
      now.revision = before.revision
      #expect(now == before, "\(action.name)")
    }
    await rig.end()
  }

  @Test func `the limit of before is restored, not lifted`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.limit(model: "m", scope: .all, rate: 100, burst: nil))
    _ = await rig.send(.limit(model: "m", scope: .all, rate: 5, burst: nil))
    let second = try await newest(rig)
    _ = await undo(rig, second)
    let limits = rig.control.hub.latest?.model("m")?.deployment.limits ?? []
    #expect(limits.map(\.measure) == [.rate(perSecond: 100, burst: 100)])
    await rig.end()
  }

  @Test func `what changed nothing, is unknown, or of another model is refused`() async throws {
    let rig = try await ControlRig()
    #expect(refusal(await rig.send(.undo(model: "m", row: 9_999))) == .invalid)
    _ = await rig.send(.pin(model: "m", version: "9"))
    let refused = try await newest(rig)
    #expect(refused.outcome == .refused)
    #expect(refusal(await undo(rig, refused)) == .nothingToDo)
    await rig.end()
  }

  private func refusal(_ outcome: CommandOutcome) -> Refusal.Code? {
    if case .refused(let refusal) = outcome { refusal.code } else { nil }
  }
}
