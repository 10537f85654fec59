import Foundation
import PromQL
import Testing

struct ParserTests {
  @Test(arguments: [
    ("rate(", "1:6: parse error: unclosed left parenthesis"),
    (
      "sum by (job\n  code) (up)",
      #"2:3: parse error: unexpected identifier "code" in grouping opts, expected "," or ")""#
    ),
    (
      "up{job=\"a\"} # first\n  + nofunction(1)",
      #"2:5: parse error: unknown function with name "nofunction""#
    ),
    (
      "rate(up)",
      #"1:6: parse error: expected type range vector in call to function "rate", got instant vector"#
    ),
    (
      "\n\nup > bool 1 and 1",
      "3:1: parse error: set operator \"and\" not allowed in binary scalar expression"
    ),
    ("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
    (
      "up > -2e309",
      "1:7: parse error: error parsing number: strconv.ParseFloat: parsing \"2e309\": value out of range"
    ),
    ("up{job=~\"(\"}", "1:4: parse error: error parsing regexp: missing closing ): `^(?:()$`"),
    ("up[5x]", #"1:4: parse error: bad duration syntax: "5""#),
    ("up offset 1h1d", #"1:11: parse error: not a valid duration string: "1h1d""#),
    (
      "topk(up)",
      "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"
    ),
    ("sum(histogram_avg(up))", #"1:5: parse error: unknown function with name "histogram_avg""#),
    ("é", "1:1: parse error: unexpected character: 'é'"),
    ("\"é\" up", #"1:6: parse error: unexpected identifier "up""#),
    ("", "1:1: parse error: no expression found in input"),
  ])
  func `a mistake is told with its line and column`(text: String, expected: String) {
    let diagnostic = #expect(throws: Diagnostic.self) { try Query(text) }
    #expect(diagnostic?.description == expected)
  }

  @Test func `the offset of a mistake counts bytes from the start`() {
    let diagnostic = #expect(throws: Diagnostic.self) { try Query("up +\n  )") }
    #expect(diagnostic?.offset == 8)
    #expect(diagnostic?.line == 2)
    #expect(diagnostic?.column == 4)
    #expect(diagnostic?.message == "unexpected right parenthesis ')'")
  }

  @Test(arguments: [
    ("a or b and c", "a or (b and c)"), ("a and b unless c", "(a and b) unless c"),
    ("a == b + c", "a == (b + c)"), ("a + b * c", "a + (b * c)"), ("a - b - c", "(a - b) - c"),
    ("a * b ^ c", "a * (b ^ c)"), ("a ^ b ^ c", "a ^ (b ^ c)"), ("-a ^ b", "-(a ^ b)"),
    ("-a * b", "(-a) * b"), ("a % b atan2 c", "(a % b) atan2 c"), ("a > b == c", "(a > b) == c"),
    ("a + b offset 5m", "a + (b offset 5m)"), ("a - -b", "a - (-b)"),
  ])
  func `operators bind as in Prometheus`(text: String, meaning: String) throws {
    #expect(shape(try Query(text).expression) == shape(try Query(meaning).expression))
  }

  @Test func `selectors are listed in reading order, those of ranges and subqueries too`() throws {
    let query = try Query(
      #"sum(rate(a{x="1"}[5m])) / on (x) max_over_time((b > c)[1h:]) or topk(scalar(d), e offset 5m)"#
    )
    #expect(query.selectors.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(query.selectors[0].matchers.map(\.description) == ["x=\"1\"", "__name__=\"a\""])
    #expect(query.selectors[4].shift.offset == 300_000)
    #expect(query.selectors.map(\.span.start) == [9, 48, 52, 76, 80])
  }

  @Test(arguments: [
    String(repeating: "(", count: 100_000),
    String(repeating: "(", count: 10_000) + "a" + String(repeating: ")", count: 10_000),
    String(repeating: "a + ", count: 10_000) + "a", String(repeating: "a ^ ", count: 10_000) + "a",
    String(repeating: "-", count: 10_000) + "a", String(repeating: "abs(", count: 10_000),
    "a" + String(repeating: "[5m:1m]", count: 10_000),
    String(repeating: "(a + ", count: 70) + String(repeating: "a + ", count: 70) + "a",
  ])
  func `a query that nests too deeply is refused`(text: String) {
    let diagnostic = #expect(throws: Diagnostic.self) { try Query(text) }
    #expect(diagnostic?.message.contains("100 levels") == true)
  }

  @Test func `the deepest query fits into a small stack`() throws {
    let texts = [
      String(repeating: "(", count: 98) + "a" + String(repeating: ")", count: 98),
      String(repeating: "abs(", count: 98) + "a" + String(repeating: ")", count: 98),
      String(repeating: "-", count: 98) + "a", String(repeating: "a + ", count: 98) + "a",
      String(repeating: "a ^ ", count: 98) + "a",
    ]
    let source = SeriesSource.fixed([
      Series(labels: LabelSet(name: "a", [:]), samples: [Sample(time: 0, value: 1)])
    ])
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      for text in texts {
        let answer = try? Evaluator(source: source).instant(try Query(text), at: 0)
        if answer?.seriesMatched ?? 0 > 0 { done.signal() }
      }
    }
    thread.stackSize = 1 << 20
    thread.start()
    for _ in texts { #expect(done.wait(timeout: .now() + 60) == .success) }
  }

  @Test func `no text makes the parser fail otherwise than with a diagnostic`() throws {
    var generator = SeededGenerator(state: 7)
    let alphabet = Array("abm5109 .:,(){}[]<>=!~+-*/%^@\"'`\\#\n\u{e9}e_xu")
    for _ in 0..<20_000 {
      let length = Int.random(in: 0..<24, using: &generator)
      let text = String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
      do throws(Diagnostic) {
        let form = try Query(text).description
        #expect((try? Query(form))?.description == form, "\(text)")
      } catch {
        #expect(error.offset <= text.utf8.count && error.column >= 1, "\(text)")
      }
    }
  }
}

/// The tree with every operation in brackets, and without the parentheses that were written.
func shape(_ expression: PromQL.Expression) -> String {
  switch expression {
  case .parenthesized(let inner, _): return shape(inner)
  case .binary(let operation):
    return
      "[\(shape(operation.left)) \(operation.binaryOperator.rawValue) \(shape(operation.right))]"
  case .unary: return "[-" + expression.children.map(shape).joined() + "]"
  case .number, .string, .selector, .range: return expression.description
  default: return "<" + expression.children.map(shape).joined(separator: " ") + ">"
  }
}

/// Repeatable chance: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
