import Foundation
import Testing

/// `vigia runbook` on a folder, in a process of its own.
@Suite(.serialized) struct RunbookCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      ---
      alert: FeatureDrift
      severity: warning
      owner: model-serving
      last_tested: 2026-11-26
      checks:
        - name: the worst
          query: 'topk(5, vigia_drift_psi)'
      actions: [freeze]
      first_action: "press 4"
      ---
      # FeatureDrift

      ## Meaning

      One input is **not** what it was; see `vigia drift`.

      ## Mitigation

      - [ ] Ask who changed the table \u{1B}[31mupstream.
      """, to: "runbooks/FeatureDrift.md")
    try folder.write("---\nowner: [\n---\n# The other page\n\nrollback\n", to: "runbooks/Other.md")
  }

  private func run(_ words: String..., folder: String? = nil) throws -> (
    status: Int32, output: String, errors: String
  ) {
    try Program.run(["runbook"] + words + ["--folder", folder ?? "\(self.folder.path)/runbooks"])
  }

  @Test func `a page is shown as text, nothing in it steers the terminal`() throws {
    let (status, output, _) = try run("show", "featuredrift")
    #expect(status == 0)
    #expect(
      output.replacing("☐", with: "[ ]").replacing("─", with: "-") == """
        FeatureDrift
        ------------
          first      press 4
          the worst  topk(5, vigia_drift_psi)
          actions    freeze

        Meaning
          One input is not what it was; see `vigia drift`.

        Mitigation
          [ ] Ask who changed the table \\e[31mupstream.

        """)
  }

  @Test func `pages are listed, what is wrong with one is said beside them`() throws {
    let (status, output, errors) = try run("list")
    #expect(status == 0)
    #expect(
      output == """
        ALERT         SEVERITY  OWNER          TESTED      FIRST ACTION
        FeatureDrift  warning   model-serving  2026-11-26  press 4
        Other         -         -              never       -

        """)
    #expect(errors.contains("runbooks/Other.md:3: the front matter is not YAML"))
  }

  @Test func `a search tells where it found what, and 1 when it found nothing`() throws {
    let (status, output, _) = try run("search", "changed", "tab")
    #expect(status == 0)
    #expect(output.hasPrefix("FeatureDrift\n"))
    #expect(output.contains("who [changed] the [table] \\e[31mupstream."))
    #expect(try run("search", "rollback").output.hasPrefix("Other: The other page\n"))
    let none = try run("search", "\"AND(")
    #expect(none.status == 1)
    #expect(none.errors.contains("no runbook in"))
  }

  @Test func `JSON has what programs need`() throws {
    struct Line: Decodable {
      var alert: String
      var lastTested: String?
      var problems: [String]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let lines = try decoder.decode(
      [Line].self, from: Data(run("list", "--json").output.utf8))
    #expect(lines.map(\.alert) == ["FeatureDrift", "Other"])
    #expect(lines.map(\.lastTested) == ["2026-11-26", nil])
    #expect(lines.map(\.problems.count) == [0, 1])
    struct Page: Decodable {
      var id: String
      var title: String
    }
    let page = try JSONDecoder().decode(
      Page.self, from: Data(run("show", "Other", "--json").output.utf8))
    #expect(page.title == "The other page")
    struct Hit: Decodable {
      var id: String
      var score: Double
    }
    let hits = try JSONDecoder().decode(
      [Hit].self, from: Data(run("search", "input", "--json").output.utf8))
    #expect(hits.map(\.id) == ["FeatureDrift"])
  }

  @Test func `a page that is not there is said, with the one that was meant`() throws {
    let (status, _, errors) = try run("show", "FeatureDrfit")
    #expect(status == 1)
    #expect(errors.contains("did you mean FeatureDrift?"))
  }

  @Test func `the folder comes from the configuration, else it is asked for`() throws {
    try folder.write("runbooks: runbooks\n", to: "vigia.yaml")
    try folder.write("{}\n", to: "none.yaml")
    let named = try Program.run(
      ["runbook", "search", "drift", "--config", "\(folder.path)/vigia.yaml"])
    #expect(named.status == 0)
    let unnamed = try Program.run(["runbook", "list", "--config", "\(folder.path)/none.yaml"])
    #expect(unnamed.status == 2)
    #expect(unnamed.errors.contains("no folder of runbooks: give --folder"))
    #expect(try run("list", folder: folder.path + "/nowhere").status == 1)
  }
}
