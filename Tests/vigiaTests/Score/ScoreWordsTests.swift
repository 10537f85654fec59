import Domain
import Testing
import vigia

@Suite struct ScoreWordsTests {
  private func known(
    _ versions: [String], audited: String? = nil, configured: String? = nil,
    remotes: Set<String> = []
  ) -> ModelChoice.Known {
    ModelChoice.Known(
      models: ["electricity", "gb"], versions: versions, auditedChampion: audited,
      configuredChampion: configured, remotes: remotes)
  }

  @Test func `a model alone is its audited champion, the configured one, or the highest`() throws {
    func version(_ word: String, _ known: ModelChoice.Known) throws -> String {
      try ModelChoice(word, known: known).version.version
    }
    #expect(try version("gb", known(["1", "2", "3"], audited: "1", configured: "2")) == "1")
    #expect(try version("gb", known(["1", "2", "3"], configured: "2")) == "2")
    #expect(try version("gb", known(["1", "2", "3"])) == "3")
    #expect(try version("gb@2", known(["1", "2", "3"], audited: "1")) == "2")
    #expect(try ModelChoice("gb@2", known: known(["2"])).reason == nil)
    #expect(try ModelChoice("gb", known: known(["2"])).reason == "the highest version")
  }

  @Test(
    arguments: [
      ("electrcity", [], nil, [], "did you mean electricity?"),
      ("gb@9", ["1", "2"], nil, [], "gb@9: no such version in the repository; there are 1, 2"),
      ("gb", ["1"], "4", [], "gb@4, which is champion: no such version"),
      ("gb@7", ["1"], nil, ["7"], "gb@7 runs on other servers"),
      ("gb", [], nil, ["7"], "gb@7 runs on other servers"),
    ] as [(String, [String], String?, Set<String>, String)])
  func `a version that cannot be scored here is refused with what there is`(
    _ word: String, _ versions: [String], _ audited: String?, _ remotes: Set<String>,
    _ text: String
  ) {
    let error = #expect(throws: ScoreError.self) {
      try ModelChoice(word, known: known(versions, audited: audited, remotes: remotes))
    }
    #expect(error?.description.contains(text) == true, "\(String(describing: error))")
  }

  @Test func `rows of a run are as many as end soon, and the machine's noise does not tell`() {
    #expect(RunProbe.rows { Int64($0) * 3_000 } == RunProbe.rowsMax)
    // 1 ms a row, and a tenth more or less.
    for cost: Int64 in [900_000, 1_000_000, 1_100_000] {
      #expect(RunProbe.rows { Int64($0) * cost } == 64)
    }
    #expect(RunProbe.rows { _ in 200_000_000 } == 1)
    // A dear start, then cheap rows.
    #expect(RunProbe.rows { 20_000_000 + Int64($0) * 1_000 } == RunProbe.rowsMax)
  }

  @Test func `progress says rows, rate, share, time left and bad rows`() {
    #expect(
      ScoreStatus(
        rows: 412_000, bad: 3, seconds: 2, rowsAtStart: 12_000, fraction: 0.5, fractionAtStart: 0.25
      ).line == "412 000 rows  200 000 rows/s  50 %  4.0 s left  3 bad")
    #expect(ScoreStatus(rows: 0, bad: 0, seconds: 0).line == "0 rows")
  }

  @Test func `the summary says what was done, and by what`() {
    let summary = ScoreSummary(
      progress: (999_997, 3), seconds: 2, sitting: (500_000, 1),
      job: ("gb", "1", "abc"), input: "in.csv", output: "out.csv", badFile: "out.csv.bad",
      batch: 1_024, workers: 2, resumedAt: 500_000, isComplete: true)
    #expect(
      summary.text
        == "1 000 000 rows by gb@1 in 2.00 s, 500 000 rows/s; went on after row 500 000; "
        + "3 bad in out.csv.bad")
  }
}
