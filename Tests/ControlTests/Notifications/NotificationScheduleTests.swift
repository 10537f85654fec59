import Control
import Domain
import Testing

/// A day is drawn as a list of moments: what stands, and what is said.
struct NotificationScheduleTests {
  @Test func `Alertmanager hears at once, each minute, and for five minutes that it is over`() {
    var bench = ScheduleBench(.alertmanager)
    #expect(bench.said(at: 0, [.firing()]) == ["firing"])
    #expect(bench.said(at: 59, [.firing()]).isEmpty)
    #expect(bench.said(at: 60, [.firing()]) == ["firing"])
    #expect(bench.said(at: 65, [.resolved(65)]) == ["resolved"])
    for second in stride(from: 70.0, through: 700, by: 5) {
      let alerts: [Alert] = second <= 500 ? [.resolved(65)] : []
      let said: [String] = bench.said(at: second, alerts)
      let isDue = [125.0, 185, 245, 305].contains(second)
      #expect(said.count == (isDue ? 1 : 0), "\(second)")
      #expect(!said.contains("firing"))
    }
    #expect(bench.remembered.isEmpty)
    // And it begins anew.
    #expect(bench.said(at: 720, [.firing()]) == ["firing"])
  }

  @Test func `a word to Alertmanager is good for four resends, or four intervals of its rule`() {
    var bench = ScheduleBench(.alertmanager)
    var slow = Alert.firing("Slow")
    slow.group = "hourly"
    let plan = bench.plan(at: 0, [.firing(), slow], intervals: ["hourly": 300, "other": 15])
    #expect(Set(plan.send.map(\.validity)) == [240, 1_200])
  }

  @Test func `silenced alerts and consequences are told to Alertmanager, and to nobody else`() {
    var silenced = Alert.firing()
    silenced.silencedBy = ["s"]
    var consequence = Alert.firing("Consequence")
    consequence.inhibitedBy = silenced.id
    var bench = ScheduleBench(.alertmanager, .webhook, .command)
    let plan = bench.plan(at: 20, [silenced, consequence])
    #expect(plan.send.map(\.target) == ["alertmanager http://am", "alertmanager http://am"])
  }

  @Test func `each target hears by its own severity, and every peer hears`() {
    let peers = ["http://a", "http://b"].map {
      NotificationTarget(receiver: "am", kind: .alertmanager, address: $0)
    }
    let pager = NotificationTarget(
      receiver: "pager", kind: .command, address: "page", least: .critical)
    var schedule = NotificationSchedule()
    let plan = schedule.step(
      [.firing("Bad", severity: "critical"), .firing("Odd", severity: "info")],
      to: peers + [pager], at: .at(30))
    #expect(
      Set(plan.send.map { "\($0.target) \($0.alert.name)" }) == [
        "am http://a Bad", "am http://a Odd", "am http://b Bad", "am http://b Odd", "pager Bad",
      ])
  }

  @Test func `what was told is resolved, though its target hears of less by now`() {
    var target = NotificationTarget(receiver: "chat", kind: .webhook, address: "there")
    var schedule = NotificationSchedule()
    #expect(schedule.step([.firing(severity: "info")], to: [target], at: .at(10)).send.count == 1)
    target.least = .critical
    var resolved = Alert.firing(severity: "info")
    resolved.state = .resolved
    resolved.resolvedAt = .at(100)
    let plan = schedule.step([resolved], to: [target], at: .at(100))
    #expect(plan.send.map(\.alert.state) == [.resolved])
  }

  @Test(arguments: [ReceiverStatus.Kind.webhook, .command])
  func `a group waits a little for its first message, then hears of changes alone`(
    kind: ReceiverStatus.Kind
  ) {
    var bench = ScheduleBench(kind)
    let (one, two) = (Alert.firing("Down"), Alert.firing("Down", instance: "b"))
    #expect(bench.said(at: 5, [one]).isEmpty)
    #expect(bench.said(at: 9, [one, two]).isEmpty)
    #expect(bench.said(at: 10, [one, two]) == ["firing", "firing"])
    #expect(bench.said(at: 600, [one, two]).isEmpty)
    // What was resolved is said with what still fires.
    #expect(Set(bench.said(at: 700, [.resolved(690, "Down"), two])) == ["resolved", "firing"])
    #expect(bench.remembered.map(\.alert.id) == [two.id])
    #expect(bench.said(at: 710, [.resolved(690, "Down"), two]).isEmpty)
  }

  @Test func `a group that has changed is not said more often than once a minute`() {
    var bench = ScheduleBench(.webhook)
    #expect(bench.said(at: 10, [.firing()]) == ["firing"])
    #expect(bench.said(at: 30, [.resolved(30)]).isEmpty)
    // It flaps: nothing has changed for who was told.
    #expect(bench.said(at: 50, [.firing()]).isEmpty)
    #expect(bench.said(at: 75, [.firing()]).isEmpty)
    #expect(bench.said(at: 80, [.resolved(80)]) == ["resolved"])
  }

  @Test func `groups are of a name and a model`() {
    var bench = ScheduleBench(.webhook)
    let plan = bench.plan(
      at: 30, [.firing("Down"), .firing("Slow"), .firing("Down", model: "fraud")])
    #expect(
      Set(plan.send.map(\.groupLabels)) == [
        ["alertname": "Down", "model": "electricity"],
        ["alertname": "Slow", "model": "electricity"],
        ["alertname": "Down", "model": "fraud"],
      ])
  }

  @Test func `what goes on is said again after four hours, unless somebody has it in hand`() {
    var bench = ScheduleBench(.webhook)
    var acknowledged = Alert.firing()
    acknowledged.acknowledgement = Acknowledgement(by: "ada", at: .at(60))
    #expect(bench.said(at: 10, [.firing()]) == ["firing"])
    #expect(bench.said(at: 10 + 14_399, [.firing()]).isEmpty)
    #expect(bench.said(at: 10 + 14_400, [acknowledged]).isEmpty)
    #expect(bench.said(at: 10 + 14_405, [.firing()]) == ["firing"])
    #expect(bench.said(at: 10 + 20_000, [.firing()]).isEmpty)
  }

  @Test func `that it is over is said to who was paged, silenced meanwhile or not`() {
    var bench = ScheduleBench(.webhook)
    #expect(bench.said(at: 10, [.firing()]) == ["firing"])
    var silenced = Alert.firing()
    silenced.silencedBy = ["s"]
    #expect(bench.said(at: 100, [silenced]).isEmpty)
    var resolved = Alert.resolved(200)
    resolved.silencedBy = ["s"]
    #expect(bench.said(at: 200, [resolved]) == ["resolved"])
  }

  @Test func `what never was said to fire is not said to be over`() {
    var bench = ScheduleBench(.webhook, .alertmanager)
    var silenced = Alert.firing()
    silenced.silencedBy = ["s"]
    _ = bench.said(at: 10, [silenced])
    let plan = bench.plan(at: 100, [.resolved(100), .resolved(90, "Other")])
    #expect(plan.send.map(\.target) == ["alertmanager http://am"])
    #expect(plan.send.map(\.alert.name) == ["Down"])
  }

  @Test func `pending alerts are nobody's business`() {
    var bench = ScheduleBench(.webhook, .alertmanager)
    var pending = Alert.firing()
    pending.state = .pending
    pending.firedAt = nil
    #expect(bench.plan(at: 30, [pending]).isEmpty)
  }

  @Test func `an alert that vanishes without a word is held for a quarter of an hour`() {
    var bench = ScheduleBench(.alertmanager)
    #expect(bench.said(at: 0, [.firing()]) == ["firing"])
    for minute in 1...15 {
      #expect(bench.said(at: Double(minute) * 60, []) == ["firing"], "\(minute)")
    }
    #expect(bench.said(at: 960, []) == ["resolved"])
    // One that comes back in time has lost nothing.
    _ = bench.said(at: 2_000, [.firing()])
    _ = bench.said(at: 2_800, [])
    #expect(bench.said(at: 2_890, [.firing()]) == ["firing"])
    #expect(bench.said(at: 3_700, []) == ["firing"])
  }

  @Test func `a restart says nothing twice, and still knows what to resolve`() {
    var bench = ScheduleBench(.webhook, .alertmanager)
    #expect(bench.said(at: 10, [.firing()]).count == 2)
    bench.restart()
    #expect(bench.said(at: 20, [.firing()]).isEmpty)
    bench.restart()
    #expect(bench.said(at: 300, [.resolved(300)]) == ["resolved", "resolved"])
  }

  @Test func `a clock that was set back keeps nothing from being said`() {
    var bench = ScheduleBench(.alertmanager)
    #expect(bench.said(at: 7_200, [.firing()]) == ["firing"])
    #expect(bench.said(at: 0, [.firing()]) == ["firing"])
    #expect(bench.said(at: 30, [.firing()]).isEmpty)
    #expect(bench.said(at: 60, [.firing()]) == ["firing"])
  }

  @Test func `two rules that make the same alert are one that fires while one of them does`() {
    var bench = ScheduleBench(.alertmanager)
    #expect(bench.said(at: 0, [.resolved(0), .firing(), .resolved(0)]) == ["firing"])
  }

  @Test func `a test page goes to all, at once, and is not remembered`() {
    var targets = ScheduleBench(.webhook, .command, .alertmanager).targets
    targets[0].least = .critical
    let plan = NotificationSchedule.testPage(.firing("Test"), to: targets, at: .at(0))
    #expect(plan.send.map(\.target) == targets.map(\.id))
    #expect(plan.forget == plan.send.map(\.key))
  }
}

struct BackoffTests {
  @Test func `it doubles from a second to five minutes`() {
    let backoff = Backoff()
    #expect(
      (1...11).map { backoff.delay(after: $0, jitter: 0) }
        == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    #expect(backoff.delay(after: 5_000, jitter: 0) == 300)
  }

  @Test func `jitter takes away up to half, and what was asked for is granted within bounds`() {
    let backoff = Backoff()
    #expect(backoff.delay(after: 4, jitter: 0.5) == 6)
    #expect(backoff.delay(after: 4, jitter: 1) == 4)
    #expect(backoff.delay(after: 1, jitter: 0, asked: 30) == 30)
    #expect(backoff.delay(after: 1, jitter: 0, asked: 1e9) == 300)
    #expect(backoff.delay(after: 9, jitter: 0, asked: 1) == 256)
  }
}

/// A schedule, its targets and a day.
struct ScheduleBench {
  let targets: [NotificationTarget]
  private var schedule = NotificationSchedule()
  private(set) var remembered: [AlertNotification] = []

  init(_ kinds: ReceiverStatus.Kind...) {
    targets = kinds.map {
      NotificationTarget(
        receiver: $0.rawValue, kind: $0, address: $0 == .alertmanager ? "http://am" : "there")
    }
  }

  mutating func plan(
    at second: Double, _ alerts: [Alert], intervals: [String: Double] = [:]
  ) -> NotificationPlan {
    let plan = schedule.step(alerts, to: targets, intervals: intervals, at: .at(second))
    // As the store keeps it.
    let replaced = Set(plan.send.map(\.key)).union(plan.forget)
    remembered.removeAll { replaced.contains($0.key) }
    remembered += plan.send.filter { !plan.forget.contains($0.key) }
    return plan
  }

  mutating func said(at second: Double, _ alerts: [Alert]) -> [String] {
    plan(at: second, alerts).send.map { $0.alert.isFiring ? "firing" : "resolved" }
  }

  mutating func restart() { schedule = NotificationSchedule(told: remembered) }
}

extension Timestamp {
  static func at(_ second: Double) -> Timestamp {
    Timestamp(seconds: 1_767_268_800).adding(seconds: second)
  }
}

extension Alert {
  static func firing(
    _ name: String = "Down", model: String = "electricity", instance: String? = nil,
    severity: String = "critical"
  ) -> Alert {
    var labels = ["alertname": name, "model": model, "severity": severity]
    labels["instance"] = instance
    return Alert(
      labels: labels, annotations: ["summary": "it is down"], group: "serving", state: .firing,
      value: 1, activeAt: .at(0), firedAt: .at(0))
  }

  static func resolved(_ second: Double, _ name: String = "Down") -> Alert {
    var alert = firing(name)
    alert.state = .resolved
    alert.resolvedAt = .at(second)
    return alert
  }
}
