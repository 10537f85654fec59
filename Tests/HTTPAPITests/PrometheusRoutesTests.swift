import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import HTTPAPI

struct PrometheusRoutesTests {
  private static let now = Timestamp(seconds: 1_767_268_800)

  @Test func `a query is for its time, else for now, and is unescaped`() throws {
    let now = try QueryForm("query=sum(up)%20%3E+1").question(isRange: false, now: Self.now)
    #expect(now == MetricQuery(expression: "sum(up) > 1", time: 1_767_268_800_000))
    let then = try QueryForm("query=up&time=1767268800.5").question(isRange: false, now: Self.now)
    #expect(then.time == 1_767_268_800_500)
    let date = try QueryForm("query=up&time=2026-01-01T12:00:00Z")
      .question(isRange: false, now: Self.now)
    #expect(date.time == 1_767_268_800_000)
    for text in ["2026-01-01T12:00:00.250Z", "2026-01-01T13:00:00.25%2B01:00"] {
      let precise = try QueryForm("query=up&time=\(text)").question(isRange: false, now: Self.now)
      #expect(precise.time == 1_767_268_800_250, "\(text)")
    }
  }

  @Test func `a form in the body asks the same, and counts before the address`() async throws {
    let form = try QueryForm("query=up&time=5", and: "query=down&source=fleet")
      .question(isRange: false, now: Self.now)
    #expect(form == MetricQuery(expression: "up", time: 5_000, source: "fleet"))
    try await TestServices.make().withClient { client in
      for path in ["query", "query_range"] {
        let answer = try await client.post(
          "/api/v1/\(path)", "query=up&start=0&end=9&step=3",
          [.contentType: "application/x-www-form-urlencoded"])
        #expect(answer.status == .unprocessableContent, "these services have no rules")
        #expect(answer.text.contains("this server has no rules"))
        let bad = try await client.post(
          "/api/v1/\(path)", "x=1", [.contentType: "application/x-www-form-urlencoded"])
        #expect(bad.status == .badRequest && bad.text.contains("bad_data"))
      }
    }
  }

  @Test func `a store that is being replaced is told as everywhere: come again`() async throws {
    var services = try await TestServices.make()
    let reason = "metrics.db is damaged and a new one takes its place: ask again in a moment"
    services.api.query = { _ throws(MetricQueryFailure) in
      throw MetricQueryFailure(isBadQuery: false, isPassing: true, reason: reason)
    }
    try await services.withClient { client in
      let answer = try await client.get("/api/v1/query?query=up")
      #expect(answer.status == .serviceUnavailable)
      #expect(answer.text.contains("unavailable") && answer.text.contains(reason))
    }
  }

  @Test func `rules are told by their type`() async throws {
    func status(_ name: String, isRecording: Bool) -> RuleStatus {
      RuleStatus(
        group: "g", file: "f", name: name, isRecording: isRecording, expression: "up", interval: 5,
        state: .inactive)
    }
    let report = AlertReport(
      rules: [status("A", isRecording: false), status("r", isRecording: true)])
    func names(_ type: String) -> [String]? {
      PrometheusRules(report, type: type)?.groups.flatMap(\.rules).map(\.name)
    }
    #expect(names("") == ["A", "r"])
    #expect(names("alert") == ["A"] && names("record") == ["r"])
    #expect(names("foo") == nil)
    try await TestServices.make().withClient { client in
      #expect(try await client.get("/api/v1/rules?type=alert").status == .ok)
      let bad = try await client.get("/api/v1/rules?type=foo")
      #expect(bad.status == .badRequest && bad.text.contains("bad_data"))
    }
  }

  @Test(arguments: [("15", Int64(15_000)), ("0.5", 500), ("1m30s", 90_000), ("1h", 3_600_000)])
  func `a range has a step in seconds or as a duration`(step: String, expected: Int64) throws {
    let question = try QueryForm("query=up&start=100&end=200&step=\(step)")
      .question(isRange: true, now: Self.now)
    #expect(question.range == MetricQuery.Range(from: 100_000, step: expected))
    #expect(question.time == 200_000)
  }

  @Test(arguments: [
    "query=up&start=1&end=2", "query=up&start=1&end=2&step=0", "query=up&start=1&end=2&step=x",
    "query=up&start=5&end=2&step=1", "query=up&end=2&step=1", "query=up&start=nan&end=2&step=1",
    "query=up&start=0&end=1000000&step=1", "query=up&start=1e300&end=2&step=1",
  ])
  func `a range that cannot be answered is bad data`(query: String) {
    #expect(throws: MetricQueryFailure.self) {
      try QueryForm(query).question(isRange: true, now: Self.now)
    }
  }

  @Test(arguments: [
    (0.1, "1e-01"), (1, "1e+00"), (250, "2.5e+02"), (0, "0e+00"), (-3.25e-7, "-3.25e-07"),
    (1e300, "1e+300"),
  ])
  func `an alert's value is written as Prometheus writes it`(value: Double, text: String) {
    #expect(PrometheusAlert.scientific(value) == text)
  }

  @Test func `an alert's time is a date with its time`() {
    let alert = Alert(labels: ["alertname": "A"], state: .pending, value: nil, activeAt: Self.now)
    let shown = PrometheusAlert(alert)
    #expect(shown.activeAt == "2026-01-01T12:00:00.000Z" && shown.value == "NaN")
    #expect(shown.state == "pending")
  }

  @Test func `rules stand in their groups, with their alerts`() throws {
    func rule(_ name: String, _ group: String, isRecording: Bool = false) -> RuleStatus {
      RuleStatus(
        group: group, file: "rules/\(group).yaml", name: name, isRecording: isRecording,
        expression: "up", interval: 15, state: .inactive, lastEvaluation: Self.now)
    }
    let alert = Alert(
      labels: ["alertname": "Down"], group: "a", state: .firing, value: 1, activeAt: Self.now)
    let rules = PrometheusRules(
      AlertReport(
        alerts: [alert],
        rules: [rule("r", "a", isRecording: true), rule("Down", "a"), rule("Down", "b")]))
    #expect(rules.groups.map(\.name) == ["a", "b"])
    #expect(rules.groups[0].rules.map(\.type) == ["recording", "alerting"])
    #expect(rules.groups[0].rules[1].state == "firing" && rules.groups[0].rules[0].state == nil)
    #expect(rules.groups[1].rules[0].state == "inactive")
  }
}
