import Control
import Domain
import Storage
import Testing

@Suite struct DoubtfulAnswersTests {
  @Test func `answers that may be wrong are told at the model, and in the ledger once a load`()
    async throws
  {
    let rig = try await ControlRig(doubtful: ["3"])
    var second: Int64 = 0
    func told() async throws -> [String?] {
      try await rig.entries().filter { $0.action == "answers-doubtful" }.map(\.summary)
    }
    func notices() async -> [String] {
      for _ in 0..<2 {
        second += 1
        await rig.control.ingest(
          SecondBatch(time: Timestamp(seconds: second + 1), from: second, to: second + 1))
      }
      let notices = rig.control.hub.latest?.models[0].notices ?? []
      return notices.map(\.text).filter { $0.contains("mixed") }
    }
    #expect(await notices() == [])
    _ = await rig.send(.load(model: "m", version: "3"))
    #expect(await notices() == ["version 3: its rows are mixed"])
    #expect(try await told() == ["m@3: its rows are mixed"])
    // Out and in again, and nobody looks meanwhile.
    _ = await rig.send(.unload(model: "m", version: "3", pinned: false))
    _ = await rig.send(.load(model: "m", version: "3"))
    #expect(await notices() == ["version 3: its rows are mixed"])
    #expect(try await told().count == 2)
    // Out before anybody has looked: what it answered is told all the same.
    _ = await rig.send(.unload(model: "m", version: "3", pinned: false))
    _ = await rig.send(.load(model: "m", version: "3"))
    _ = await rig.send(.unload(model: "m", version: "3", pinned: false))
    while try await told().count < 3 { #expect(await notices() == []) }
    #expect(await notices() == [])
    #expect(try await told() == Array(repeating: "m@3: its rows are mixed", count: 3))
    await rig.end()
  }
}
