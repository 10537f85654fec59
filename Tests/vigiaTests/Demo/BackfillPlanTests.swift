import Testing
import vigia

@Suite struct BackfillPlanTests {
  private static let now: Int64 = 1_767_268_800

  @Test(
    arguments: [
      (nil, 3_600), (now - 86_400, 3_600), (now - 3_600, 3_600), (now - 600, 600), (now - 60, 60),
    ] as [(Int64?, Int64)])
  func `only what the hour lacks is scored`(_ recordedTo: Int64?, _ seconds: Int64) {
    #expect(
      BackfillPlan.missing(now: Self.now, recordedTo: recordedTo)
        == Self.now - seconds..<Self.now)
  }

  @Test(arguments: [now - 59, now, now + 5])
  func `less than a minute is left as it is`(_ recordedTo: Int64) {
    #expect(BackfillPlan.missing(now: Self.now, recordedTo: recordedTo) == nil)
  }

  @Test func `the rate is the live one, where that can be scored in time`() {
    func rate(_ live: Double, cost: Double, workers: Int = 2) -> Double {
      BackfillPlan(
        missing: 0..<3_600, liveRate: live, cost: cost, workers: workers
      ).rate
    }
    #expect(rate(200, cost: 5e-6) == 200)
    #expect(rate(0.5, cost: 5e-6) == 0.5)
    #expect(rate(5_000, cost: 1e-6) == 200)
    // 4.2 s of work on two cores: 8,400 requests of half a millisecond, in 3,600 s.
    #expect(rate(200, cost: 5e-4) == 2)
    #expect(rate(200, cost: 1) == 1)
    #expect(rate(200, cost: 5e-4, workers: 4) == 4)
  }

  @Test func `a rate below the live one is said, on the terminal and in the timeline`() {
    let plan = BackfillPlan(missing: 0..<3_600, liveRate: 200, cost: 5e-4, workers: 2)
    let report = BackfillReport(plan: plan, rows: ["m": 7_000, "n": 3_800], took: 4.26)
    #expect(
      report.words
        == "an hour of the stream scored: 10800 rows in 4.3 s, at 2 requests/s of the live 200 so "
        + "that the start is quick")
    #expect(
      report.summary(of: "m")
        == "backfilled hour, not live traffic: 7000 rows scored at the start (2 requests/s over "
        + "all models, live 200)")
    let full = BackfillPlan(missing: 0..<1_200, liveRate: 200, cost: 1e-6, workers: 2)
    let short = BackfillReport(plan: full, rows: ["m": 240_000], took: 1)
    #expect(short.words == "20 min of the stream scored: 240000 rows in 1.0 s")
    #expect(
      short.summary(of: "m")
        == "backfilled 20 min, not live traffic: 240000 rows scored at the start")
  }

  @Test func `progress says how far it is and how long it takes`() {
    #expect(BackfillPlan.progress(0, elapsed: 0.1) == "scoring an hour of the stream: 0 %")
    #expect(
      BackfillPlan.progress(0.434, elapsed: 1.5)
        == "scoring an hour of the stream: 43 %, about 2 s left")
    #expect(BackfillPlan.progress(1, elapsed: 3) == "scoring an hour of the stream: 100 %")
  }

  @Test(arguments: [DemoIncident.none, .badRelease, .featureBreak])
  func `the hour's requests come before the start, of the rows that lead up to it`(
    _ incident: DemoIncident
  ) throws {
    let lanes = [
      DemoReplay.Lane(
        share: 0.5, rowCount: 45_312, startRow: 13_924, firstUnseenRow: 12_480,
        incidentRow: 17_424, canBreak: true), DemoReplay.Lane(share: 0.5, rowCount: 899),
    ]
    let options = DemoOptions(rate: 100, incident: incident)
    var replay = DemoReplay(lanes: lanes, options: options, past: 3_600)
    let requests = replay.due(at: 0)
    #expect(abs(requests.count - 360_000) < 3_000)
    #expect(requests.allSatisfy { $0.time > -3_600 && $0.time <= 0 && !$0.isBroken })
    #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.time <= $1.time })
    for (index, lane) in lanes.enumerated() {
      let rows = requests.filter { $0.lane == index }.map(\.row)
      let first = lane.firstUnseenRow
      let end = incident == .badRelease ? lane.incidentRow ?? lane.rowCount : lane.rowCount
      #expect(rows.allSatisfy { (first..<end).contains($0) })
      // One after the other, but for where they begin anew.
      let breaks = zip(rows, rows.dropFirst()).count { $1 != $0 + 1 }
      #expect(breaks <= rows.count / (end - first) + 1)
      var live = DemoReplay(lanes: lanes, options: options)
      let next = try #require(live.due(at: 10).first { $0.lane == index }).row
      let distance = abs(try #require(rows.last) - next) % (end - first)
      #expect(min(distance, end - first - distance) < 2_000, "the hour leads up to the start")
    }
  }
}
