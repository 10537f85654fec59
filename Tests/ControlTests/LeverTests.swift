import Control
import Domain
import Foundation
import Inference
import Testing

/// Pins, limits and shares that are shed: the rules of acting, and what they do to the traffic.
struct LeverTests {
  @Test func `a pin answers everything, holds promotions off, and a rollback lifts it`()
    async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    let pinned = await rig.send(.pin(model: "m", version: "2"), reason: "3 fails")
    guard case .done(_, _, let summary) = pinned else {
      Issue.record("\(pinned)")
      return
    }
    #expect(summary == "m pinned to 2: it answers everything")
    #expect(Set(await answers(rig)) == ["2"])
    let entry = try #require(try await rig.entries().first)
    #expect((entry.action, entry.fromVersion, entry.toVersion) == ("pin", "3", "2"))

    #expect(refusal(await rig.send(.pin(model: "m", version: "2"))) == .nothingToDo)
    #expect(
      refusal(await rig.send(.promote(model: "m", version: "1", verification: .required)))
        == .pinned)
    #expect(
      refusal(await rig.send(.setWeight(model: "m", version: "2", weight: 0.5))) == .pinned)
    let snapshot = try #require(rig.control.hub.latest?.model("m"))
    #expect(snapshot.version("2")?.variant == .champion)
    #expect(snapshot.version("2")?.share == 1)
    #expect(snapshot.version("3")?.share == 0)
    #expect(snapshot.notices.contains { $0.text.hasPrefix("pinned to 2 since ") })

    guard case .done = await rig.send(.rollBack(model: "m", breakGlass: false)) else {
      Issue.record("a rescue was refused")
      return
    }
    #expect(Set(await answers(rig)) == ["1", "2"], "the champion before, and its challenger")
    #expect(refusal(await rig.send(.unpin(model: "m"))) == .nothingToDo)
    await rig.end()
  }

  @Test func `a pin survives a restart, and lifting it brings the split back`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.pin(model: "m", version: "3"))
    await rig.end()
    let again = try await ControlRig(folder: rig.folder)
    #expect(Set(await answers(again)) == ["3"])
    guard case .done = await again.send(.unpin(model: "m")) else {
      Issue.record("not lifted")
      return
    }
    #expect(Set(await answers(again)) == ["1", "2"])
    await again.end()
  }

  @Test func `a pin to what is not there or in quarantine is refused`() async throws {
    let rig = try await ControlRig()
    #expect(refusal(await rig.send(.pin(model: "m", version: "9"))) == .unknownVersion)
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    _ = await rig.send(.rollBack(model: "m", breakGlass: false))
    #expect(refusal(await rig.send(.pin(model: "m", version: "3"))) == .quarantined)
    await rig.end()
  }

  @Test func `a limit is in force, stands in the snapshot and the ledger, and is lifted`()
    async throws
  {
    let rig = try await ControlRig()
    let set = await rig.send(
      .limit(model: "m", scope: .client("test"), rate: 0.001, burst: 1), reason: "too many")
    guard case .done(_, _, let summary) = set else {
      Issue.record("\(set)")
      return
    }
    #expect(summary == "m: at most 0.001 requests/s for client test, 1 at once")
    _ = await rig.answer(key: "a")
    #expect(await rig.answer(key: "a").contains("the limit of client test"))
    let snapshot = try #require(rig.control.hub.latest?.model("m"))
    #expect(snapshot.notices.contains { $0.text.contains("for client test") })
    #expect(
      refusal(
        await rig.send(.limit(model: "m", scope: .client("test"), rate: 0.001, burst: 1)))
        == .nothingToDo)
    // Another bound of the same scope takes its place.
    _ = await rig.send(.limit(model: "m", scope: .client("test"), rate: 1e6, burst: nil))
    #expect(await rig.answer(key: "a") != "")
    #expect(snapshot.deployment.limits?.count == 1)
    guard
      case .done = await rig.send(
        .limit(model: "m", scope: .client("test"), rate: nil, burst: nil))
    else {
      Issue.record("not lifted")
      return
    }
    #expect(rig.control.hub.latest?.model("m")?.deployment.limits == nil)
    #expect(
      refusal(await rig.send(.limit(model: "m", scope: .all, rate: nil, burst: nil)))
        == .nothingToDo)
    await rig.end()
  }

  @Test func `a share is shed and let in again`() async throws {
    let rig = try await ControlRig()
    _ = await rig.send(.shed(model: "m", scope: .all, share: 1))
    #expect(await rig.answer(key: "a").contains("100 % of such requests are shed for now"))
    _ = await rig.send(.shed(model: "m", scope: .all, share: 0))
    #expect(Set(await answers(rig)) == ["1", "2"])
    await rig.end()
  }

  @Test(arguments: [
    Command.Action.limit(model: "m", scope: .all, rate: 0, burst: nil),
    .limit(model: "m", scope: .all, rate: .infinity, burst: nil),
    .limit(model: "m", scope: .all, rate: 5, burst: 0.5),
    .limit(model: "m", scope: .client(""), rate: 5, burst: nil),
    .limit(model: "m", scope: .client("é"), rate: 5, burst: nil),
    .limit(
      model: "m", scope: .client(String(repeating: "x", count: 129)), rate: 5, burst: nil),
    .shed(model: "m", scope: .all, share: 1.5), .shed(model: "m", scope: .all, share: .nan),
    .eject(model: "m", version: "1", upstream: "http://x", seconds: 60),
    .eject(model: "m", version: "1", upstream: "http://x", seconds: -1),
  ])
  func `what cannot be meant is refused`(action: Command.Action) async throws {
    let rig = try await ControlRig()
    #expect(refusal(await rig.send(action)) == .invalid)
    await rig.end()
  }

  @Test func `the last server of a remote version is not left out, and the ledger says so`()
    async throws
  {
    let rig = try await ControlRig(remotes: ["7"])
    _ = await rig.send(.load(model: "m", version: "7"))
    func eject(_ upstream: String, _ seconds: Double = 60) async -> CommandOutcome {
      await rig.send(.eject(model: "m", version: "7", upstream: upstream, seconds: seconds))
    }
    guard case .done(_, _, let summary) = await eject("http://a") else {
      Issue.record("expected the first to be left out")
      return
    }
    #expect(summary == "m@7: upstream http://a left out for 60 s")
    guard case .refused(let refused) = await eject("http://b") else {
      Issue.record("expected a refusal")
      return
    }
    #expect(refused.code == .notAllowed)
    #expect(refused.message.contains("http://b is the last one left"), "\(refused.message)")
    #expect(try await rig.entries().first?.outcome == .refused)
    let states = rig.dataPlane.status(of: ModelVersion(model: "m", version: "7")).upstreams
    #expect(states?.map { $0.state == .healthy } == [false, true])

    guard case .done = await eject("http://a", 0), case .done = await eject("http://b") else {
      Issue.record("expected the other to go once the first is back")
      return
    }
    await rig.end()
  }

  @Test
  func `a server that was left out stays so over a restart and a load, until it is brought back`()
    async throws
  {
    let version = ModelVersion(model: "m", version: "7")
    func states(_ rig: ControlRig) -> [Bool]? {
      rig.dataPlane.status(of: version).upstreams?.map { $0.state == .healthy }
    }
    var rig = try await ControlRig(remotes: ["7"])
    _ = await rig.send(.load(model: "m", version: "7"))
    for seconds in [60.0, 3_600] {
      _ = await rig.send(
        .eject(model: "m", version: "7", upstream: "http://a", seconds: seconds))
    }
    let row = try #require(try await rig.entries().first)
    #expect(row.evidence.contains(#""upstream":"http://a","version":"7""#), "\(row.evidence)")
    _ = await rig.send(.unload(model: "m", version: "7", pinned: false))
    _ = await rig.send(.load(model: "m", version: "7"))
    #expect(states(rig) == [false, true], "after another load")
    await rig.end()
    rig = try await ControlRig(folder: rig.folder, remotes: ["7"])
    _ = await rig.send(.load(model: "m", version: "7"))
    #expect(states(rig) == [false, true], "after a restart")
    _ = await rig.send(.eject(model: "m", version: "7", upstream: "http://a", seconds: 0))
    await rig.end()
    rig = try await ControlRig(folder: rig.folder, remotes: ["7"])
    _ = await rig.send(.load(model: "m", version: "7"))
    #expect(states(rig) == [true, true], "brought back")
    await rig.end()
  }

  @Test(arguments: [
    Command.Action.load(model: "m", version: "3"),
    .unload(model: "m", version: "2", pinned: true),
    .eject(model: "m", version: "7", upstream: "http://a", seconds: 60),
  ])
  func `what changes no deployment is refused, too, when the state has moved`(
    action: Command.Action
  ) async throws {
    let rig = try await ControlRig(remotes: ["7"])
    _ = await rig.send(.load(model: "m", version: "7"))
    for expected in [Command.Expectation(champion: "9"), .init(revision: 77)] {
      #expect(refusal(await rig.send(action, expecting: expected)) == .stateMoved)
    }
    #expect(refusal(await rig.send(action, expecting: .init(champion: "1"))) == nil)
    await rig.end()
  }

  private func answers(_ rig: ControlRig) async -> [String] {
    var answers: [String] = []
    for number in 0..<200 { answers.append(await rig.answer(key: "k\(number)")) }
    return answers
  }

  private func refusal(_ outcome: CommandOutcome) -> Refusal.Code? {
    if case .refused(let refusal) = outcome { refusal.code } else { nil }
  }
}
