import Control
import Domain
import Foundation
import Testing

/// The pages of a folder as a server offers them.
struct RunbookShelfTests {
  private let folder: URL
  private static let noon = Timestamp(seconds: 1_764_158_400)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "shelf-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(
      "FeatureDrift",
      "---\nalert: FeatureDrift\nfirst_action: look\n---\n# Drift\n\n- [ ] compare the columns\n")
    try write("Any", "---\nalert: Slow\n---\n# Slow\n\nthe queue is full\n")
    try write("Ours", "---\nalert: Slow\napplies_to: [fraud*]\n---\n# Slow fraud\n")
  }

  private func write(_ id: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: "\(id).md"))
  }

  @Test func `it lists pages, gives one by id or by alert and model, and searches`() async throws {
    let shelf = RunbookShelf(folder: folder.path)
    let list = try await shelf.answer(.list, now: Self.noon)
    #expect(list.entries.map(\.id) == ["Any", "FeatureDrift", "Ours"])
    #expect(list.entries[1].firstAction == "look")
    #expect(list.page == nil)
    #expect(try await shelf.answer(.page("Any"), now: Self.noon).page?.title == "Slow")
    let ours = try await shelf.answer(.page(forAlert: "Slow", model: "fraud-eu"), now: Self.noon)
    #expect(ours.page?.id == "Ours")
    let any = try await shelf.answer(.page(forAlert: "Slow", model: "other"), now: Self.noon)
    #expect(any.page?.id == "Any")
    let missing = try await shelf.answer(.page("no/such"), now: Self.noon)
    #expect(missing.page == nil)
    let hits = try await shelf.answer(RunbookQuery(search: "queue fu"), now: Self.noon).hits
    #expect(hits.map(\.id) == ["Any"])
  }

  @Test func `an edited page is read and found anew, two seconds later at the latest`() async throws
  {
    let shelf = RunbookShelf(folder: folder.path)
    _ = try await shelf.answer(.list, now: Self.noon)
    #expect(try await shelf.answer(RunbookQuery(search: "zebra"), now: Self.noon).hits.isEmpty)
    try write("Any", "---\nalert: Slow\n---\n# Slow again\n\nzebra crossing\n")
    let soon = try await shelf.answer(.page("Any"), now: Self.noon.adding(seconds: 1))
    #expect(soon.page?.title == "Slow")
    let later = Self.noon.adding(seconds: 2.1)
    #expect(try await shelf.answer(.page("Any"), now: later).page?.title == "Slow again")
    #expect(try await shelf.answer(RunbookQuery(search: "zebra"), now: later).hits.count == 1)
  }

  @Test func `a folder that is not there says so, and has no page`() async throws {
    let shelf = RunbookShelf(folder: folder.appending(path: "none").path)
    let list = try await shelf.answer(.list, now: Self.noon)
    #expect(list.entries.isEmpty)
    #expect(list.problems.count == 1)
  }
}
