import Alerting
import Domain
import PromQL
import Testing

/// Rules whose expressions another server evaluates.
struct RuleAnswerTests {
  private static let start = Timestamp(seconds: 1_767_268_800)

  private static func group(_ hold: Int64 = 10_000, limit: Int = 0) throws -> RuleGroup {
    RuleGroup(
      name: "fleet", file: "fleet.yaml", limit: limit,
      rules: [
        .alert(
          AlertRule(
            name: "Down", query: try Query("up == 0"), hold: hold,
            annotations: [
              TemplatedText(
                name: "summary", template: try AlertTemplate("{{ $labels.instance }} is gone")),
              TemplatedText(
                name: "more", template: try AlertTemplate("{{ query \"up\" | len }}")),
            ]))
      ])
  }

  private static let down = RuleAnswer.samples([
    VectorSample(labels: LabelSet(name: "up", ["instance": "a", "source": "fleet"]), value: 0)
  ])

  /// The states that answers five seconds apart come to.
  private static func states(
    _ answers: [RuleAnswer], hold: Int64 = 10_000
  ) throws -> (tracker: RuleGroupTracker, states: [RuleStatus.State], memory: SeriesMemory) {
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    var states: [RuleStatus.State] = []
    var context = RuleContext()
    context.heartbeat = try Query("vector(1)")
    for (step, answer) in answers.enumerated() {
      _ = tracker.take(
        [answer], of: try group(hold), at: start.adding(seconds: Double(step) * 5), in: context,
        memory: &memory)
      states.append(try #require(tracker.rules.first?.tracker?.state))
    }
    return (tracker, states, memory)
  }

  @Test func `an alert goes its way by another server's answers`() throws {
    let (tracker, states, memory) = try Self.states([
      Self.down, Self.down, Self.down, .samples([]),
    ])
    #expect(states == [.pending, .pending, .firing, .resolved])
    let alert = try #require(tracker.rules.first?.tracker?.alerts.values.first)
    #expect(alert.labels["source"] == "fleet" && alert.labels["alertname"] == "Down")
    #expect(alert.annotations["summary"] == "a is gone")
    #expect(alert.annotations["more"]?.contains("no place in the texts") == true)
    let written = memory.select(
      SeriesRequest(
        matchers: [try LabelMatcher(name: "__name__", kind: .equal, value: "ALERTS")], from: 0,
        to: .max, sampleLimit: 100))
    #expect(written.map { $0.labels["alertstate"] }.sorted() == ["firing", "pending"])
  }

  @Test func `no answer and an error hold what is pending or fires, whatever lives here`() throws {
    let (_, firing, _) = try Self.states([
      Self.down, Self.down, Self.down, .noData, .noData, .failed("too long"), Self.down,
    ])
    #expect(firing == [.pending, .pending, .firing, .noData, .noData, .error, .firing])
    // The time without an answer counts neither for nor against: pending for five seconds, not for twenty.
    let (_, pending, _) = try Self.states([
      Self.down, Self.down, .noData, .noData, .noData, Self.down, Self.down,
    ])
    #expect(pending == [.pending, .pending, .noData, .noData, .noData, .pending, .firing])
  }

  @Test(
    arguments: [
      ("up == 0", "count(up)"),
      (
        "sum(rate(a{x=\"1\"}[5m] offset 1h)) > 3",
        "count(last_over_time(a{x=\"1\"}[300000ms] offset 1h))"
      ),
      ("a / b > on () c", "count(a) or count(b) or count(c)"),
      ("a and a offset 5m", "count(a) or count(a offset 5m)"),
      (
        "max_over_time(rate(a[1m])[10m:1m] offset 5m) > 1 or b",
        "count(last_over_time(a[960000ms])) or count(b)"
      ),
      ("max_over_time(a[10m:1m]) > 1", "count(last_over_time(a[600000ms]))"),
      ("absent(a)", "count(a)"), ("vector(1)", nil), ("time()", nil),
      ("ALERTS{alertname=\"A\"} == 1", nil), ("ALERTS unless a", "count(a)"),
      ("{__name__=~\"a|b\"}", "count({__name__=~\"a|b\"})"),
    ] as [(String, String?)])
  func `what tells no data from false asks for each selector`(text: String, presence: String?)
    throws
  {
    let query = try Query(text)
    #expect(query.presence == presence)
    if let presence { _ = try Query(presence) }
  }
}
