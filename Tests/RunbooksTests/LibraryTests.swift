import Domain
import Foundation
import Runbooks
import Testing

@Suite struct LibraryTests {
  private let folder = TemporaryFolder()

  private func loaded() -> RunbookLibrary {
    var library = RunbookLibrary(folder: folder.path)
    _ = library.reload()
    return library
  }

  @Test func `pages are those of the folder, by name`() {
    folder.write("B.md", "# Bee\n")
    folder.write("A.md", "---\nalert: Other\n---\n")
    for name in ["README.md", ".A.md", "_index.md", "notes.txt"] { folder.write(name, "# no\n") }
    let library = loaded()
    #expect(library.pages.map(\.id) == ["A", "B"])
    #expect(library.pages[1].file == folder.path + "/B.md")
    #expect(library.diagnostics == [])
    #expect(library.page(forAlert: "Other")?.id == "A")
    #expect(library.page(forAlert: "B")?.id == "B")
    #expect(library.page(forAlert: "C") == nil)
    #expect(library.page(forAlert: "../B") == nil)
  }

  @Test func `a page for some models goes before one for all`() {
    folder.write("A.md", "---\nalert: Drift\n---\n")
    folder.write("B.md", "---\nalert: Drift\napplies_to: [fraud, 'elec*y']\n---\n")
    let library = loaded()
    #expect(library.page(forAlert: "Drift", model: "electricity")?.id == "B")
    #expect(library.page(forAlert: "Drift", model: "electric")?.id == "A")
    #expect(library.page(forAlert: "Drift", model: "fraud")?.id == "B")
  }

  @Test func `only what changed is read again`() throws {
    folder.write("A.md", "# one\n")
    folder.write("B.md", "# two\n")
    var library = loaded()
    let change1 = library.reload()
    #expect(!change1)
    folder.write("A.md", "# three\n", modified: Date(timeIntervalSince1970: 1_000))
    let change2 = library.reload()
    #expect(change2)
    #expect(library.pages.map(\.title) == ["three", "two"])
    folder.write("A.md", "# seven\n", modified: Date(timeIntervalSince1970: 2_000))
    let change3 = library.reload()
    #expect(change3)
    #expect(library.pages.map(\.title) == ["seven", "two"])
    try FileManager.default.removeItem(atPath: folder.path + "/B.md")
    let change4 = library.reload()
    #expect(change4)
    #expect(library.pages.map(\.title) == ["seven"])
    let change5 = library.reload()
    #expect(!change5)
  }

  @Test func `what cannot be read is said, and the other pages are there`() throws {
    folder.write("A.md", "# good\n")
    folder.write("Big.md", String(repeating: "x", count: RunbookLibrary.byteLimit + 1))
    try Data([0x23, 0x20, 0xFF, 0x0A]).write(to: URL(filePath: folder.path + "/Bytes.md"))
    #expect(mkfifo(folder.path + "/Pipe.md", 0o600) == 0)
    symlink("nowhere", folder.path + "/Gone.md")
    let library = loaded()
    #expect(library.pages.map(\.title) == ["good", "\u{FFFD}"])
    let found = library.diagnostics.map { $0.description.dropFirst(folder.path.count + 1) }
    #expect(
      found == [
        "Big.md: larger than 64 KB; a page is for reading in a hurry",
        "Gone.md: cannot be read: No such file or directory",
        "Pipe.md: cannot be read: it is no file",
        "Bytes.md: not UTF-8: wrong bytes are shown as U+FFFD",
      ])
  }

  @Test func `a folder that is not there has no pages, and says so until it is`() throws {
    let path = folder.path + "/none"
    var library = RunbookLibrary(folder: path)
    let first = library.reload()
    let second = library.reload()
    #expect(first && !second)
    #expect(library.pages.isEmpty)
    #expect(
      library.diagnostics.map(\.reason) == [
        "the folder of runbooks cannot be read: No such file or directory"
      ])
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let third = library.reload()
    #expect(third)
    #expect(library.diagnostics == [])
  }

  @Test func `a search finds what the reader sees`() {
    let document = parsed(
      """
      ---
      alert: NoTraffic
      owner: team
      checks: { rate: up }
      first_action: look
      ---
      # Head

      - [ ] a `b`

      | c | d |
      |---|---|
      | e | f |

      <details><summary>g</summary>

      > h

      </details>
      """
    ).document
    #expect(document.headings == "NoTraffic\nHead")
    #expect(document.body == "look\nHead\na b\nc d\ne f\ng\nh\nrate up\nteam")
  }
}

/// A folder that goes when its owner does.
final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "vigia-runbooks-\(UUID().uuidString)"

  init() {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, modified: Date? = nil) {
    let file = path + "/" + name
    try? text.write(toFile: file, atomically: false, encoding: .utf8)
    if let modified {
      try? FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: file)
    }
  }
}
