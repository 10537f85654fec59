import Testing
import TextUI

@Suite struct StyledTextTests {
  let red = Style(.rgb(255, 0, 0))

  @Test(arguments: [
    ("latency", 7, "latency"), ("latency", 6, "laten…"), ("latency", 1, "…"), ("latency", 0, ""),
    ("日本語", 4, "日…"), ("日本語", 5, "日本…"),
  ])
  func `truncation fits and says that something is missing`(
    text: String, columns: Int, expected: String
  ) {
    #expect(text.truncated(to: columns) == expected)
    #expect(text.truncated(to: columns).displayWidth <= columns)
  }

  @Test func `ids are shortened in the middle`() {
    #expect("c71e44a109af".shortened(to: 9) == "c71e…09af")
    #expect("c71e".shortened(to: 9) == "c71e")
    #expect("c71e44".shortened(to: 2) == "c…")
  }

  @Test func `the ellipsis takes the style of what it replaces`() {
    let text = StyledText("ab") + StyledText("cdef", red)
    #expect(
      text.truncated(to: 4)
        == StyledText([StyledText.Span("ab"), StyledText.Span("c…", red)]))
  }

  @Test func `lines break at spaces and keep their styles`() {
    let text = StyledText("the model ") + StyledText("spends its", red) + " budget"
    let lines = text.wrapped(to: 10)
    #expect(lines.map(\.text) == ["the model", "spends its", "budget"])
    #expect(lines[1].spans.map(\.style) == [red])
  }

  @Test func `a number is not broken from its groups nor from its unit`() {
    let figures = StyledText("took 51 840 rows at 6.3 %, 412 ms each")
    #expect(
      figures.wrapped(to: 8).map(\.text)
        == ["took", "51 840", "rows at", "6.3 %,", "412 ms", "each"])
    let styled = StyledText("42", .plain.bold) + StyledText(" req/s")
    #expect((StyledText("about ") + styled).wrapped(to: 9).map(\.text) == ["about", "42 req/s"])
    #expect(StyledText("a 5 b").wrapped(to: 3).map(\.text) == ["a 5", "b"])
  }

  @Test func `a word longer than the line is broken, and nothing is lost`() {
    #expect(StyledText("abcdefgh ij").wrapped(to: 3).map(\.text) == ["abc", "def", "gh", "ij"])
    #expect(StyledText("日本").wrapped(to: 1).count == 2)
    #expect(StyledText("").wrapped(to: 5).map(\.text) == [""])
  }

  @Test(arguments: 1..<30)
  func `wrapped lines fit and hold every word in order`(columns: Int) {
    let words = "a runbook step with  several words of very different lengths indeed"
    let lines = StyledText(words).wrapped(to: columns)
    #expect(lines.allSatisfy { $0.width <= columns })
    let joined = lines.map(\.text).joined().filter { $0 != " " }
    #expect(joined == words.filter { $0 != " " })
  }
}
