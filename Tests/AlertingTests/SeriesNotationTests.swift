import Alerting
import PromQL
import Testing

@Suite struct SeriesNotationTests {
  @Test(arguments: [
    ("x 1 2 3", [1, 2, 3]), ("x 1x2", [1, 1, 1]), ("x 1+2x3", [1, 3, 5, 7]),
    ("x -1-1x2", [-1, -2, -3]), ("x 5-2x0", [5]), ("x 1e3 .5 5.", [1_000, 0.5, 5]),
    ("x", []), ("x{a=\"b\"}  1  2 ", [1, 2]),
  ])
  func `values are written out`(line: String, values: [Double]) throws {
    #expect(try SeriesNotation(line).values == values)
  }

  @Test func `gaps, ends and numbers that are none have their signs`() throws {
    let values = try SeriesNotation("x _ _x2 stale Inf -inf NaN").values
    #expect(values.map { $0 == nil } == [true, true, true, false, false, false, false])
    #expect(values[3]?.bitPattern == Sample.staleMarker.bitPattern)
    #expect(values[4] == .infinity)
    #expect(values[5] == -.infinity)
    #expect(values[6]?.isNaN == true)
    #expect(values[6].map { Sample(time: 0, value: $0).isStale } == false)
  }

  @Test func `labels may have spaces about them, and any quotes`() throws {
    let labels = try SeriesNotation.labels("up{ a = \"x, }\" , b='it\\'s', c=`\\n`, }")
    #expect(labels == LabelSet(name: "up", ["a": "x, }", "b": "it's", "c": "\\n"]))
    #expect(try SeriesNotation.labels("") == LabelSet())
    #expect(try SeriesNotation.labels("{}") == LabelSet())
    #expect(try SeriesNotation.labels("a:b") == LabelSet(name: "a:b", [:]))
  }

  @Test(arguments: [
    "x 1,2", "x 1 + 2", "x stalex2", "x 1+2", "x 1x", "x one", "x{a=b} 1", "x{a=\"b\" 1", "x{a} 1",
    "x 1xx2", "x _x99999999999", "x 1x99999999", "x{\"a\"=\"b\"}", "x{a=\"b} 1", "x --1", "x 1..2",
  ])
  func `what is no series is refused`(line: String) {
    #expect(throws: SeriesNotation.Mistake.self) { try SeriesNotation(line) }
  }
}
