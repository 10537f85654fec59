import Alerting
import Domain
import PromQL
import Testing

struct AlertInboxTests {
  private static let now = Timestamp(seconds: 1_767_268_800)

  private static func alert(
    _ name: String, model: String = "m", state: Alert.State = .firing, severity: String = "warning",
    age: Double = 60
  ) -> Alert {
    Alert(
      labels: ["alertname": name, "model": model, "severity": severity], state: state, value: 1,
      activeAt: now.adding(seconds: -age), firedAt: now.adding(seconds: -age),
      resolvedAt: state == .resolved ? now.adding(seconds: -5) : nil)
  }

  private static func silence(
    _ matchers: [AlertMatcher], seconds: Double = 60
  ) -> Silence {
    Silence(
      id: "s1", matchers: matchers, startsAt: now, endsAt: now.adding(seconds: seconds),
      createdBy: "ada", comment: "")
  }

  @Test func `firing ones stand first, then the serious, then the new; quiet ones after them`() {
    var inbox = AlertInbox(inhibitions: [])
    let raised = [
      Self.alert("Over", state: .resolved, severity: "critical"),
      Self.alert("Pending", state: .pending, severity: "critical"),
      Self.alert("Old", severity: "critical", age: 600), Self.alert("Info", severity: "info"),
      Self.alert("New", severity: "critical", age: 10), Self.alert("Warning"),
      Self.alert("InHand", severity: "critical", age: 5),
    ]
    inbox.acknowledge(Self.alert("InHand", severity: "critical").id, .init(by: "ada", at: Self.now))
    #expect(
      inbox.alerts(from: raised, at: Self.now).map(\.name)
        == ["New", "Old", "Warning", "Info", "InHand", "Pending", "Over"])
  }

  @Test func `a silence fits by all of its matchers, for its time`() {
    var inbox = AlertInbox()
    inbox.set(
      Self.silence([
        AlertMatcher(name: "model", value: "m|n", isRegex: true),
        AlertMatcher(name: "severity", value: "critical", isEqual: false),
      ]))
    func silenced(_ labels: [String: String], after seconds: Double = 0) -> Bool {
      !inbox.silenced(labels, at: Self.now.adding(seconds: seconds)).isEmpty
    }
    #expect(silenced(["model": "m", "severity": "warning"]))
    #expect(!silenced(["model": "mm", "severity": "warning"]), "anchored at both ends")
    #expect(!silenced(["model": "m", "severity": "critical"]))
    #expect(silenced(["model": "n"]), "a missing label is empty")
    #expect(!silenced(["model": "m"], after: 60))
    #expect(!silenced(["model": "m"], after: -1))
  }

  @Test func `a silence of everything, or of what does not parse, is not accepted`() {
    var inbox = AlertInbox()
    for matchers in [
      [], [AlertMatcher(name: "model", value: ".*", isRegex: true)],
      [AlertMatcher(name: "model", value: "x", isEqual: false)],
      [AlertMatcher(name: "model", value: "(", isRegex: true)],
    ] {
      let isAccepted = inbox.set(Self.silence(matchers))
      #expect(!isAccepted)
    }
    #expect(inbox.silences.isEmpty)
  }

  @Test func `an outage hides its consequences for the same model, and a group is one line`()
    throws
  {
    let inbox = AlertInbox()
    let raised = [
      Self.alert("ModelErrorBudgetBurnFast", severity: "critical"),
      Self.alert("ReleaseFailing", severity: "critical"),
      Self.alert("ModelErrorBudgetBurnSlow", model: "other"),
      Self.alert("ModelErrorBudgetBurnTicket"),
    ]
    let alerts = inbox.alerts(from: raised, at: Self.now)
    let hidden = alerts.filter { $0.inhibitedBy != nil }.map(\.name)
    #expect(hidden.sorted() == ["ModelErrorBudgetBurnFast", "ModelErrorBudgetBurnTicket"])
    let groups = AlertGroup.groups(of: alerts)
    #expect(groups.map(\.lead.name) == ["ReleaseFailing", "ModelErrorBudgetBurnSlow"])
    #expect(
      groups[0].others.map(\.name).sorted()
        == ["ModelErrorBudgetBurnFast", "ModelErrorBudgetBurnTicket"])
  }

  private static func lines(
    _ raised: [(name: String, version: String)]
  ) -> [String] {
    let raised = raised.map { name, version in
      Alert(
        labels: ["alertname": name, "model": "m"].merging(
          version.isEmpty ? [:] : ["version": version]
        ) { $1 }, state: .firing, value: 1, activeAt: now, firedAt: now)
    }
    return AlertGroup.groups(of: AlertInbox().alerts(from: raised, at: now)).map {
      ([$0.lead] + $0.others).map { "\($0.name) \($0.labels["version"] ?? "-")" }.sorted()
        .joined(separator: ", ")
    }.sorted()
  }

  @Test func `a version that fails and is slow is one line, and another that fails another`() {
    #expect(
      Self.lines([
        ("ReleaseSlow", "2"), ("ReleaseFailing", "2"), ("ModelFailing", "2"),
        ("CandidateWorse", "2"), ("ModelErrorBudgetBurnFast", ""), ("ModelFailing", "1"),
      ]) == [
        "CandidateWorse 2, ModelErrorBudgetBurnFast -, ModelFailing 2, ReleaseFailing 2, ReleaseSlow 2",
        "ModelFailing 1",
      ])
    #expect(
      Self.lines([("ReleaseSlow", "2"), ("ModelFailing", "1")])
        == ["ModelFailing 1", "ReleaseSlow 2"])
  }

  @Test func `dead upstreams go before what follows from them`() {
    #expect(
      Self.lines([
        ("UpstreamDown", "7"), ("ReleaseFailing", "7"), ("ModelErrorBudgetBurnFast", ""),
        ("AllUpstreamsDown", "7"), ("ModelFailing", "7"), ("UpstreamDown", "8"),
      ]) == [
        "AllUpstreamsDown 7, ModelErrorBudgetBurnFast -, ModelFailing 7, ReleaseFailing 7, UpstreamDown 7",
        "UpstreamDown 8",
      ])
  }

  @Test func `a flood goes before the budgets that it uses`() {
    #expect(
      Self.lines([
        ("ModelErrorBudgetBurnFast", ""), ("ModelLatencyBudgetBurnSlow", ""), ("ClientFlood", ""),
      ]) == ["ClientFlood -, ModelErrorBudgetBurnFast -, ModelLatencyBudgetBurnSlow -"])
  }

  @Test func `of a disk the nearest end is told`() {
    #expect(
      Self.lines([("StoreDiskFilling", ""), ("StoreDiskFullSoon", ""), ("StoreDiskFull", "")])
        == ["StoreDiskFilling -, StoreDiskFull -, StoreDiskFullSoon -"])
    #expect(
      Self.lines([("StoreDiskFilling", ""), ("StoreDiskFullSoon", "")])
        == ["StoreDiskFilling -, StoreDiskFullSoon -"])
  }

  @Test func `an outage over another server's series hides nothing of this one's`() {
    let inbox = AlertInbox()
    var far = Self.alert("ServingVersionNotLoaded", severity: "critical")
    far = Alert(
      labels: far.labels.merging(["source": "fleet"]) { $1 }, state: .firing, value: 1,
      activeAt: far.activeAt, firedAt: far.firedAt)
    let alerts = inbox.alerts(from: [far, Self.alert("NoTraffic")], at: Self.now)
    #expect(alerts.allSatisfy { $0.inhibitedBy == nil })
  }

  @Test func `what a cause that is over has begun is its consequence for some minutes yet`() {
    var release = Self.alert("ReleaseFailing", state: .resolved)
    release.firedAt = Self.now.adding(seconds: -900)
    release.resolvedAt = Self.now.adding(seconds: -100)
    func inhibited(_ since: Double, at seconds: Double) -> Bool {
      var burn = Self.alert("ModelErrorBudgetBurnFast")
      burn.activeAt = Self.now.adding(seconds: since)
      return AlertInbox().alerts(from: [release, burn], at: Self.now.adding(seconds: seconds))
        .contains { $0.inhibitedBy == release.id }
    }
    #expect(inhibited(-300, at: 0))
    #expect(!inhibited(-50, at: 0), "it began later")
    #expect(!inhibited(-300, at: AlertInbox.aftermath), "it goes on by itself")
  }

  @Test func `an acknowledgement ends with its time, and with the alert`() {
    var inbox = AlertInbox()
    let alert = Self.alert("Slow")
    inbox.acknowledge(
      alert.id, .init(by: "ada", at: Self.now, until: Self.now.adding(seconds: 60)))
    func by(_ seconds: Double) -> String? {
      inbox.alerts(from: [alert], at: Self.now.adding(seconds: seconds)).first?.acknowledgement?.by
    }
    #expect(by(59) == "ada" && by(60) == nil)
    let kept = inbox.forget(at: Self.now, present: [alert.id]).acknowledgements
    #expect(kept.isEmpty)
    let gone = inbox.forget(at: Self.now, present: []).acknowledgements
    #expect(gone == [alert.id])
    #expect(by(0) == nil)
  }

  @Test(arguments: [
    ("a > 0.5", "> 0.5"), ("(a >= 3) and on (m) b", ">= 3"), ("a > b", nil),
    ("a == bool 1", nil), ("sum(a)", nil), ("rate(a[5m]) * 2 < 1 / 3 unless b", "< 1 / 3"),
  ])
  func `the bound of an alert is the number that it is held against`(
    text: String, bound: String?
  ) throws {
    #expect(try Query(text).bound == bound)
  }

  @Test(arguments: [
    ("a > 0.5", "a"), ("(a >= b) and on (m) c", "a"), ("1 < a", "a"), ("sum(a)", "sum(a)"),
    ("a == bool 1", "a == bool 1"),
  ])
  func `what is drawn of an alert is what is held against something`(
    text: String, measure: String
  ) throws {
    #expect(try Query(text).measure == measure)
  }

  @Test(arguments: [
    ("avg(x_ratio) > 0.95", Alert.Unit.ratio), ("x_bytes / (y_bytes > 0) < 0.05", .ratio),
    ("sum(increase(a_total[5m])) / sum(increase(b_total[5m])) > 0.05", .ratio),
    ("rows_total / runs_total > 8", nil), ("x_bytes / 1000000 < 64", nil),
    ("x_bytes / y_seconds > 1", nil), ("x_bytes - y_bytes < 64 and z", .bytes),
    ("max_over_time(x_seconds[1h]) > 2", .seconds), ("rate(x_seconds_total[1m]) > 2", nil),
    ("sum(rate(a_total[1m])) > 0", .perSecond), ("increase(a_total[1m]) > 5", nil),
    ("x_ratio < on (model) y_ratio", .ratio), ("count(x_ratio) > 2", nil), ("vector(1)", nil),
    ("x_ratio > bool 0.5", nil), ("quantile(0.9, -(x_seconds)) > 1", .seconds),
    ("a_total / b_total > on (m) clamp_max(20 * (1 - slo_ratio), 0.5) and c", .ratio),
    ("a_total / b_total > on (m) c_total", nil), ("100 * x_ratio > 5", nil),
    ("x_bytes < 2 * clamp(y_bytes / 20, 8, 33)", .bytes),
  ])
  func `an alert's unit is that of the series in its measure`(
    text: String, unit: Alert.Unit?
  ) throws {
    #expect(try Query(text).unit == unit)
  }

  @Test func `every series of Vigia's own that has a unit says so by its name`() throws {
    for series in SeriesCatalogue.all where series.kind == .gauge && !series.unit.isEmpty {
      #expect(try Query("\(series.name) > 2").unit?.rawValue == series.unit, "\(series.name)")
    }
  }

  @Test(arguments: [
    ("a", Int64(0)), ("rate(a[5m])", 300_000), ("a offset 1w or b[1h:1m]", 604_800_000),
    ("max_over_time(rate(a[5m])[1d:1m] offset 1h)", 90_300_000),
  ])
  func `a query reads as far back as its ranges and offsets say`(
    text: String, reach: Int64
  ) throws {
    let query = try Query(text.contains(" or b") ? "a offset 1w or max_over_time(b[1h:1m])" : text)
    #expect(query.reach == reach)
  }

  @Test func `an alert's number is that of Prometheus for the same labels`() {
    // `model.LabelSet{"alertname": "a"}.Fingerprint()` and of no labels, by Prometheus' library.
    #expect("\(AlertID([:]))" == "cbf29ce484222325")
    #expect(AlertID("\(AlertID(["alertname": "a"]))") == AlertID(["alertname": "a"]))
    #expect(AlertID(["a": "bc"]) != AlertID(["ab": "c"]))
    #expect(AlertID("xyz") == nil && AlertID("0123456789abcdeg") == nil)
  }
}
