import Domain
import Foundation
import Testing
import vigia

@Suite struct DemoSummaryTests {
  private func totals() -> DemoLedger.Totals {
    var good = DemoLedger.Tally()
    good.requests = 100
    good.compared = 100
    good.correct = 84
    for value in 1...100 { good.latencies.add(microseconds: Double(value)) }
    var bad = DemoLedger.Tally()
    bad.requests = 2
    bad.errors = 2
    var totals = DemoLedger.Totals()
    totals.requests = 103
    totals.failures = 3
    totals.versions[ModelVersion(model: "e", version: "2")] = good
    totals.versions[ModelVersion(model: "e", version: "10")] = bad
    return totals
  }

  @Test func `the summary is the JSON of the contract, with null for what is not known`() {
    let summary = DemoSummary(totals: totals(), elapsed: 3, audit: [])
    #expect(
      summary.json()
        == #"{"audit":[],"failures":3,"rate":34.33,"requests":103,"versions":{"#
        + #""e@10":{"accuracy":null,"errors":2,"p50_us":null,"p99_us":null,"requests":2},"#
        + #""e@2":{"accuracy":0.84,"errors":0,"p50_us":50,"p99_us":99,"requests":100}}}"#)
  }

  @Test func `for a person it is a table, versions in their own order`() {
    let entry = AuditEntry(
      sequence: 4, time: Timestamp(seconds: 0),
      principal: Principal(name: "release-job", role: .operate, proof: "in process"),
      origin: .job, action: "promote", reason: "r", outcome: .done, summary: "e: 1 -> 3")
    let summary = DemoSummary(totals: totals(), elapsed: 3, audit: [entry])
    #expect(
      summary.text() == """
        103 requests, 34.3/s, 3 failed
        version  requests  errors  p50 ms  p99 ms  accuracy
        e@2           100       0    0.05    0.10    84.0 %
        e@10            2       2       -       -         -
        #4 promote by release-job: e: 1 -> 3
        """)
  }

  @Test func `latencies of the server may stand in for those of the client`() {
    let version = ModelVersion(model: "e", version: "2")
    let summary = DemoSummary(
      totals: totals(), elapsed: 3, audit: [], latencies: [version: (p50: 7, p99: 8)])
    #expect(summary.versions["e@2"]?.p50 == 7)
    #expect(summary.versions["e@2"]?.p99 == 8)
  }

  @Test func `a sample past its bound stays even`() throws {
    var sample = LatencySample()
    for value in 0..<(2 * LatencySample.capacity) { sample.add(microseconds: Double(value)) }
    let median = try #require(sample.quantiles([0.5])[0])
    #expect(abs(median / Double(LatencySample.capacity) - 1) < 0.02)
  }

  @Test func `the progress line shows the rate since the line before`() {
    let earlier = DemoProgress(elapsed: 10, requests: 2_000, failures: 0)
    let progress = DemoProgress(elapsed: 12, requests: 2_410, failures: 1, skipped: 2)
    #expect(
      progress.line(since: earlier)
        == "  12 s     2410 requests    205/s  1 failed  2 skipped")
  }
}
