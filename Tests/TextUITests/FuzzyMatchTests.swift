import Testing
import TextUI

@Suite struct FuzzyMatchTests {
  @Test func `letters are found in order, with gaps, in any case`() throws {
    let match = try #require(FuzzyMatch("rbf", in: "Roll back fraud"))
    #expect(match.positions == [0, 5, 10])
    #expect(FuzzyMatch("fbr", in: "Roll back fraud") == nil)
    #expect(FuzzyMatch("x", in: "Roll back fraud") == nil)
    #expect(FuzzyMatch("", in: "anything") == FuzzyMatch("  ", in: ""))
  }

  @Test func `words typed apart fit in any order`() throws {
    let match = try #require(FuzzyMatch("fraud roll", in: "Roll back fraud"))
    #expect(match.positions == [0, 1, 2, 3, 10, 11, 12, 13, 14])
  }

  @Test(arguments: [
    ("lat", "Latency of the selected model", "Flat rate of all others"),
    ("el7", "electricity 7", "feel 17 times"), ("dr", "drift", "add order"),
    ("back", "Roll back", "b a c k"), ("te", "theme ember", "latest"),
  ])
  func `what a person means stands first`(_ query: String, _ better: String, _ worse: String) throws
  {
    let good = try #require(FuzzyMatch(query, in: better))
    let bad = try #require(FuzzyMatch(query, in: worse))
    #expect(good.score > bad.score)
  }

  @Test func `the best place counts, not the first`() throws {
    #expect(try #require(FuzzyMatch("cat", in: "c-a-t scatter cat")).positions == [14, 15, 16])
  }

  @Test(arguments: [
    ("rb", "Roll back fraud", [0, 5]), ("robac", "Roll back fraud", [0, 1, 5, 6, 7]),
    ("book", "Runbooks", [3, 4, 5, 6]), ("back roll", "Roll back", [0, 1, 2, 3, 5, 6, 7, 8]),
    ("rlbk", "Roll back", nil), ("help", "Write a post-mortem draft of the open incident", nil),
    ("quit", "End the quarantine of the version", nil), ("bc", "abc", [1, 2]), ("ac", "abc", nil),
  ])
  func `a strict match jumps only to where a word begins`(
    query: String, text: String, places: [Int]?
  ) {
    #expect(FuzzyMatch(query, in: text, isStrict: true)?.positions == places)
  }

  @Test func `every place found holds its letter`() throws {
    let letters = Array("abcd ")
    var seed: UInt64 = 7
    func next(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    for _ in 0..<2_000 {
      let text = String((0..<next(20)).map { _ in letters[next(5)] })
      let query = String((0..<(1 + next(4))).map { _ in letters[next(4)] })
      var rest = text[...]
      let isSubsequence = query.allSatisfy { letter in
        guard let place = rest.firstIndex(of: letter) else { return false }
        rest = rest[rest.index(after: place)...]
        return true
      }
      let match = FuzzyMatch(query, in: text)
      #expect((match != nil) == isSubsequence, "\(query) in \(text)")
      guard let match else { continue }
      let found = match.positions.map { Array(text)[$0] }
      #expect(String(found) == query)
    }
  }

  @Test(arguments: [
    ("R", Key.character("R")), ("Enter", .enter), ("space", .character(" ")),
    ("F12", .function(12)),
    ("^R", .control("r")), ("C-r", .control("r")), ("M-x", .alt("x")), ("PgDn", .pageDown),
    ("S-Tab", .backTab), ("é", .character("é")),
  ])
  func `a key is written as it is shown`(_ label: String, _ key: Key) {
    #expect(Key(label: label) == key)
    #expect(Key(label: key.label) == key)
  }

  @Test(arguments: ["", "RR", "F0", "F21", "C-", "^1", "\u{1B}", "\n", "Hyper-x"])
  func `what is no key is none`(_ label: String) {
    #expect(Key(label: label) == nil)
  }
}
