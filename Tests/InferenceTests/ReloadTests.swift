import Domain
import Foundation
import Inference
import InferenceProtocol
import Testing

/// A version whose file has changed is loaded anew, beside what is in memory, unless traffic depends on it.
@Suite(.timeLimit(.minutes(1))) struct ReloadTests {
  private static func version(_ version: String) -> ModelVersion {
    ModelVersion(model: "m1", version: version)
  }

  @Test func `the new file takes the old one's place, which goes when its requests have left it`()
    async throws
  {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    _ = try await shelf.plane.load(Self.version("2"))
    let old = try #require(shelf.model("m1", "2"))
    old.hold()
    async let under = shelf.infer("m1", "2")
    // Not by blocking a thread: the request may need the very one.
    while !hasSignal(old.entered) { await Task.yield() }
    try shelf.overwrite("m1", "2", with: "another")
    _ = try await shelf.plane.load(Self.version("2"))
    #expect(shelf.loads("m1", "2") == 2)
    #expect(!old.isReleased)
    // The new one answers while the old one still runs.
    #expect(await shelf.infer("m1", "2").success?.version == Self.version("2"))
    old.open()
    #expect(await under.success != nil)
    while !old.isReleased { await Task.yield() }
    #expect(!shelf.isReleased("m1", "2"))
  }

  @Test func `a file that is the same is not loaded again, nor one that has gone`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    for _ in 0..<2 { _ = try await shelf.plane.load(Self.version("2")) }
    try FileManager.default.removeItem(atPath: "\(shelf.root)/m1/2")
    _ = try await shelf.plane.load(Self.version("2"))
    #expect(shelf.loads("m1", "2") == 1)
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test func `a new file that does not load leaves the old bytes answering`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    _ = try await shelf.plane.load(Self.version("2"))
    try shelf.overwrite("m1", "2", with: "another")
    shelf.set(failure: "it is garbage")
    await #expect(throws: InferenceError.self) { try await shelf.plane.load(Self.version("2")) }
    #expect(shelf.isLoaded("m1", "2"))
    #expect(await shelf.infer("m1", "2").success != nil)
  }

  @Test(arguments: ["1", "2"])
  func `what serves, and where a rollback goes, keeps its bytes`(version: String) async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "2", former: ["1"])
    try shelf.overwrite("m1", version, with: "another")
    do {
      _ = try await shelf.plane.load(Self.version(version))
      Issue.record("it was loaded")
    } catch {
      guard case .load(_, _, .replaced(let loaded, let found)) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(loaded != found)
    }
    #expect(shelf.loads("m1", version) == 1)
  }

  @Test func `one that comes to serve while its new file is loaded keeps its bytes`() async throws {
    let shelf = try Shelf(versions: 2)
    try await shelf.serve("m1", "1")
    _ = try await shelf.plane.load(Self.version("2"))
    let old = try #require(shelf.model("m1", "2"))
    try shelf.overwrite("m1", "2", with: "another")
    shelf.hold()
    let reload = Task { try await shelf.plane.load(Self.version("2")) }
    while shelf.loads("m1", "2") < 2 { await Task.yield() }
    shelf.plane.pin(Shelf.deployment("m1", "2", former: ["1"]))
    shelf.letGo()
    await #expect(throws: InferenceError.self) { try await reload.value }
    #expect(!old.isReleased)
    while !shelf.isReleased("m1", "2") { await Task.yield() }
    #expect(await shelf.infer("m1", "2").success != nil)
  }
}
