import Control
import Domain
import Testing

struct DeploymentDecisionTests {
  private let now = Timestamp(seconds: 1_000)

  private func decision(
    _ deployment: Deployment, unready: Set<String> = []
  ) -> DeploymentDecision {
    let versions = ["1", "2", "3"].map {
      ($0, DeploymentDecision.VersionFacts(isReady: !unready.contains($0), sha256: sha($0)))
    }
    return DeploymentDecision(
      deployment: deployment, versions: Dictionary(uniqueKeysWithValues: versions), now: now,
      principal: "ana", reason: "p99 climbs")
  }

  private func sha(_ version: String) -> String { String(repeating: version, count: 64) }

  private var first: Deployment {
    Deployment(
      model: "m", revision: 7, champion: "1", championSince: Timestamp(seconds: 0),
      challenger: .init(version: "2", weight: 0.1))
  }

  private func refusal(_ action: Command.Action, on deployment: Deployment) -> Refusal.Code? {
    do throws(Refusal) {
      _ = try decision(deployment).change(for: action)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a promotion replaces the champion and keeps it as the way back`() throws {
    let change = try decision(first).change(
      for: .promote(model: "m", version: "3", verification: .required))
    #expect(change.next.champion == "3")
    #expect(change.next.championSince == now)
    #expect(change.next.rollbackTarget == "1")
    #expect(change.next.challenger == first.challenger)
    #expect(change.next.revision == 8)
    #expect((change.from, change.to) == ("1", "3"))
  }

  @Test func `a challenger that is promoted is no challenger any more`() throws {
    let change = try decision(first).change(
      for: .promote(model: "m", version: "2", verification: .required))
    #expect(change.next.challenger == nil)
    #expect(change.next.share(of: "2") == 1)
  }

  @Test func `a rollback returns to the champion before and quarantines what it leaves`() throws {
    let promoted = try decision(first).change(
      for: .promote(model: "m", version: "3", verification: .required)
    ).next
    let change = try decision(promoted).change(for: .rollBack(model: "m", breakGlass: false))
    #expect(change.next.champion == "1")
    #expect(change.next.quarantine["3"]?.reason == "p99 climbs")
    #expect(change.next.quarantine["3"]?.by == "ana")
    #expect(
      refusal(.promote(model: "m", version: "3", verification: .waived), on: change.next)
        == .quarantined)
  }

  @Test func `a second rollback never brings the bad version back`() throws {
    var deployment = first
    deployment = try decision(deployment).change(
      for: .promote(model: "m", version: "3", verification: .required)
    ).next
    deployment = try decision(deployment).change(for: .rollBack(model: "m", breakGlass: false)).next
    #expect(refusal(.rollBack(model: "m", breakGlass: false), on: deployment) == .noRollbackTarget)
  }

  @Test func `a released version can be promoted again`() throws {
    var deployment = first
    deployment.quarantine["3"] = .init(since: now, by: "x", reason: "y")
    deployment = try decision(deployment).change(for: .release(model: "m", version: "3")).next
    #expect(
      refusal(.promote(model: "m", version: "3", verification: .required), on: deployment) == nil)
  }

  @Test func `a freeze refuses promotions and more weight, and never a rollback`() throws {
    var deployment = first
    deployment.formerChampions = [
      .init(version: "3", since: now, until: now, ending: .replaced)
    ]
    deployment.freeze = .init(until: now.adding(seconds: 60), by: "x", reason: "incident")
    #expect(
      refusal(.promote(model: "m", version: "3", verification: .required), on: deployment)
        == .frozen)
    #expect(refusal(.setWeight(model: "m", version: "2", weight: 0.2), on: deployment) == .frozen)
    #expect(refusal(.setWeight(model: "m", version: "2", weight: 0), on: deployment) == nil)
    #expect(refusal(.rollBack(model: "m", breakGlass: false), on: deployment) == nil)
  }

  @Test(arguments: [
    (
      Command.Action.promote(model: "m", version: "1", verification: .required),
      Refusal.Code.nothingToDo
    ),
    (.promote(model: "m", version: "9", verification: .required), .unknownVersion),
    (.setWeight(model: "m", version: "1", weight: 0.5), .invalid),
    (.setWeight(model: "m", version: "2", weight: 1.5), .invalid),
    (.setWeight(model: "m", version: "2", weight: 0.1), .nothingToDo),
    (.setWeight(model: "m", version: "3", weight: 0), .nothingToDo),
    (.setShadow(model: "m", version: "2"), .invalid),
    (.setShadow(model: "m", version: nil), .nothingToDo),
    (.freeze(model: "m", until: Timestamp(seconds: 1_000)), .invalid),
    (.unfreeze(model: "m"), .nothingToDo), (.release(model: "m", version: "2"), .nothingToDo),
    (.rollBack(model: "m", breakGlass: false), .noRollbackTarget),
  ])
  func `a wish that makes no sense is refused with its own code`(
    _ action: Command.Action, _ code: Refusal.Code
  ) {
    #expect(refusal(action, on: first) == code)
  }

  @Test func `a version that is not loaded gets no traffic`() {
    let decision = decision(first, unready: ["3"])
    #expect(throws: Refusal.self) {
      try decision.change(for: .promote(model: "m", version: "3", verification: .waived))
    }
    #expect(throws: Refusal.self) {
      try decision.change(for: .setWeight(model: "m", version: "3", weight: 0.1))
    }
  }

  @Test(arguments: [
    Command.Expectation(revision: 6), .init(champion: "2"), .init(championSHA256: "22222222"),
    .init(targetSHA256: "11111111"),
  ])
  func `a command made on another state is refused`(_ expected: Command.Expectation) {
    #expect(throws: Refusal.self) { try decision(first).check(expected, target: "3") }
  }

  @Test func `a command made on this state passes`() throws {
    try decision(first).check(
      .init(revision: 7, champion: "1", championSHA256: "11111111", targetSHA256: sha("3")),
      target: "3")
  }

  @Test func `a SHA prefix that is too short to mean anything is refused`() {
    #expect(throws: Refusal.self) {
      try decision(first).check(.init(championSHA256: "1111"), target: nil)
    }
  }
}
