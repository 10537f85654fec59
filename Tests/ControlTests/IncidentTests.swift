import Alerting
import Domain
import Foundation
import Inference
import PromQL
import Storage
import Synchronization
import Testing

@testable import Control

/// From a page to the end of its incident, on a real ledger, a real data plane and the real rules.
struct IncidentTests {
  @Test(.timeLimit(.minutes(1)))
  func
    `a page opens an incident, a rollback is proven, the quiet closes it, and all of it is told`()
    async throws
  {
    let bench = try await IncidentBench()
    _ = await bench.rig.send(.promote(model: "m", version: "3", verification: .required))
    await bench.run(seconds: 20)
    #expect(bench.snapshot?.incidents == [])

    await bench.run(seconds: 20, failing: 40)
    let open = try #require(bench.snapshot?.incident(of: "m"))
    #expect(open.incident.title == "Failing (m)" && open.incident.severity == .critical)
    let freeze = try #require(bench.snapshot?.models[0].deployment.freeze)
    #expect(freeze.incident == open.id && freeze.reason.hasPrefix("inc-1 is open"))
    let promotion = await bench.rig.send(
      .promote(model: "m", version: "2", verification: .required))
    #expect(refusal(promotion) == .frozen)

    let alert = try #require(open.incident.detection?.id)
    let answers: [(Command.Action, String)] = [
      (.acknowledge(alert: alert, until: nil), "looking"),
      (
        .tickStep(
          incident: open.id, runbook: "Failing", step: "0a", text: "Compare versions", isDone: true
        ), "done"
      ), (.note(incident: nil, model: "m"), "version 3 alone fails"),
      (.rollBack(model: "m", breakGlass: false), "errors of 3"),
    ]
    for (action, reason) in answers {
      #expect(refusal(await bench.rig.send(action, reason: reason)) == nil)
    }
    #expect(bench.snapshot?.incidents.first?.steps.map(\.text) == ["Compare versions"])
    await bench.run(seconds: 60)
    let calm = try #require(bench.snapshot?.incident(of: "m")?.incident)
    #expect(calm.mitigation?.action == "rollback" && calm.mitigation?.by == "ana")
    #expect(calm.acknowledgedBy == "ana" && calm.quietSince != nil)

    await bench.run(seconds: 1_800, step: 60)
    #expect(bench.snapshot?.incidents == [])
    #expect(bench.snapshot?.models[0].deployment.freeze == nil)
    let report = try #require(try await bench.rig.control.incident(open.id))
    #expect(report.incident.closedBy == "vigia")
    #expect(report.incident.closeReason == "quiet for 30 min")
    #expect(
      report.entries.map(\.kind.word) == [
        "opened", "alertFired", "freeze", "action", "acknowledged", "stepTicked", "note", "action",
        "alertResolved", "recovery", "closed",
      ])
    #expect(report.steps.map(\.by) == ["ana"])
    let proof = report.entries.first { $0.kind.word == "recovery" }
    #expect(proof?.text.contains("recovered") == true)
    let rows = try await bench.rig.entries()
    #expect(rows.contains { $0.action == "incident" && $0.summary.hasPrefix("inc-1 opened") })
    #expect(rows.contains { $0.action == "incident-over" && $0.summary.contains("quiet") })
    #expect(try bench.rig.store.verify().isSound)

    // The next time the precedent stands beside the alert.
    await bench.run(seconds: 20, failing: 40)
    #expect(
      bench.snapshot?.precedent(of: "Failing")?.words == "seen 1x, last fixed by rollback")
    await bench.rig.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `an open incident outlives a kill, with its steps, its freeze and its page`() async throws {
    let bench = try await IncidentBench()
    await bench.run(seconds: 10)
    await bench.run(seconds: 20, failing: 40)
    let id = try #require(bench.snapshot?.incident(of: "m")?.id)
    let tick = Command.Action.tickStep(
      incident: id, runbook: "Failing", step: "0a", text: "Look", isDone: true)
    #expect(refusal(await bench.rig.send(tick)) == nil)
    let before = try #require(bench.snapshot?.incidents)
    // What a killed process leaves is what stands on the disk now.
    let killed = TemporaryFolder()
    try FileManager.default.copyItem(atPath: bench.rig.folder.path, toPath: killed.path)
    try? FileManager.default.removeItem(atPath: "\(killed.path)/state.db-shm")
    await bench.rig.end()

    let again = try await IncidentBench(folder: killed, clock: bench.clock)
    #expect(again.snapshot?.incidents == before)
    #expect(again.snapshot?.models[0].deployment.freeze?.incident == id)
    await again.run(seconds: 10, failing: 40)
    #expect(again.snapshot?.incidents.count == 1)
    let report = try #require(try await again.rig.control.incident(id))
    #expect(report.entries.filter { $0.kind.word == "opened" }.count == 1)
    #expect(report.entries.contains { $0.kind == .configuration })
    await again.rig.end()
  }

  @Test
  func `incidents are opened, noted on and closed by hand, and what makes no sense is refused`()
    async throws
  {
    let bench = try await IncidentBench(hasRules: false)
    let rig = bench.rig
    #expect(refusal(await rig.send(.openIncident(model: "x", title: "t"))) == .unknownModel)
    for title in [" ", "\u{200b}", String(repeating: "e\u{301}", count: 101)] {
      #expect(refusal(await rig.send(.openIncident(model: "m", title: title))) == .invalid)
    }
    #expect(refusal(await rig.send(.closeIncident(incident: IncidentID(9)))) == .invalid)
    #expect(refusal(await rig.send(.note(incident: nil, model: nil))) == .invalid)
    let opened = await rig.send(.openIncident(model: "m", title: "customers call"))
    guard case .done(_, _, "inc-1 opened: customers call") = opened else {
      Issue.record("\(opened)")
      return
    }
    #expect(refusal(await rig.send(.openIncident(model: "m", title: "again"))) == .invalid)
    #expect(bench.snapshot?.models[0].deployment.freeze?.incident == IncidentID(1))
    // A person thaws, and it stays so.
    #expect(refusal(await rig.send(.unfreeze(model: "m"))) == nil)
    await bench.run(seconds: 10)
    #expect(bench.snapshot?.models[0].deployment.freeze == nil)
    #expect(refusal(await rig.send(.closeIncident(incident: IncidentID(1)))) == nil)
    #expect(refusal(await rig.send(.closeIncident(incident: IncidentID(1)))) == .nothingToDo)
    let tick = Command.Action.tickStep(
      incident: IncidentID(1), runbook: "A", step: "1", text: "", isDone: true)
    #expect(refusal(await rig.send(tick)) == .nothingToDo)
    #expect(refusal(await rig.send(.note(incident: IncidentID(1), model: nil))) == nil)
    let report = try #require(try await rig.control.incident(IncidentID(1)))
    #expect(
      report.entries.map(\.kind.word) == ["opened", "freeze", "action", "closed", "note"])
    #expect(await rig.control.incidents(IncidentQuery()).map(\.closeReason) == ["because"])
    #expect(try await rig.control.incident(IncidentID(2)) == nil)
    await rig.end()
  }

  @Test func `what was read again, and what was refused, stands in ledger, incidents and banner`()
    async throws
  {
    let bench = try await IncidentBench()
    let (rig, control) = (bench.rig, bench.rig.control)
    _ = await rig.send(.openIncident(model: "m", title: "t"))
    await control.take(
      ReloadReport(
        changes: ["rules/a.yaml: Slow added"],
        problems: (1...7).map { "rules/b.yaml:\($0):3: no" }, needsRestart: ["listen"]),
      by: ControlRig.operatorAna, through: .api)
    let entries = try #require(try await control.incident(IncidentID(1))).entries
    let told = entries.filter { $0.kind == .configuration }
    #expect(told.map(\.actor) == ["ana", "ana", "ana"])
    #expect(told.first?.text == "rules/a.yaml: Slow added")
    #expect(told.last?.text == "listen takes a restart")
    let rows = try await rig.entries().filter { $0.action.hasPrefix("reload") }
    #expect(rows.map(\.action) == ["reload", "reload-refused", "reload"])
    #expect(rows.allSatisfy { $0.outcome == .event && $0.principal.name == "ana" })
    #expect(rows[1].summary.hasSuffix("rules/b.yaml:5:3: no; and 2 more"))
    #expect(bench.snapshot?.notices.map(\.text).prefix(1) == ["rules/b.yaml:1:3: no"])
    #expect(bench.snapshot?.notices.count == 7)
    // The next reading is sound: the banner goes.
    await control.take(ReloadReport(), by: ControlRig.operatorAna, through: .api)
    #expect(bench.snapshot?.notices == [])
    #expect(try await rig.entries().filter { $0.action.hasPrefix("reload") }.count == 3)
    await rig.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `an alert whose rule is taken out is over for its incident, too`() async throws {
    let bench = try await IncidentBench()
    await bench.run(seconds: 10)
    await bench.run(seconds: 20, failing: 40)
    let incident = try #require(bench.snapshot?.incident(of: "m")?.incident)
    #expect(incident.quietSince == nil)
    await bench.rig.control.use(AlertRevision(groups: [], tested: [], problems: ["a:1:1: no"]))
    let alerts = try #require(bench.snapshot?.alerts)
    #expect(alerts.map(\.state) == [.resolved])
    #expect(bench.snapshot?.incident(of: "m")?.incident.quietSince != nil)
    await bench.rig.end()
  }

  @Test func `a freeze by hand outlives the incident, and lets its own begin when it ends`()
    async throws
  {
    let bench = try await IncidentBench()
    let until = bench.clock.now.adding(seconds: 3_600)
    _ = await bench.rig.send(.freeze(model: "m", until: until), reason: "release day")
    await bench.run(seconds: 10)
    await bench.run(seconds: 20, failing: 40)
    #expect(bench.snapshot?.incident(of: "m") != nil)
    #expect(bench.snapshot?.models[0].deployment.freeze?.reason == "release day")
    await bench.run(seconds: 3_660, failing: 40, step: 10)
    #expect(bench.snapshot?.models[0].deployment.freeze?.incident == IncidentID(1))
    _ = await bench.rig.send(.closeIncident(incident: IncidentID(1)))
    #expect(bench.snapshot?.models[0].deployment.freeze == nil)
    await bench.rig.end()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a rescue past a hung disk stands in the incident once the disk answers`() async throws {
    // What a disk that is merely slow needs for the promotion; the one that hangs is waited for as long.
    let bench = try await IncidentBench(patience: .seconds(5))
    let promotion = await bench.rig.send(
      .promote(model: "m", version: "3", verification: .required))
    guard case .done = promotion else {
      Issue.record("\(promotion)")
      return
    }
    _ = await bench.rig.send(.openIncident(model: "m", title: "t"))
    let disk = await bench.rig.hangDisk()
    guard case .done = await bench.rig.send(.rollBack(model: "m", breakGlass: true)) else {
      Issue.record("the rescue was refused")
      return
    }
    disk.signal()
    while try await bench.rig.control.incident(IncidentID(1))?.entries
      .contains(where: { $0.kind.word == "action" }) != true
    {
      await bench.run(seconds: 5)
    }
    await bench.rig.end()
  }
}

private func refusal(_ outcome: CommandOutcome) -> Refusal.Code? {
  if case .refused(let refusal) = outcome { refusal.code } else { nil }
}

/// A rig whose clock is moved by hand, one second of traffic after the other.
private final class IncidentBench: Sendable {
  let rig: ControlRig
  let clock: HandClock

  init(
    folder: TemporaryFolder? = nil, clock: HandClock = HandClock(),
    hasRules: Bool = true, patience: Duration = .seconds(30)
  ) async throws {
    self.clock = clock
    rig = try await ControlRig(
      folder: folder, patience: patience, clock: { clock.now },
      rules: hasRules ? Self.failing() : nil)
  }

  var snapshot: SystemSnapshot? { rig.control.hub.latest }

  private static func failing() throws -> [RuleGroup] {
    let rule = AlertRule(
      name: "Failing",
      query: try Query(
        #"sum by (model) (rate(vigia_requests_total{outcome="failed"}[15s])) > 1"#),
      labels: [TemplatedText(name: "severity", template: try AlertTemplate("critical"))])
    return [
      RuleGroup(name: "g", file: "rules/g.yaml", interval: 5_000, rules: [.alert(rule)])
    ]
  }

  /// Fifty requests a second to the champion, of which some fail; each step is told, and looked at by the rules.
  func run(seconds: Int, failing: Int64 = 0, step: Int = 1) async {
    for _ in 0..<seconds / step {
      clock.advance(Double(step))
      let now = clock.now.seconds
      let deployment = snapshot?.models[0].deployment
      var rollup = SecondRollup(
        version: ModelVersion(model: "m", version: deployment?.champion ?? "1"),
        variant: .champion, second: now - 1)
      rollup.counters.ok = 2 * (50 - failing) * Int64(step)
      rollup.counters.failed = 2 * failing * Int64(step)
      var counts = RevisionCounts()
      counts.requests = 100 * Int64(step)
      counts.serverErrors = 2 * failing * Int64(step)
      rollup.byRevision = [deployment?.revision ?? 1: counts]
      await rig.control.ingest(
        SecondBatch(
          time: clock.now, from: now - Int64(step), to: now, rollups: [rollup]))
      while await rig.control.alertsLooked == nil { await Task.yield() }
      if await rig.control.alerting == nil { await rig.control.lookAtIncidents() }
    }
  }
}

private final class HandClock: Sendable {
  private let time = Mutex(Timestamp(seconds: 1_767_268_800))

  var now: Timestamp { time.withLock { $0 } }

  func advance(_ seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
