import Foundation
import Testing

/// `vigia drift` on files, in a process of its own.
@Suite(.serialized) struct DriftCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func drift(
    _ words: [String] = [], reference: String = "a.csv", current: String = "b.csv"
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(
      [
        "drift", "--reference", "\(folder.path)/\(reference)", "--current",
        "\(folder.path)/\(current)",
      ] + words)
  }

  /// Rows of a price around `price`, a count of 0 through 3, and a zone.
  private func rows(_ count: Int, price: Double = 50, zones: [String] = ["north", "south"])
    -> [String]
  {
    (0..<count).map { row in
      // Evenly spread and the same each time; primes keep the columns apart.
      let share = Double(row * 7_919 % 10_007) / 10_007
      return "\(price + 20 * share),\(row * 31 % 4),\(zones[row * 17 % zones.count])"
    }
  }

  private func write(_ rows: [String], to name: String, header: String = "price,count,zone") throws
  {
    try folder.write(([header] + rows).joined(separator: "\n") + "\n", to: name)
  }

  private struct Report: Decodable {
    struct Feature: Decodable {
      var name: String
      var kind: String
      var referenceRows: Int
      var currentRows: Int
      var psi: Double?
      var ks: Double?
      var w1: Double?
      var js: Double?
      var p: Double?
      var adjustedP: Double?
      var verdict: String

      enum CodingKeys: String, CodingKey {
        case name, kind, psi, ks, js, verdict
        case referenceRows = "n_reference"
        case currentRows = "n_current"
        case w1 = "w1_std"
        case p = "chi2_p"
        case adjustedP = "p_adjusted"
      }
    }
    var features: [Feature]
    var drift: Bool
  }

  private func report(_ words: [String] = []) throws -> (status: Int32, report: Report) {
    let (status, output, _) = try drift(words + ["--json"])
    return (status, try JSONDecoder().decode(Report.self, from: Data(output.utf8)))
  }

  @Test func `rows like the reference are no drift, exit 0`() throws {
    try write(rows(3_000), to: "a.csv")
    try write(rows(2_500).reversed(), to: "b.csv")
    let (status, output, errors) = try drift()
    #expect(status == 0, "\(output)\(errors)")
    #expect(output.contains("2 500 rows of \(folder.path)/b.csv against 3 000 of"))
    #expect(output.hasSuffix("no drift in 3 features\n"))
    #expect(errors.isEmpty)
  }

  @Test func `what has drifted comes first and is said in words, exit 1`() throws {
    try write(rows(3_000), to: "a.csv")
    try write(rows(2_500, price: 60, zones: ["north", "west"]), to: "b.csv")
    let (status, output, _) = try drift()
    #expect(status == 1)
    let lines = output.split(separator: "\n").map(String.init)
    #expect(lines[1].split(separator: " ").prefix(3) == ["VERDICT", "COLUMN", "PSI"])
    #expect(lines[2].contains("major"))
    #expect(lines[4].contains("ok") && lines[4].contains("count"))
    #expect(output.contains("price: 55 % of 2 500 values are above"))
    #expect(output.contains("zone: 50 % of 2 500 values are of levels never seen before, 0 % in"))
    #expect(lines.last?.hasPrefix("drift in 2 of 3 features, the worst zone (PSI ") == true)
  }

  @Test func `JSON has every figure, and null where there is none`() throws {
    try write(rows(3_000), to: "a.csv")
    try write(rows(2_500, price: 60), to: "b.csv")
    let (status, report) = try report()
    #expect(status == 1)
    #expect(report.drift)
    #expect(report.features.map(\.name) == ["price", "count", "zone"])
    #expect(report.features.map(\.kind) == ["numeric", "numeric", "categorical"])
    #expect(report.features.map(\.verdict) == ["major", "ok", "ok"])
    let price = report.features[0]
    #expect(price.referenceRows == 3_000)
    #expect(price.currentRows == 2_500)
    #expect(try #require(price.ks) > 0.49)
    #expect(try #require(price.w1) > 1.6)
    let zone = report.features[2]
    #expect(zone.ks == nil)
    #expect(zone.w1 == nil)
    #expect(zone.psi != nil)
    let (_, output, _) = try drift(["--json"])
    let tree = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    let features = try #require(tree["features"] as? [[String: Any]])
    #expect(
      Set(features[2].keys) == [
        "name", "kind", "n_reference", "n_current", "psi", "ks", "w1_std", "js", "chi2_p",
        "p_adjusted", "verdict",
      ])
    #expect(features[2]["ks"] is NSNull)
  }

  @Test func `columns are found by name, in whatever order, and may be chosen`() throws {
    try write(rows(1_000), to: "a.csv")
    let turned = rows(1_000).map { row in
      row.split(separator: ",").reversed().joined(separator: ",") + ",7"
    }
    try write(turned, to: "b.csv", header: "zone,count,price,extra")
    let (status, _, errors) = try drift()
    #expect(status == 0)
    #expect(errors.contains("left out, since the reference has no such column: extra"))
    #expect(
      try report(["--columns", "zone, count"]).report.features.map(\.name) == ["zone", "count"])
  }

  @Test func `score and class come first and are not adjusted for the features`() throws {
    try write(rows(1_000), to: "a.csv")
    try write(rows(900, price: 51), to: "b.csv")
    let (_, report) = try report(["--columns", "count", "--class", "zone", "--score", "price"])
    #expect(report.features.map(\.name) == ["price", "zone", "count"])
    for feature in report.features { #expect(feature.adjustedP == feature.p) }
  }

  @Test func `numbers can be compared as names`() throws {
    try write(rows(1_000), to: "a.csv")
    try write(rows(1_000), to: "b.csv")
    let count = try #require(
      try report(["--categorical", "count"]).report.features.first { $0.name == "count" })
    #expect(count.kind == "categorical")
    #expect(count.ks == nil)
  }

  @Test func `empty fields are missing values, and count`() throws {
    try write(rows(1_000), to: "a.csv")
    let holes = rows(1_000).enumerated().map { row, text in
      row % 3 == 0 ? text.replacing(#/^[^,]*/#, with: ["", "NA", "null"][row / 3 % 3]) : text
    }
    try write(holes, to: "b.csv")
    let (status, output, _) = try drift()
    #expect(status == 1)
    #expect(output.contains("price: 33 % of 1 000 values are missing, 0 % in the reference"))
    try write(rows(1_000).map { $0.replacing(#/^[^,]*/#, with: "") }, to: "b.csv")
    #expect(try report().report.features[0].verdict == "missing")
  }

  @Test func `a constant that starts to vary is told as such`() throws {
    try write(rows(1_000).map { $0.replacing(#/^[^,]*/#, with: "5.5") }, to: "a.csv")
    try write(rows(1_000), to: "b.csv")
    let (status, report) = try report()
    #expect(status == 1)
    #expect(report.features[0].verdict == "constant_changed")
    let line = try drift().output.split(separator: "\n").first { $0.contains("constant changed") }
    #expect(line?.contains(" sd") == false)
  }

  @Test func `too few rows are no verdict, exit 0; few rows of a reference are said`() throws {
    try write(rows(1_000), to: "a.csv")
    try write(rows(137, price: 90), to: "b.csv")
    let (status, output, _) = try drift()
    #expect(status == 0)
    #expect(output.contains("\ncollecting 137/200 rows\n"))
    #expect(output.hasSuffix("no verdict: too few rows\n"))
    #expect(try report().report.features.allSatisfy { $0.verdict == "collecting" })
    try write(rows(600), to: "a.csv")
    try write(rows(600), to: "b.csv")
    #expect(
      try drift().errors.contains("a.csv: the reference has 600 rows; from 1 000 on it is steady"))
    try write(rows(150), to: "a.csv")
    let small = try drift()
    #expect(small.status == 0)
    #expect(small.output.contains("no verdict: the reference has 150 rows, 200 are the least"))
  }

  @Test func `gzip and standard input are read like files`() throws {
    try write(rows(1_000), to: "a.csv")
    try write(rows(1_000, price: 60), to: "b.csv")
    let plain = try drift(["--json"])
    let packed = try Program.spawn("/bin/gzip", ["\(folder.path)/b.csv"])
    #expect(packed.status == 0)
    let zipped = try drift(["--json"], current: "b.csv.gz")
    #expect(zipped.status == 1)
    #expect(zipped.output == plain.output)
    let piped = try Program.spawn(
      "/bin/sh",
      [
        "-c",
        "gzip -dc '\(folder.path)/b.csv.gz' | '\(Program.path)' drift --reference '\(folder.path)/a.csv' --current - --json",
      ])
    #expect(piped.status == 1)
    #expect(piped.output == plain.output)
  }

  /// What stands in b.csv, of 1,000 rows, at its end; what is said.
  @Test(arguments: [
    (["12,3"], "b.csv:1002: expected 3 fields, found 2"),
    (["12,3,north,7"], "b.csv:1002: expected 3 fields, found 4"),
    (
      ["12,3,north", "", "abc,3,north"],
      #"b.csv:1004: column 1 "price": expected a number, found "abc""#
    ),
    (["12,x y,north"], #"b.csv:1002: column 2 "count": expected a number, found "x y""#),
    (["NaN,3,north"], #"b.csv:1002: column 1 "price": expected a finite number, found "NaN""#),
    (["1,-inf,north"], #"b.csv:1002: column 2 "count": expected a finite number, found "-inf""#),
    (
      [#"1,2,"a"#, #"b""#, "1,2,\"c\"d"],
      #"b.csv:1004: column 3 "zone": text after the closing quote"#
    ),
    (["1,2,\"open"], #"b.csv:1002: column 3 "zone": a quoted field does not end"#),
    (["1e999,2,north"], #"b.csv:1002: column 1 "price": expected a number, found "1e999""#),
  ])
  func `what is wrong in a row is told with its line and column, exit 2`(
    _ lines: [String], _ text: String
  ) throws {
    try write(rows(1_000), to: "a.csv")
    try write(rows(1_000) + lines, to: "b.csv")
    let (status, output, errors) = try drift()
    #expect(status == 2, "\(output)")
    #expect(errors.contains(text), "\(errors)")
    #expect(output.isEmpty)
  }

  @Test func `text among the reference's numbers is an error too, with what to do`() throws {
    var reference = rows(1_000)
    reference[500] = "oops,1,north"
    try write(reference, to: "a.csv")
    try write(rows(1_000), to: "b.csv")
    let (status, _, errors) = try drift()
    #expect(status == 2)
    #expect(
      errors.contains(
        #"a.csv:502: column 1 "price": expected a number, found "oops"; --categorical price"#))
    #expect(try drift(["--categorical", "price"]).status != 2)
  }

  @Test(arguments: [(";", "semicolons"), ("\t", "tabs")])
  func `a file with another separator than commas is refused, whatever it holds, exit 2`(
    _ separator: String, _ word: String
  ) throws {
    try write(
      rows(1_000).map { $0.replacing(",", with: separator) }, to: "a.csv", header: "x\(separator)y")
    try write(
      rows(1_000, price: 90).map { $0.replacing(",", with: separator) }, to: "b.csv",
      header: "x\(separator)y")
    let (status, output, errors) = try drift()
    #expect(status == 2)
    #expect(output.isEmpty)
    #expect(
      errors.contains(
        "a.csv:1: expected columns separated by commas, found \(word) in a header of one column"))
    #expect(errors.contains("save the file with commas"))
  }

  @Test func `a quoted name may hold a semicolon`() throws {
    let numbers = (0..<1_000).map { "\($0 * 7_919 % 1_009)" }
    try write(numbers, to: "a.csv", header: "\"x;y\"")
    try write(numbers, to: "b.csv", header: "\"x;y\"")
    #expect(try drift().status == 0)
  }

  @Test func `decimal commas are refused and told as such, exit 2`() throws {
    let commas = (0..<1_000).map { row in "\"0,\(100 + row * 31 % 900)\",\(row % 7)" }
    try write(commas, to: "a.csv", header: "x,y")
    try write(commas, to: "b.csv", header: "x,y")
    let (status, output, errors) = try drift()
    #expect(status == 2)
    #expect(output.isEmpty)
    #expect(
      errors.contains(
        #"a.csv:2: column 1 "x": expected a number with a decimal point, found "0,100" with a decimal comma; write 0.100"#
      ))
    #expect(try drift(["--columns", "y"]).status == 0)
  }

  /// One in eight is more than a slip, and less than half.
  @Test func `text in every eighth row of numbers is an error, with its line and column`() throws {
    let marked = rows(1_000).enumerated().map { row, text in
      row % 8 == 5 ? text.replacing(#/^[^,]*/#, with: "?") : text
    }
    try write(marked, to: "a.csv")
    try write(marked, to: "b.csv")
    let (status, _, errors) = try drift()
    #expect(status == 2)
    #expect(
      errors.contains(
        #"a.csv:7: column 1 "price": expected a number, found "?"; --categorical price"#))
    let named = try report(["--categorical", "price"])
    #expect(named.report.features[0].kind == "categorical")
    // A price on nearly every row is no level that comes again.
    #expect(named.report.features[0].verdict == "collecting")
  }

  @Test func `text that is no UTF-8 is refused, where other names would be the same`() throws {
    for (name, byte) in [("a.csv", UInt8(0xe9)), ("b.csv", 0xe8)] {
      var bytes = Array("city,x\n".utf8)
      for row in 0..<500 { bytes += Array("caf".utf8) + [byte] + Array(",\(row % 97)\n".utf8) }
      try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
    let (status, _, errors) = try drift()
    #expect(status == 2)
    #expect(errors.contains(#".csv:2: column 1 "city": expected text in UTF-8"#), "\(errors)")
  }

  @Test func `names that hardly come twice get no verdict, and that is said`() throws {
    let reference = (0..<1_000).map { "id\($0),\($0 * 31 % 97)" }
    let current = (0..<1_000).map { "other\($0),\($0 * 31 % 97)" }
    try write(reference, to: "a.csv", header: "key,x")
    try write(current, to: "b.csv", header: "key,x")
    let (status, output, _) = try drift()
    #expect(status == 0)
    #expect(output.contains("no verdict  key"))
    #expect(
      output.contains(
        "key: no verdict: 100 % of the reference's 1 000 values are of levels too rare to compare"))
    #expect(
      output.hasSuffix(
        "no drift in 1 feature; 1 without a verdict: levels too rare to compare\n"))
    let json = try drift(["--json"]).output
    let tree = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let features = try #require(tree["features"] as? [[String: Any]])
    #expect(features[0]["verdict"] as? String == "collecting")
    #expect(features[0]["psi"] is NSNull && features[0]["chi2_p"] is NSNull)
    let without = try #require(tree["without_verdict"] as? [[String: String]])
    #expect(without.map { $0["name"] } == ["key"])
    #expect(without[0]["reason"]?.hasPrefix("no verdict: 100 % of") == true)
  }

  @Test func `where no column can be compared that is an error, exit 2`() throws {
    try write((0..<1_000).map { "id\($0)" }, to: "a.csv", header: "key")
    try write((0..<1_000).map { "other\($0)" }, to: "b.csv", header: "key")
    for words in [[], ["--json"]] {
      let (status, output, errors) = try drift(words)
      #expect(status == 2)
      #expect(output.isEmpty)
      #expect(errors.contains("a.csv:1: expected a column to compare, found none: key: no verdict"))
    }
  }

  @Test func `values that are not finite can be counted instead`() throws {
    try write(rows(1_000), to: "a.csv")
    let broken = rows(1_000).enumerated().map { row, text in
      row % 4 == 0 ? text.replacing(#/^[^,]*/#, with: row % 8 == 0 ? "nan" : "-Infinity") : text
    }
    try write(broken, to: "b.csv")
    let (status, output, _) = try drift(["--count-nan"])
    #expect(status == 1)
    #expect(output.contains("price: 25 % of 1 000 values are not finite, 0 % in the reference"))
  }

  @Test func `a column that is missing is told with those there are`() throws {
    try write(rows(300), to: "a.csv")
    try write(rows(300), to: "b.csv", header: "prise,count,zone")
    let (status, _, errors) = try drift()
    #expect(status == 2)
    #expect(
      errors.contains(
        #"b.csv:1: no column "price"; there are prise, count, zone; did you mean "prise"?"#))
    try write(rows(300), to: "b.csv", header: "price,price,zone")
    #expect(try drift().errors.contains(#"b.csv:1: two columns are named "price""#))
  }

  @Test(arguments: [
    ("", "b.csv:1: the file is empty; expected a header and rows"),
    ("\n\n\n", "the file holds no header line; expected a header and rows"),
    ("price,count,zone\n", "b.csv:2: no rows below the header"),
    ("\u{FEFF}price,count,zone\n1,2\n", "b.csv:2: expected 3 fields, found 2"),
    (
      "price,count,zone\r1,2,north\r3,4,south\r",
      "b.csv:1: line ends are CR alone; expected LF or CRLF"
    ),
  ])
  func `a file without rows is told, exit 2`(_ text: String, _ reason: String) throws {
    try write(rows(300), to: "a.csv")
    try folder.write(text, to: "b.csv")
    let (status, _, errors) = try drift()
    #expect(status == 2)
    #expect(errors.contains(reason), "\(errors)")
  }

  @Test func `what cannot be read is exit 3, what cannot be meant exit 2`() throws {
    try write(rows(300), to: "a.csv")
    try write(rows(300), to: "b.csv")
    #expect(try drift(current: "none.csv").status == 3)
    #expect(try drift(current: "none.csv").errors.contains("none.csv: no such file"))
    #expect(try drift(current: "").status == 3)
    for words in [
      ["--columns", "price,price"], ["--columns", "pryce"], ["--categorical", "nothing"],
      ["--score", "price", "--class", "price"], ["--score", "price", "--categorical", "price"],
      ["--columns", "price", "--categorical", "zone"], ["--score", ""],
    ] {
      #expect(try drift(words).status == 2, "\(words)")
    }
    #expect(try Program.run(["drift", "--reference", "-", "--current", "-"]).status == 2)
    #expect(try Program.run(["drift", "--reference", "a.csv"]).status == 2)
  }

  @Test func `a name that is wide or hostile keeps the table's columns`() throws {
    let header = "price,\u{1B}[31mred,地区"
    try write(rows(500), to: "a.csv", header: header)
    try write(rows(500, price: 60), to: "b.csv", header: header)
    let (_, output, _) = try drift()
    #expect(!output.unicodeScalars.contains("\u{1B}"))
    let table = output.split(separator: "\n")[2...4]
    // The last column ends at the same place: each wide character is two columns.
    let widths = table.map { line in
      line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 && $1.value < 0xA000 ? 2 : 1) }
    }
    #expect(Set(widths).count == 1, "\(output)")
  }

  @Test func `the help teaches with an example and says what the verdicts mean`() throws {
    let (status, output, _) = try Program.run(["drift", "--help"])
    #expect(status == 0)
    for text in ["vigia drift --reference", "PSI of 0.25", "constant_changed", "Exit 0"] {
      #expect(output.contains(text))
    }
  }
}
