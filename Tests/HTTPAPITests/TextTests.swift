import HTTPAPI
import Testing

@Suite struct TextTests {
  @Test func `what a terminal would obey is written out`() {
    #expect(
      LogText.escaped("a\u{1b}[2J\r\nb\u{202e}c\u{9b}é")
        == "a\\u{1b}[2J\\u{d}\\u{a}b\\u{202e}c\\u{9b}é")
  }

  @Test func `a long text is cut, and says by how much`() {
    #expect(LogText.escaped("abcdef", limit: 4) == "abcd... (2 more)")
    #expect(LogText.escaped("abcd", limit: 4) == "abcd")
  }

  @Test func `lines past the budget of a second are counted, not written`() {
    var budget = LineBudget(perSecond: 2)
    #expect(budget.take(at: 1) == .yes(dropped: 0))
    #expect(budget.take(at: 1) == .yes(dropped: 0))
    #expect(budget.take(at: 1) == .no)
    #expect(budget.take(at: 1) == .no)
    #expect(budget.take(at: 2) == .yes(dropped: 2))
    #expect(budget.take(at: 2) == .yes(dropped: 0))
  }
}
