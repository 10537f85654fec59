import Domain
import Storage
import Testing

@Suite struct RunbookIndexTests {
  private let index: RunbookIndex

  init() throws {
    index = try RunbookIndex([
      RunbookDocument(
        id: "FeatureDrift", title: "FeatureDrift", headings: "FeatureDrift\nMeaning\nMitigation",
        body:
          "press 4\nMeaning\nAn input is not what it was: vigia_drift_psi.\nMitigation\nAsk who changed the table."
      ),
      RunbookDocument(
        id: "AccuracyDrop", title: "Accuracy drop", headings: "AccuracyDrop\nMitigation",
        body: "Mitigation\nDid inputs drift? Roll back when it began with a promotion."),
      RunbookDocument(
        id: "PSIHigh", title: "Café au lait", headings: "PSIHigh\nRollback is wrong",
        body: "Rollback is wrong here.\n" + String(repeating: "more words here ", count: 40)
          + "seldom"),
    ])
  }

  private func ids(_ query: String) throws -> [String] { try index.search(query).map(\.id) }

  @Test(arguments: [
    ("drift", ["FeatureDrift", "AccuracyDrop"]), ("DRIFT", ["FeatureDrift", "AccuracyDrop"]),
    ("featuredr", ["FeatureDrift"]), ("feature drift", ["FeatureDrift"]),
    ("roll pro", ["AccuracyDrop"]), ("psi", ["PSIHigh", "FeatureDrift"]), ("high", ["PSIHigh"]),
    ("cafe", ["PSIHigh"]), ("vigia_drift", ["FeatureDrift"]), ("rol", ["PSIHigh", "AccuracyDrop"]),
    ("ol", []), ("nothing", []), ("accuracy nothing", ["AccuracyDrop"]),
  ])
  func `pages are found by words and the beginning of the last, the best first`(
    query: String, expected: [String]
  ) throws {
    #expect(try ids(query) == expected)
  }

  @Test func `what matches is marked, in the title and around the best place of the text`() throws {
    let drop = try #require(try index.search("drift did").first)
    #expect(drop.title == [.init("Accuracy drop")])
    #expect(
      drop.snippet == [
        .init("Mitigation "), .init("Did", isMatch: true), .init(" inputs "),
        .init("drift", isMatch: true),
        .init("? Roll back when it began with a promotion."),
      ])
    let seldom = try #require(try index.search("seld").first)
    #expect(seldom.snippet.map(\.isMatch) == [false, true])
    #expect(seldom.snippet.first?.text.hasPrefix("…") == true)
    #expect(seldom.snippet.last == .init("seldom", isMatch: true))
    #expect(try index.search("accuracy").first?.title.first == .init("Accuracy", isMatch: true))
  }

  @Test(arguments: [
    "", " ", "\"", "'", "drift\"", "\"drift", "drift*", "*", "AND", "OR", "NOT", "NEAR(",
    "NEAR(a b, 2)",
    "title:x", "{title body}: x", "-title : x", "^drift", "a + b", "(", ")", "(drift", "drift AND",
    "a OR OR b",
    "); DROP TABLE page; --", "\u{0}", "drift\u{0}x", "\u{2}drift\u{3}", "𞤀", "🔥", "²", "ⅷ",
    "e\u{301}", "\u{301}",
    "column:", "%", "_", "\\", "drift\u{202E}",
  ])
  func `any text is a query`(query: String) throws {
    for query in [query, query + " drift", "drift " + query, query + "x"] {
      _ = try index.search(query)
    }
    _ = try index.search(String(repeating: query, count: 5_000))
    #expect(try ids("drift").count == 2)
  }

  @Test func `text of a page cannot pretend to match`() throws {
    let index = try RunbookIndex([
      RunbookDocument(id: "A", title: "\u{2}x\u{3} y", headings: "", body: "\u{2}x\u{3} \u{0}y")
    ])
    let hit = try #require(try index.search("y").first)
    #expect(hit.title == [.init("\u{FFFD}x\u{FFFD} "), .init("y", isMatch: true)])
    #expect(hit.snippet == [.init("\u{FFFD}x\u{FFFD} \u{FFFD}"), .init("y", isMatch: true)])
  }

  @Test func `no pages are no hits, and never more than asked for`() throws {
    #expect(try RunbookIndex([]).search("x") == [])
    #expect(try index.search("mitigation", limit: 1).count == 1)
  }
}
