import Domain
import Inference
import Testing

@testable import Control

/// Remote versions whose servers are not there when they are loaded.
struct RemoteRetryTests {
  private static let seconds: [Int64] = [1, 2, 4, 8, 15, 15]

  @Test func `a remote champion whose upstream is down is tried again by itself until it is there`()
    async throws
  {
    let servers = AbsentServers()
    let rig = try await ControlRig(
      charters: [ModelCharter(name: "m", champion: "7")], remotes: ["7"], absent: servers)
    let tries = Task { await rig.control.tryRemotesAgain() }
    let told = await rig.answer(key: "a")
    #expect(
      told
        == "m@7 is not loaded: its last load failed: http://a: http://a: nobody listens there; it is "
        + "tried again by itself until that is mended")
    let absence = InferenceError.Absence.failed(reason: "", isTriedAgain: true)
    let error = InferenceError.notLoaded(ModelVersion(model: "m", version: "7"), absence)
    #expect(error.retryAfterSeconds == 10, "it comes by waiting")
    #expect(!rig.dataPlane.isReady)
    #expect(notices(rig).map(\.severity) == [.critical])
    for _ in 0..<5 { servers.pass() }
    while servers.pauses.count < 6 { await Task.yield() }
    #expect(servers.pauses == Self.seconds.map { .seconds($0) })
    #expect(servers.loads == 6, "the start's and five more")
    #expect(!rig.dataPlane.isReady)
    #expect(notices(rig).count == 1)

    servers.become(.there)
    servers.pass()
    await rig.waitUntilReady(["7"])
    #expect(rig.dataPlane.isReady)
    #expect(await rig.answer(key: "a") == "7")
    while try await !rig.entries().contains(where: { $0.action == "remote-loaded" }) {
      await Task.yield()
    }
    let entry = try #require(try await rig.entries().first)
    #expect(entry.summary == "m@7 is loaded: its upstreams answer")
    #expect(entry.outcome == .event && entry.model == "m")
    #expect(notices(rig).isEmpty)
    #expect(servers.pauses.count == 6)
    tries.cancel()
    await tries.value
    await rig.end()
  }

  @Test func `a remote challenger takes its share when its upstream comes`() async throws {
    let servers = AbsentServers()
    let rig = try await ControlRig(
      charters: [
        ModelCharter(name: "m", champion: "1", challenger: .init(version: "7", weight: 0.5))
      ], remotes: ["7"], absent: servers)
    let tries = Task { await rig.control.tryRemotesAgain() }
    #expect(rig.dataPlane.isReady)
    #expect(await answers(rig) == ["1"])
    #expect(notices(rig).map(\.severity) == [.warning])
    servers.become(.there)
    servers.pass()
    await rig.waitUntilReady(["7"])
    #expect(await answers(rig) == ["1", "7"])
    tries.cancel()
    await tries.value
    #expect(notices(rig).isEmpty)
    await rig.end()
  }

  @Test func `what its deployment needs no more is tried no more`() async throws {
    let servers = AbsentServers()
    let rig = try await ControlRig(
      charters: [ModelCharter(name: "m", champion: "1", shadow: "7")], remotes: ["7"],
      absent: servers)
    #expect(notices(rig).count == 1)
    guard case .done = await rig.send(.setShadow(model: "m", version: nil)) else {
      Issue.record("expected the shadow to go")
      return
    }
    #expect(notices(rig).isEmpty)
    let tries = Task { await rig.control.tryRemotesAgain() }
    servers.pass()
    while await !rig.control.triedAgain.isEmpty { await Task.yield() }
    #expect(servers.loads == 1)
    tries.cancel()
    await tries.value
    await rig.end()
  }

  @Test func `an operator's load ends the tries, and his unload stays`() async throws {
    let servers = AbsentServers()
    let rig = try await ControlRig(
      charters: [ModelCharter(name: "m", champion: "7")], remotes: ["7"], absent: servers)
    guard case .refused = await rig.send(.load(model: "m", version: "7")) else {
      Issue.record("expected no load without a server")
      return
    }
    servers.become(.there)
    guard case .done = await rig.send(.load(model: "m", version: "7")) else {
      Issue.record("expected a load")
      return
    }
    #expect(notices(rig).isEmpty)
    _ = await rig.send(.unload(model: "m", version: "7", pinned: true))
    let tries = Task { await rig.control.tryRemotesAgain() }
    servers.pass()
    while await !rig.control.triedAgain.isEmpty { await Task.yield() }
    #expect(servers.loads == 3)
    #expect(await rig.answer(key: "a").contains("it was unloaded"))
    tries.cancel()
    await tries.value
    await rig.end()
  }

  @Test func `the end of the server ends a try that is under way`() async throws {
    let servers = AbsentServers()
    let rig = try await ControlRig(
      charters: [ModelCharter(name: "m", champion: "7")], remotes: ["7"], absent: servers)
    servers.become(.silent)
    let tries = Task { await rig.control.tryRemotesAgain() }
    servers.pass()
    while servers.loads < 2 { await Task.yield() }
    // Meanwhile it is what it was: a version that failed.
    guard case .failed = rig.dataPlane.status(of: ModelVersion(model: "m", version: "7")).state
    else {
      Issue.record("expected a version that failed")
      return
    }
    tries.cancel()
    await tries.value
    #expect(servers.loads == 2)
    await rig.end()
  }

  @Test func `a file that cannot be loaded is not tried again`() async throws {
    let rig = try await ControlRig(broken: ["1"])
    #expect(await rig.control.triedAgain.isEmpty)
    #expect(
      await rig.answer(key: "a").contains(
        "once that is mended, vigia model load m 1 --reason \"...\""))
    await rig.end()
  }

  private func notices(_ rig: ControlRig) -> [Notice] {
    (rig.control.hub.latest?.models.first?.notices ?? [])
      .filter { $0.text.contains("it is tried again by itself") }
  }

  private func answers(_ rig: ControlRig) async -> Set<String> {
    var answers: Set<String> = []
    for key in 0..<60 { answers.insert(await rig.answer(key: "key-\(key)")) }
    return answers
  }
}
