import Alerting
import PromQL
import Testing

@Suite struct SeriesNotationTests {
  @Test(arguments: [
    ("x 1 2 3", [1, 2, 3]), ("x 1x2", [1, 1, 1]), ("x 1+2x3", [1, 3, 5, 7]),
    ("x -1-1x2", [-1, -2, -3]), ("x 5-2x0", [5]), ("x 1e3 .5 5.", [1_000, 0.5, 5]),
    ("x 017 08 1e-400", [15, 8, 0]), ("x 1x010", Array(repeating: 1, count: 11)),
    ("x 1.7976931348623157e308", [1.7976931348623157e308]),
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
    #expect(labels.labelSet == LabelSet(name: "up", ["a": "x, }", "b": "it's", "c": "\\n"]))
    #expect(try SeriesNotation.labels("").pairs.isEmpty)
    #expect(try SeriesNotation.labels("{}").pairs.isEmpty)
    #expect(try SeriesNotation.labels("a:b").labelSet == LabelSet(name: "a:b", [:]))
  }

  @Test(arguments: [
    // The name before the brackets counts.
    ("v{__name__=\"w\"}", ["__name__=v"]), ("v{__name__=\"\"}", ["__name__=v"]),
    ("v{__name__=\"w\",__name__=\"u\"}", ["__name__=v"]), ("{__name__=\"w\"}", ["__name__=w"]),
    ("{__name__=\"w\",__name__=\"v\"}", ["__name__=w", "__name__=v"]),
    // A label that is empty once is none, behind a name.
    ("v{i=\"1\",i=\"\"}", ["__name__=v"]), ("v{i=\"\",i=\"1\"}", ["__name__=v"]),
    ("{i=\"1\",i=\"\"}", ["i=1", "i="]), ("{i=\"\"}", ["i="]),
    ("v{i=\"2\",a=\"0\",i=\"1\"}", ["__name__=v", "a=0", "i=2", "i=1"]),
  ])
  func `labels stand as promtool reads them`(text: String, expected: [String]) throws {
    let pairs = try SeriesNotation.labels(text).pairs
    #expect(pairs.map { "\($0.name)=\($0.value)" } == expected)
  }

  @Test(arguments: [
    ("x 1 2e309", 5, "2e309"), ("x -1e400", 4, "1e400"), ("x 1+1e400x2", 5, "1e400"),
    ("x 1.7976931348623159e308", 3, "1.7976931348623159e308"),
  ])
  func `a value that no number can be is refused at its place`(
    line: String, column: Int, number: String
  ) {
    let mistake = #expect(throws: SeriesNotation.Mistake.self) { try SeriesNotation(line) }
    #expect(
      mistake?.description
        == "1:\(column): parse error: error parsing number: strconv.ParseFloat: parsing \"\(number)\": "
        + "value out of range")
  }

  @Test(arguments: [
    "x 1,2", "x 1 + 2", "x stalex2", "x 1+2", "x 1x", "x one", "x{a=b} 1", "x{a=\"b\" 1", "x{a} 1",
    "x 1xx2", "x _x99999999999", "x 1x99999999", "x{\"a\"=\"b\"}", "x{a=\"b} 1", "x --1", "x 1..2",
  ])
  func `what is no series is refused`(line: String) {
    #expect(throws: SeriesNotation.Mistake.self) { try SeriesNotation(line) }
  }
}
