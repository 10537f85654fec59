import Alerting
import Foundation
import Testing
import vigia

/// Rule files that are read again while rules are in force.
struct RuleSetTests {
  private static func file(_ name: String, _ rules: String...) -> String {
    "groups:\n  - name: \(name)\n    rules:\n" + rules.map { "      - \($0)\n" }.joined()
  }

  private static func alert(_ name: String, _ expression: String = "up == 0") -> String {
    "{ alert: \(name), expr: \"\(expression)\" }"
  }

  private func write(_ text: String?, _ name: String, in folder: TemporaryFolder) throws {
    let url = URL(filePath: "\(folder.path)/\(name)")
    if let text {
      try Data(text.utf8).write(to: url)
    } else {
      try FileManager.default.removeItem(at: url)
    }
  }

  private func names(_ set: RuleSet) -> [String] { set.groups.flatMap(\.rules).map(\.name) }

  @Test func `what was added, edited and taken out is in force, and told by file`() throws {
    let folder = try TemporaryFolder()
    let patterns = ["\(folder.path)/*.yaml"]
    try write(Self.file("a", Self.alert("One"), Self.alert("Two")), "a.yaml", in: folder)
    try write(Self.file("b", Self.alert("Three")), "b.yaml", in: folder)
    let first = RuleSet(patterns: patterns)
    try write(
      Self.file("a", Self.alert("One", "up < 1"), Self.alert("Four")), "a.yaml", in: folder)
    try write(nil, "b.yaml", in: folder)
    try write(Self.file("c", Self.alert("Five")), "c.yaml", in: folder)
    let next = first.reread(patterns)
    #expect(names(next) == ["One", "Four", "Five"] && next.problems.isEmpty)
    #expect(
      first.changes(to: next) == [
        "\(folder.path)/a.yaml: Four added, Two removed, One changed",
        "\(folder.path)/b.yaml: Three removed", "\(folder.path)/c.yaml: Five added",
      ])
    #expect(next.changes(to: next.reread(patterns)).isEmpty)
  }

  @Test func `of a file with a bad line the rules of before stay, those of others are taken`()
    throws
  {
    let folder = try TemporaryFolder()
    let patterns = ["\(folder.path)/*.yaml"]
    try write(Self.file("a", Self.alert("One")), "a.yaml", in: folder)
    try write(Self.file("b", Self.alert("Two")), "b.yaml", in: folder)
    let first = RuleSet(patterns: patterns)
    try write(
      Self.file("a", Self.alert("New")) + "  - name: bad\n    rules:\n      - "
        + Self.alert("Broken", "up ==") + "\n", "a.yaml", in: folder)
    try write(Self.file("b", Self.alert("Two"), Self.alert("Three")), "b.yaml", in: folder)
    let next = first.reread(patterns)
    #expect(names(next) == ["One", "Two", "Three"])
    let problem = try #require(next.problems.first)
    #expect(next.problems.count == 1 && problem.hasPrefix("\(folder.path)/a.yaml:7:"))
    #expect(problem.hasSuffix("what was read of it before stays in force"))
    // Mended, it is taken.
    try write(Self.file("a", Self.alert("New")), "a.yaml", in: folder)
    let mended = next.reread(patterns)
    #expect(names(mended) == ["New", "Two", "Three"] && mended.problems.isEmpty)
  }

  @Test func `of a new file with a bad line the other groups load`() throws {
    let folder = try TemporaryFolder()
    let patterns = ["\(folder.path)/*.yaml"]
    try write(Self.file("a", Self.alert("One")), "a.yaml", in: folder)
    let first = RuleSet(patterns: patterns)
    try write(
      Self.file("bad", Self.alert("Broken", "up ==")) + "  - name: good\n    rules:\n      - "
        + Self.alert("Good") + "\n", "b.yaml", in: folder)
    let next = first.reread(patterns)
    #expect(names(next) == ["One", "Good"] && next.problems.count == 1)
  }

  @Test func `where a pattern names no file any more its rules stay, and it is said`() throws {
    let folder = try TemporaryFolder()
    let patterns = ["\(folder.path)/a.yaml", "\(folder.path)/b*.yaml"]
    try write(Self.file("a", Self.alert("One")), "a.yaml", in: folder)
    try write(Self.file("b", Self.alert("Two")), "b1.yaml", in: folder)
    let first = RuleSet(patterns: patterns)
    try write(nil, "a.yaml", in: folder)
    try write(nil, "b1.yaml", in: folder)
    let next = first.reread(patterns)
    #expect(names(next) == ["One", "Two"] && next.problems.count == 2)
    #expect(names(next.reread(patterns)) == ["One", "Two"])
    // The configuration names it no more: that is a wish.
    #expect(names(next.reread([patterns[1]])) == ["Two"])
  }
}
