import Control
import Domain
import Inference
import Testing

/// What is asked of a version before it answers more than it did.
struct VerificationTests {
  @Test(arguments: [
    Command.Action.setWeight(model: "m", version: "3", weight: 0.2),
    .setWeight(model: "m", version: "3", weight: 1), .pin(model: "m", version: "3"),
  ])
  func `a version that takes other requests gets no share and no pin, but with a waiver`(
    action: Command.Action
  ) async throws {
    let rig = try await ControlRig(renamed: ["3"])
    let refused = await rig.send(action)
    guard case .refused(let refusal) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(refusal.code == .preflightFailed)
    #expect(refusal.message.contains("same signature: unlike m@1"))
    #expect(await rig.answer(key: "a") != "3")
    let waived: Command.Action =
      switch action {
      case .setWeight(let model, let version, let weight, _):
        .setWeight(model: model, version: version, weight: weight, verification: .waived)
      default: .pin(model: "m", version: "3", verification: .waived)
      }
    guard case .done = await rig.send(waived) else {
      Issue.record("the waiver was refused")
      return
    }
    let evidence = try await rig.entries().first?.evidence ?? ""
    #expect(evidence.contains("\"preflight\""))
    #expect(evidence.contains("\"verification\":\"waived\""))
    await rig.end()
  }

  @Test func `a share that falls needs no preflight, nor does a pin to where a rollback goes`()
    async throws
  {
    let rig = try await ControlRig(
      charters: [
        ModelCharter(name: "m", champion: "1", challenger: .init(version: "2", weight: 0.5))
      ], renamed: ["2", "3"])
    let lowered = await rig.send(.setWeight(model: "m", version: "2", weight: 0.1))
    #expect(isDone(lowered))
    let promoted = await rig.send(.promote(model: "m", version: "3", verification: .waived))
    #expect(isDone(promoted))
    let rescued = await rig.send(.pin(model: "m", version: "1"))
    #expect(isDone(rescued))
    #expect(await rig.answer(key: "a") == "1")
    await rig.end()
  }

  @Test func `what the version before would have answered is the new version's failure`()
    async throws
  {
    let rig = try await ControlRig(renamed: ["2", "3"])
    _ = await rig.send(
      .setWeight(model: "m", version: "2", weight: 1, verification: .waived))
    let challenged = await rig.answer(key: "a")
    #expect(
      challenged
        == "m@2 does not take what m@1 takes: input \"x\" is unknown; the model has \"float_input\""
    )
    _ = await rig.send(.promote(model: "m", version: "3", verification: .waived))
    _ = await rig.send(.setWeight(model: "m", version: "2", weight: 0))
    let promoted = await rig.answer(key: "a")
    #expect(promoted.hasPrefix("m@3 does not take what m@1 takes: "))
    _ = await rig.send(.rollBack(model: "m", breakGlass: false))
    #expect(await rig.answer(key: "a") == "1")
    _ = await rig.send(.pin(model: "m", version: "2", verification: .waived))
    let pinned = await rig.answer(key: "a")
    #expect(pinned.hasPrefix("m@2 does not take what m@1 takes: "))
    #expect(rig.records.all.map(\.outcome) == [.failed, .failed, .ok, .failed])
    // With the rows that the version before takes: else the comparison would not see them as routed.
    #expect(rig.records.all.map(\.rows) == [1, 1, 1, 1])
    await rig.end()
  }

  @Test func `a request that no version takes is its client's fault`() async throws {
    let rig = try await ControlRig(charters: [ModelCharter(name: "m", champion: "1")])
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(await rig.answer(key: "a", input: "z").contains("\"z\" is unknown"))
    #expect(rig.records.all.map(\.outcome) == [.invalid])
    #expect(rig.records.all.map(\.rows) == [0])
    await rig.end()
  }

  private func isDone(_ outcome: CommandOutcome) -> Bool {
    if case .done = outcome { true } else { false }
  }
}
