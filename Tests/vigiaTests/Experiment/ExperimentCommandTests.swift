import Foundation
import Statistics
import Testing

/// `vigia experiment` on files, in a process of its own.
@Suite(.serialized) struct ExperimentCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func experiment(
    _ words: [String] = [], on name: String = "e.csv"
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(["experiment", "\(folder.path)/\(name)"] + words)
  }

  private func write(_ rows: [String], header: String = "time,arm,event", to name: String = "e.csv")
    throws
  {
    try folder.write(([header] + rows).joined(separator: "\n") + "\n", to: name)
  }

  private struct Figures: Decodable {
    struct Arms: Decodable, Equatable {
      var champion: Int
      var challenger: Int
    }
    var n: Arms
    var events: Arms
    var eValue: Double?
    var pValue: Double?
    var interval: [Double]?
    var sampleRatioP: Double?
    var verdict: String
    var why: String

    enum CodingKeys: String, CodingKey {
      case n, events, interval, verdict, why
      case eValue = "e_value"
      case pValue = "p_value"
      case sampleRatioP = "srm_p"
    }
  }

  private func figures(_ words: [String] = []) throws -> (status: Int32, figures: Figures) {
    let (status, output, errors) = try experiment(words + ["--json"])
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(errors)")
    #expect(
      fields.keys.sorted() == [
        "e_value", "events", "interval", "n", "p_value", "srm_p", "verdict", "why",
      ])
    return (status, try JSONDecoder().decode(Figures.self, from: Data(output.utf8)))
  }

  /// A stream of the golden folder, two requests a second, its columns named as the command wants them.
  private func golden(_ name: String) throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "StatisticsTests/Fixtures/sequential_ab/\(name).csv.gz")
    return try Program.spawn("/bin/gzip", ["-dc", file.path()]).output.split(separator: "\n")
      .dropFirst().enumerated().map { row, line in
        let fields = line.split(separator: ",")
        return "\(1_700_000_000 + row / 2),\(fields[0]),\(fields[1])"
      }
  }

  /// Requests, ten a second, of which each 20th is the challenger's, with errors at these rates.
  private func rows(
    _ count: Int, champion: Double, challenger: Double, share: String = ""
  ) -> [String] {
    var errors = (champion: 0.0, challenger: 0.0)
    return (0..<count).map { row in
      let isChallenger = row % 20 == 7
      let before = isChallenger ? errors.challenger : errors.champion
      if isChallenger { errors.challenger += challenger } else { errors.champion += champion }
      let after = isChallenger ? errors.challenger : errors.champion
      let isError = before.rounded(.down) < after.rounded(.down)
      let time = "2026-11-26T03:\(10 + row / 500):\(10 + row / 10 % 50)Z"
      return "\(time),\(isChallenger ? "challenger" : "champion"),\(isError ? 1 : 0)\(share)"
    }
  }

  // MARK: Verdicts

  @Test func `equal arms are not rolled back, exit 0, with the interval of GrowthBook`() throws {
    try write(golden("aa_null"))
    let (status, figures) = try figures(["--share", "0.5"])
    #expect(status == 0)
    #expect(figures.verdict == "promote" || figures.verdict == "keep")
    #expect(figures.n == .init(champion: 10_011, challenger: 9_989))
    #expect(figures.events == .init(champion: 199, challenger: 171))
    let interval = try #require(figures.interval)
    let expected = AsymptoticConfidenceSequence(
      champion: .init(events: 199, trials: 10_011), challenger: .init(events: 171, trials: 9_989))
    #expect(abs(interval[0] - expected.low) < 1e-12)
    #expect(abs(interval[1] - expected.high) < 1e-12)
    #expect(try #require(figures.eValue) < 20)
    #expect(try #require(figures.pValue) > 0.05)
    #expect(try #require(figures.sampleRatioP) > 0.9)
  }

  @Test func `a skewed split is a sample ratio mismatch, exit 1`() throws {
    try write(golden("srm_skew"))
    let (status, figures) = try figures(["--share", "0.5"])
    #expect(status == 1)
    #expect(figures.verdict == "sample_ratio_mismatch")
    #expect(try #require(figures.sampleRatioP) < 0.001)
    #expect(figures.why.contains("challenger has 10537 of 20000 (52.7 %), expected 50 %"))
  }

  @Test func `a challenger that fails more is rolled back, with when and why, exit 1`() throws {
    try write(rows(6_000, champion: 1 / 64, challenger: 0.25))
    let (status, output, errors) = try experiment(["--share", "0.05"])
    #expect(status == 1, "\(errors)")
    #expect(errors.isEmpty)
    let lines = output.split(separator: "\n")
    #expect(lines[0].hasSuffix("e.csv: 6 000 requests in 11 min"))
    #expect(lines[1].split(separator: " ") == ["REQUESTS", "EVENTS", "RATE"])
    #expect(lines[2].hasPrefix("champion       5 700      89   1.56 %"))
    #expect(lines[3].hasPrefix("challenger       300      75  25.00 %"))
    #expect(output.contains("when it was rolled back; 20 is proof"))
    let last = try #require(lines.last)
    #expect(last.hasPrefix("ROLL BACK at 2026-11-26 "))
    #expect(last.contains(": challenger fails more often: "))
    let (_, figures) = try figures(["--share", "0.05"])
    #expect(figures.verdict == "roll_back")
    #expect(try #require(figures.eValue) > 20)
    #expect(try #require(figures.interval)[0] > 0)
  }

  @Test func `few rows are collecting, with how many are missing`() throws {
    try write(rows(1_000, champion: 0, challenger: 0))
    let (status, figures) = try figures(["--share", "0.05"])
    #expect(status == 0)
    #expect(figures.verdict == "collecting")
    #expect(figures.why.hasPrefix("not enough data: 50 of 200 requests of the challenger, about "))
    #expect(figures.eValue == 1 && figures.pValue == 1)
  }

  @Test func `a margin and an alpha are taken as asked`() throws {
    try write(rows(6_000, champion: 0.01, challenger: 0.2))
    #expect(try figures(["--share", "0.05", "--margin", "40"]).figures.verdict != "roll_back")
    let strict = try figures(["--share", "0.05", "--alpha", "1e-80"]).figures
    #expect(strict.verdict != "roll_back")
    #expect(
      try experiment(["--share", "0.05", "--margin", "1.5", "--alpha", "0.01"]).output.contains(
        "100 is proof that the challenger's rate is over 1.5 times the champion's"))
  }

  @Test func `without a share half is assumed, and said; a wrong one is found out`() throws {
    try write(rows(2_000, champion: 0.01, challenger: 0.01))
    let (status, output, errors) = try experiment()
    #expect(status == 1)
    #expect(
      errors.contains(
        "no column \"share\" and no --share: the challenger is taken to have half of the traffic"))
    #expect(output.contains("SAMPLE RATIO MISMATCH"))
    #expect(output.contains("expected 50 %"))
  }

  // MARK: Columns

  @Test func `a share that changes is a ramp: each request counts under its own`() throws {
    let first = rows(4_000, champion: 0.02, challenger: 0.02, share: ",0.05")
    // In a worse hour, half of the traffic: pooled, the challenger would look five times as bad.
    let second = (0..<4_000).map { row in
      "2026-11-26T04:\(10 + row / 100):00Z,\(row % 2 == 0 ? "A" : "B"),\(row % 20 < 2 ? 1 : 0),0.5"
    }
    try write(first + second, header: "time,arm,event,share")
    let (status, figures) = try figures()
    #expect(status == 0, "\(figures.why)")
    #expect(figures.verdict != "roll_back")
    #expect(try experiment().output.contains("under 2 splits"))
    #expect(try experiment(["--share", "0.5"]).status == 2)
  }

  @Test(arguments: [("B", "0"), ("A", "1")])
  func `a request of an arm that had no traffic is refused with its line`(
    _ arm: String, _ share: String
  ) throws {
    let start = "2026-11-26T03:00:00Z"
    try write(
      ["\(start),A,0,0.5", "\(start),\(arm),0,\(share)"], header: "time,arm,event,share")
    let (status, _, errors) = try experiment()
    #expect(status == 2)
    #expect(errors.contains(":3:") && errors.contains("share"), "\(errors)")
  }

  @Test func `with keys a key counts once under each split, however often it fails`() throws {
    var rows: [String] = []
    for round in 0..<20 {
      for key in 0..<300 {
        let arm = key % 10 == 0 ? "challenger" : "champion"
        // One client of the challenger fails with each of its requests.
        rows.append("\(1_700_000_000 + round * 10),\(arm),\(key == 0 ? 1 : 0),user \(key)")
      }
    }
    try write(rows, header: "time,arm,event,key")
    let (status, figures) = try figures(["--share", "0.1"])
    #expect(status == 0, "\(figures.why)")
    #expect(figures.n == .init(champion: 270, challenger: 30))
    #expect(figures.events == .init(champion: 0, challenger: 1))
    let text = try experiment(["--share", "0.1"]).output
    #expect(text.contains("6 000 requests of 300 keys"))
    #expect(text.contains("KEYS"))
    // Without the column of keys it is taken for many requests that fail.
    try write(
      rows.map { $0.split(separator: ",").dropLast().joined(separator: ",") })
    #expect(try self.figures(["--share", "0.1"]).figures.verdict == "roll_back")
  }

  @Test func `rows without a key are left out, and the verdict says how many`() throws {
    let rows = (0..<1_000).map { row in
      let arm = row % 2 == 0 ? "A" : "B"
      // All failures of the challenger are of nobody that is known.
      let isKeyless = row % 4 < 2
      return "\(row),\(arm),\(row % 4 == 1 ? 1 : 0),\(isKeyless ? "" : "user \(row)")"
    }
    try write(rows, header: "time,arm,event,key")
    let (status, figures) = try figures(["--share", "0.5"])
    #expect(status == 0, "\(figures.why)")
    #expect(figures.events == .init(champion: 0, challenger: 0))
    #expect(
      figures.why.hasSuffix("; 500 of 1000 requests carry no key and are not judged"),
      "\(figures.why)")
  }

  @Test func `keys at both arms are counted and told, and no event of theirs is nobody's`() throws {
    var rows = (0..<1_000).map { "\($0),\($0 % 2 == 0 ? "A" : "B"),0,user \($0),0.5" }
    // Twenty of the champion's keys fail at the challenger, where they do not belong.
    for key in 0..<20 { rows.append("1000,B,1,user \(key * 2),0.5") }
    for key in 0..<30 { rows.append("2000,B,0,user \(key * 2),0.9") }
    try write(rows, header: "time,arm,event,key,share")
    let (status, figures) = try figures([])
    #expect(status == 0, "\(figures.why)")
    #expect(figures.events == .init(champion: 0, challenger: 0))
    #expect(figures.n == .init(champion: 500, challenger: 530))
    #expect(
      figures.why.hasSuffix(
        "; 20 keys were at both arms under one share: judged at the arm of the first request, "
          + "20 requests at the other left out"
          + "; 30 keys changed arms with the share: counted at both, evidence once"),
      "\(figures.why)")
  }

  @Test func `what came once the challenger had all of the traffic is not compared`() throws {
    func rows(_ from: Int, _ count: Int, share: Double) -> [String] {
      (from..<from + count).map { row in
        let isChallenger = share == 1 || row % 2 == 1
        // From then on it fails each time.
        return "\(row),\(isChallenger ? "B" : "A"),\(share == 1 ? 1 : 0),\(share)"
      }
    }
    let before = rows(0, 1_000, share: 0.5)
    try write(before + rows(1_000, 600, share: 1), header: "time,arm,event,share")
    let (status, figures) = try figures([])
    #expect(status == 0, "\(figures.why)")
    #expect(figures.n == .init(champion: 500, challenger: 500))
    #expect(figures.events == .init(champion: 0, challenger: 0))
    #expect(figures.why.contains("the challenger has all of the traffic: nothing is compared"))
    let text = try experiment([]).output
    #expect(!text.contains("under 2 splits") && text.contains("50.00 % of the compared requests"))
    #expect(text.contains("600 requests from when the challenger had all or none of the traffic"))
  }

  @Test func `columns are found by name, others are left alone, and quotes are taken off`() throws {
    let rows = golden10.map { "x,\"\($0.event)\",\($0.arm),\"a \"\"b\"\"\",\($0.time)" }
    try write(rows, header: "note,event,arm,\"more\",time")
    let (status, figures) = try figures(["--share", "0.5"])
    #expect(status == 0)
    #expect(figures.n == .init(champion: 5, challenger: 5))
    #expect(figures.events == .init(champion: 1, challenger: 0))
  }

  private var golden10: [(time: Int, arm: String, event: String)] {
    (0..<10).map { row in
      (row, ["A", "b", "champion", "CHALLENGER"][row % 4], row == 4 ? "true" : "0")
    }
  }

  @Test func `gzip and standard input are read like files`() throws {
    try write(rows(2_000, champion: 0.01, challenger: 0.3))
    let plain = try experiment(["--share", "0.05", "--json"])
    #expect(try Program.spawn("/bin/gzip", ["-k", "\(folder.path)/e.csv"]).status == 0)
    let zipped = try experiment(["--share", "0.05", "--json"], on: "e.csv.gz")
    #expect(zipped.output == plain.output)
    let piped = try Program.spawn(
      "/bin/sh",
      ["-c", "cat '\(folder.path)/e.csv' | '\(Program.path)' experiment - --share 0.05 --json"])
    #expect(piped.status == plain.status)
    #expect(piped.output == plain.output)
  }

  @Test func `rows out of order are judged, and said`() throws {
    try write(["5,A,0", "3,B,0", "4,A,0"])
    let (status, _, errors) = try experiment(["--share", "0.5"])
    #expect(status == 0)
    #expect(errors.contains("1 rows are earlier than the row before them"))
  }

  // MARK: Bad input

  @Test(arguments: [
    ("2,A", "e.csv:4: expected 3 fields, found 2"),
    ("2,A,0,1", "e.csv:4: expected 3 fields, found 4"),
    ("2,C,0", #"e.csv:4: column 2 "arm": expected champion or challenger (or A or B), found "C""#),
    ("2,,0", #"e.csv:4: column 2 "arm": expected champion or challenger (or A or B), found """#),
    ("2,A,2", #"e.csv:4: column 3 "event": expected 0 or 1, found "2""#),
    ("2,A,", #"e.csv:4: column 3 "event": expected 0 or 1, found """#),
    ("2,A,NaN", #"e.csv:4: column 3 "event": expected 0 or 1, found "NaN""#),
    ("noon,A,0", #"e.csv:4: column 1 "time": expected seconds since 1970"#),
    ("nan,A,0", #"e.csv:4: column 1 "time": expected seconds since 1970"#),
    ("2026-13-01T00:00:00Z,A,0", #"e.csv:4: column 1 "time": expected seconds since 1970"#),
    ("2,A,\"0", #"e.csv:4: column 3 "event": a quoted field does not end"#),
    ("2,\"A\"x,0", #"e.csv:4: column 2 "arm": text after the closing quote"#),
  ])
  func `what is wrong in a row is told with its line and column, exit 2`(
    _ row: String, _ text: String
  ) throws {
    // The empty line counts as a line.
    try write(["1,A,0", "", row])
    let (status, output, errors) = try experiment(["--share", "0.5"])
    #expect(status == 2)
    #expect(errors.contains(text), "\(errors)")
    #expect(output.isEmpty)
  }

  @Test(arguments: [
    (
      "1,A,0,5",
      #"e.csv:2: column 4 "share": expected the challenger's share, 0 through 1 (5 % is 0.05), found "5""#
    ),
    ("1,A,0,NaN", #"e.csv:2: column 4 "share": expected the challenger's share"#),
    ("1,A,0,half", #"e.csv:2: column 4 "share": expected the challenger's share"#),
  ])
  func `a share that is none is told, exit 2`(_ row: String, _ text: String) throws {
    try write([row], header: "time,arm,event,share")
    let (status, _, errors) = try experiment()
    #expect(status == 2)
    #expect(errors.contains(text), "\(errors)")
  }

  @Test(arguments: [
    (
      "time,arm,error",
      #"e.csv:1: no column "event"; expected time,arm,event and perhaps share,key, found "time,arm,error""#
    ),
    ("time,event", #"e.csv:1: no column "arm""#),
    ("arm,event", #"e.csv:1: no column "time""#),
    ("time,amr,event", #"did you mean "amr"?"#),
    ("time,arm,event,arm", #"e.csv:1: two columns are named "arm""#),
  ])
  func `a header without what is needed is told, exit 2`(_ header: String, _ text: String) throws {
    try write(["1,A,0"], header: header)
    let (status, _, errors) = try experiment()
    #expect(status == 2)
    #expect(errors.contains(text), "\(errors)")
  }

  @Test func `an empty file and one without rows are exit 2, one that is not there exit 3`() throws
  {
    try folder.write("", to: "e.csv")
    #expect(try experiment().status == 2)
    #expect(try experiment().errors.contains("e.csv:1: the file is empty"))
    try folder.write("time,arm,event\n", to: "e.csv")
    #expect(try experiment().status == 2)
    #expect(try experiment().errors.contains("no rows below the header"))
    #expect(try experiment(on: "none.csv").status == 3)
    #expect(try experiment(on: "none.csv").errors.contains("no such file"))
    #expect(try experiment(on: "").status == 3)
  }

  @Test(arguments: [
    ["--share", "5"], ["--share", "0"], ["--share", "1"], ["--margin", "0.5"], ["--alpha", "0"],
    ["--alpha", "2"], ["--margin", "x"],
  ])
  func `an option out of its limits is exit 2`(_ words: [String]) throws {
    try write(["1,A,0"])
    #expect(try experiment(words).status == 2)
  }

  @Test func `the help teaches with an example and says what the verdicts mean`() throws {
    let (status, output, _) = try Program.run(["experiment", "--help"])
    #expect(status == 0)
    for word in [
      "time,arm,event,share", "vigia experiment events.csv --share 0.05 --json", "roll_back",
      "sample_ratio_mismatch", "Exit 0",
    ] {
      #expect(output.contains(word))
    }
  }

  /// A day of two versions that are alike, and then the challenger answers nothing any more.
  @Test func `a challenger that fails every request at the end is rolled back`() throws {
    var lines = rows(20_000, champion: 0.02, challenger: 0.02, share: ",0.05")
    for row in 0..<1_000 {
      let isChallenger = row % 20 == 0
      lines.append(
        "2026-11-26T03:51:\(10 + row / 25)Z,\(isChallenger ? "challenger,1" : "champion,0"),0.05")
    }
    try write(lines, header: "time,arm,event,share")
    let (status, figures) = try figures()
    #expect(status == 1 && figures.verdict == "roll_back", "\(figures.why)")
    #expect(figures.why.hasPrefix("challenger failed "), "\(figures.why)")
    #expect(figures.why.contains("when it was rolled back"))
  }

  @Test func `where events are common in both arms nothing is taken for an outage`() throws {
    try write(
      (0..<20_000).map {
        "\(1_700_000_000 + $0 / 10),\($0 % 2 == 0 ? "A" : "B"),\($0 % 5 < 3 ? 1 : 0)"
      })
    let (status, figures) = try figures()
    #expect(status == 0 && !figures.why.contains("withheld"), "\(figures.why)")
  }
}
