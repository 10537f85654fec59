import Domain
import Inference
import Testing

@testable import Control

/// What happens while the versions are still being loaded.
struct StartTests {
  @Test func `champions come first, and nothing of a model before its champion`() {
    var pinned = deployment("b", champion: "1")
    pinned.shadow = "2"
    pinned.pin = .init(version: "3", since: Timestamp(seconds: 1), by: "ana", reason: "r")
    var split = deployment("a", champion: "7")
    split.challenger = .init(version: "8", weight: 0.1)
    var order = StartOrder([split, pinned])
    let begun = [order.next(), order.next(), order.next()]
    #expect(begun == [version("a", "7"), version("b", "1"), nil])
    order.settled(version("b", "1"))
    #expect(order.next() == version("b", "3"))
    #expect(order.next() == version("b", "2"))
    #expect(order.next() == nil)
    order.settled(version("b", "3"))
    #expect(order.next() == nil)
    order.settled(version("a", "7"))
    #expect([order.next(), order.next()] == [version("a", "8"), nil])
  }

  @Test func `a rollback while the start still loads stays, and the champion answers before`()
    async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    await rig.end()
    let again = try await ControlRig(folder: rig.folder, slow: ["2"], starts: false)
    let start = Task { try await again.control.start() }
    await again.waitUntilReady(["3", "1"])
    #expect(await again.answer(key: "a") == "3")
    #expect(!again.dataPlane.isReady)
    let outcome = await again.send(.rollBack(model: "m", breakGlass: false), reason: "errors")
    guard case .done = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(await again.answer(key: "a") == "1")
    again.finishLoads()
    try await start.value
    var answers: Set<String> = []
    for key in 0..<60 { answers.insert(await again.answer(key: "key-\(key)")) }
    #expect(answers == ["1", "2"])
    await again.end()
  }

  @Test func `files that were replaced while the server did not run are told once, and serve`()
    async throws
  {
    let rig = try await ControlRig()
    _ = await rig.send(.promote(model: "m", version: "3", verification: .required))
    #expect(rig.control.hub.latest?.models[0].notices.isEmpty == true)
    await rig.end()
    for _ in 0..<2 {
      let again = try await ControlRig(folder: rig.folder, replaced: ["1", "2", "3"])
      #expect(await again.answer(key: "a") == "3")
      let notices = again.control.hub.latest?.models[0].notices ?? []
      // Of version 2, which the configuration put in force, a row at the first start tells the hash.
      #expect(notices.filter { $0.severity == .critical }.count == 3)
      #expect(
        notices.contains {
          $0.text.contains("m@3: the champion's file was replaced")
            && $0.text.contains("was put in force")
        })
      let entries = try await again.ledger.entries(AuditQuery(limit: 5_000))
      let events = entries.filter { $0.action == "file-replaced" }
      #expect(Set(events.compactMap(\.toVersion)) == ["1", "2", "3"] && events.count == 3)
      #expect(events.allSatisfy { $0.fromSHA256 != $0.toSHA256 && $0.toSHA256?.count == 64 })
      // Whatever else was written meanwhile: more rows than are read at once.
      for number in 0..<600 {
        await again.control.recordEvent("noise", model: "m", summary: "\(number)")
      }
      await again.end()
    }
    // An act meanwhile takes down the hash that is there, and the file is put back all the same.
    let acting = try await ControlRig(folder: rig.folder, replaced: ["1", "2", "3"])
    guard case .done = await acting.send(.setWeight(model: "m", version: "1", weight: 0.1)) else {
      Issue.record("expected a challenger")
      return
    }
    await acting.end()
    let mended = try await ControlRig(folder: rig.folder)
    #expect(
      mended.control.hub.latest?.models[0].notices.contains { $0.severity == .critical } == false)
    await mended.end()
  }

  @Test func `a limit is in force although the champion cannot be loaded`() async throws {
    let rig = try await ControlRig(broken: ["1"])
    _ = await rig.send(.limit(model: "m", scope: .client("test"), rate: 0.001, burst: 1))
    _ = await rig.answer(key: "a")
    #expect(await rig.answer(key: "a").contains("the limit of client test"))
    await rig.end()
  }

  private func deployment(_ model: String, champion: String) -> Deployment {
    Deployment(
      model: model, revision: 1, champion: champion, championSince: Timestamp(seconds: 1))
  }

  private func version(_ model: String, _ version: String) -> ModelVersion {
    ModelVersion(model: model, version: version)
  }
}
