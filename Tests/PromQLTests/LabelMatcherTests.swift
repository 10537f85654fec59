import PromQL
import Testing

struct LabelMatcherTests {
  @Test(arguments: [
    ("a|b|c", ["a", "b", "c"], ["", "d", "ab"]), ("", [""], ["a"]), (".*", ["", "abc"], ["a\nb"]),
    (".+", ["a"], ["", "\n"]), ("5..", ["500", "5é0"], ["50", "5000", "5\n0"]),
    ("api.*", ["api", "api-1"], ["ap", "xapi", "api\n"]), ("api.+", ["api-1"], ["api"]),
    ("[a-c]+", ["a", "cab"], ["", "d", "abd"]), ("[^a-c]", ["d", "\n"], ["a", ""]),
    ("[]a]", ["]", "a"], ["["]), ("[a-]", ["-", "a"], ["b"]),
    ("\\d{2,3}", ["12", "123"], ["1", "1234"]),
    ("\\w+@\\w+\\.com", ["a@b.com"], ["a@b_com", "@b.com"]), ("(?i)AbC", ["abc", "ABC"], ["abd"]),
    ("(?i)[a-c]x", ["AX", "bX"], ["dx"]), ("(?s).*", ["a\nb"], []),
    ("a(?:b|c)?d", ["ad", "abd", "acd"], ["abcd"]),
    ("^abc$", ["abc"], ["abcd"]), ("\\babc\\b", ["abc"], ["abcd"]),
    ("(?m)a$\n^b", ["a\nb"], ["ab"]),
    ("[[:alpha:]]+[[:^digit:]]", ["ab", "a-"], ["a1"]), ("\\x41\\x{1F600}", ["A\u{1F600}"], ["A"]),
    ("\\Qa.b\\E", ["a.b"], ["axb"]), ("\\pL+", ["né"], ["n1"]), ("\\p{Lu}\\P{Lu}", ["Aa"], ["AA"]),
    ("a{2}", ["aa"], ["a", "aaa"]), ("a{,2}", ["a{,2}"], ["aa"]),
    ("(a|ab)(c|bcd)", ["abcd", "ac"], ["ab"]),
  ])
  func `a pattern matches whole values, in RE2's syntax`(
    pattern: String, matching: [String], others: [String]
  ) throws {
    let matches = try LabelMatcher(name: "x", kind: .matches, value: pattern)
    let matchesNot = try LabelMatcher(name: "x", kind: .matchesNot, value: pattern)
    for value in matching {
      #expect(matches.matches(value) && !matchesNot.matches(value), "\(value)")
    }
    for value in others {
      #expect(!matches.matches(value) && matchesNot.matches(value), "\(value)")
    }
  }

  @Test(arguments: [
    ("(", "missing closing ): `^(?:()$`"), (")", "unexpected ): `^(?:))$`"),
    ("[a", "missing closing ]: `[a)$`"),
    ("a)|(?:b", "unexpected ): `a)|(?:b`"),
    ("*", "missing argument to repetition operator: `*`"),
    ("a**", "invalid nested repetition operator: `**`"),
    ("a{1001}", "invalid repeat count: `{1001}`"),
    ("[b-a]", "invalid character class range: `b-a`"),
    ("\\8", "invalid escape sequence: `\\8`"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    ("\\p{Greek}", "invalid character class range: `\\p{Greek}`"),
    (
      "((((a{100}){100}){100}){100})", "invalid repeat count: `{100}`"
    ),
  ])
  func `a pattern that cannot be read is refused with the reason`(pattern: String, reason: String) {
    let error = #expect(throws: RegexError.self) {
      try LabelMatcher(name: "x", kind: .matches, value: pattern)
    }
    #expect(error?.description == "error parsing regexp: " + reason)
  }

  @Test(arguments: ["(a+)+b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "(a?){50}a{50}b"])
  func `patterns that make backtracking engines hang take time in proportion to the text`(
    pattern: String
  ) throws {
    let matcher = try LabelMatcher(name: "x", kind: .matches, value: pattern)
    let text = String(repeating: "a", count: 2_000)
    #expect(!matcher.matches(text))
    #expect(matcher.matches(String(repeating: "a", count: 100) + "b"))
  }

  @Test func `deep nesting in a pattern is refused`() {
    let pattern = String(repeating: "(", count: 5_000) + String(repeating: ")", count: 5_000)
    let error = #expect(throws: RegexError.self) {
      try LabelMatcher(name: "x", kind: .matches, value: pattern)
    }
    #expect(error?.reason == "expression nests too deeply")
  }

  @Test func `a missing label is an empty one, and the name is a label`() throws {
    let labels = LabelSet(name: "up", ["job": "api"])
    #expect(LabelMatcher(name: "__name__", equals: "up").matches(labels))
    #expect(LabelMatcher(name: "zone", equals: "").matches(labels))
    #expect(try LabelMatcher(name: "zone", kind: .notEqual, value: "a").matches(labels))
    #expect(!LabelMatcher(name: "job", equals: "web").matches(labels))
  }
}
