import Testing
import vigia

@Suite struct SpellingTests {
  @Test(arguments: [
    ("chalenger", "challenger"), ("listne", "listen"), ("Theme", "theme"), ("modles", "models"),
    ("tls_cert", nil), ("x", nil), ("frobnicate", nil),
  ])
  func `a slip finds its name, another word finds none`(_ word: String, _ meant: String?) {
    let names = ["listen", "theme", "models", "challenger", "tls", "a"]
    #expect(Spelling.nearest(to: word, among: names) == meant)
  }

  // Boytsov 2011: a swap of neighbours is one edit, and no part is edited twice.
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("ab", "ba", 1), ("ca", "abc", 3), ("kitten", "sitting", 3),
  ])
  func `the distance is that of restricted Damerau and Levenshtein`(
    _ left: String, _ right: String, _ distance: Int
  ) {
    #expect(Spelling.distance(left, right) == distance)
    #expect(Spelling.distance(right, left) == distance)
  }
}
