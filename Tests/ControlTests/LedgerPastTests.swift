import Domain
import Foundation
import PromQL
import Testing

@testable import Control

/// What the ledger says of a moment that is over.
struct LedgerPastTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static func at(_ seconds: Double) -> Timestamp { noon.adding(seconds: seconds) }

  private static func row(
    _ seconds: Double, _ action: String, from: String? = nil, to: String? = nil,
    before: Deployment? = nil, outcome: AuditEntry.Outcome = .done, summary: String = "",
    evidence: String? = nil
  ) -> AuditEntry {
    var kept = Evidence()
    kept.before = before.map(DeploymentBefore.init)
    return AuditEntry(
      sequence: Int64(seconds) + 10_000, time: at(seconds),
      principal: Principal(name: "ana", role: .operate, proof: "token"), origin: .console,
      action: action, model: "fraud", fromVersion: from, toVersion: to, reason: "because",
      outcome: outcome, summary: summary, evidence: evidence ?? kept.json)
  }

  private static let first = Deployment(
    model: "fraud", revision: 1, champion: "30", championSince: at(-9_000))

  /// 31 gets a tenth at 100, is promoted at 200, rolled back at 400, and released at 500.
  private static func life() -> (Deployment, [AuditEntry]) {
    var entries: [AuditEntry] = []
    var now = first
    now.challenger = .init(version: "31", weight: 0.1)
    now.revision = 2
    entries.append(row(100, "set-weight", to: "31", before: first))
    let split = now
    now.challenger = nil
    now.champion = "31"
    now.championSince = at(200)
    now.formerChampions = [
      .init(version: "30", since: at(-9_000), until: at(200), ending: .replaced)
    ]
    now.revision = 3
    entries.append(row(200, "promote", from: "30", to: "31", before: split))
    let promoted = now
    now.champion = "30"
    now.championSince = at(400)
    now.formerChampions.append(
      .init(version: "31", since: at(200), until: at(400), ending: .rolledBack))
    now.revision = 4
    entries.append(row(400, "rollback", from: "31", to: "30", before: promoted))
    var bad = now
    bad.quarantine["31"] = .init(since: at(400), by: "ana", reason: "because")
    now.revision = 5
    entries.append(row(500, "release", to: "31", before: bad))
    entries.append(row(600, "promote", to: "31", before: now, outcome: .refused))
    return (now, entries.reversed())
  }

  private static func deployment(at seconds: Double) -> Deployment? {
    let (now, entries) = life()
    return LedgerPast(
      deployments: ["fraud": now], entries: entries, moment: at(seconds)
    ).deployment(of: "fraud")
  }

  @Test func `rules look back on the shares of before a restart`() throws {
    let (now, entries) = Self.life()
    let end = Self.at(420)
    let series = WeightHistory.series(
      LedgerPast(deployments: ["fraud": now], entries: entries, moment: end),
      versions: ["fraud": ["30", "31"], "other": ["1"]], now: end.seconds)
    func value(_ version: String, _ seconds: Double) -> Double? {
      series.first { $0.labels["version"] == version }?.samples
        .first { $0.time == Self.at(seconds).seconds * 1_000 }?.value
    }
    #expect([60, 150, 300, 405].map { value("31", $0) } == [0, 0.1, 1, 0])
    #expect([60, 150, 300, 405].map { value("30", $0) } == [1, 0.9, 0, 1])
    #expect(series.allSatisfy { $0.labels.metricName == SeriesCatalogue.weight.name })
    #expect(series.last?.samples.isEmpty == true)
    var history = SeriesHistory()
    history.seed(gauges: series)
    #expect(history.count == 2)
  }

  @Test func `what was done since is taken back, row by row`() throws {
    #expect(Self.deployment(at: 50) == Self.first)
    let split = try #require(Self.deployment(at: 150))
    #expect(split.champion == "30")
    #expect(split.challenger == .init(version: "31", weight: 0.1))
    #expect(split.formerChampions.isEmpty)
    let promoted = try #require(Self.deployment(at: 300))
    #expect(promoted.champion == "31")
    #expect(promoted.championSince == Self.at(200))
    #expect(promoted.rollbackTarget == "30")
    #expect(promoted.revision == 3)
    #expect(Self.deployment(at: 700) == Self.life().0)
  }

  @Test func `a version was in quarantine until it was released`() throws {
    #expect(Self.deployment(at: 300)?.quarantine.isEmpty == true)
    let quarantine = try #require(Self.deployment(at: 450)?.quarantine["31"])
    #expect(quarantine == .init(since: Self.at(400), by: "ana", reason: "because"))
    #expect(Self.deployment(at: 550)?.quarantine.isEmpty == true)
  }

  @Test func `the terms say who was champion where the rows are missing`() {
    let (now, _) = Self.life()
    let past = LedgerPast(deployments: ["fraud": now], entries: [], moment: Self.at(300))
    #expect(past.deployment(of: "fraud")?.champion == "31")
  }

  // MARK: Alerts

  private static let burning = Alert(
    labels: ["alertname": "Burn", "severity": "critical", "model": "fraud"], state: .firing,
    value: 3, activeAt: at(200), firedAt: at(230))

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  private static func alerts(at seconds: Double) throws -> [Alert] {
    var over = burning
    over.state = .resolved
    over.resolvedAt = at(500)
    let entries = [
      row(230, "alert", outcome: .event, evidence: try json(burning)),
      row(260, "acknowledge", summary: "Burn (fraud) is in hand"),
      row(270, "acknowledge", summary: "Burn (bikes) is in hand"),
      row(300, "unacknowledge", summary: "Burn (fraud) is open again"),
      row(500, "alert-over", outcome: .event, evidence: try json(over)),
      row(510, "alert", outcome: .event, evidence: "{}"),
    ]
    return LedgerPast(deployments: [:], entries: entries.reversed(), moment: at(seconds)).alerts
  }

  @Test func `an alert fires from its row on, is in somebody's hand, and is over`() throws {
    #expect(try Self.alerts(at: 229).isEmpty)
    #expect(try Self.alerts(at: 230) == [Self.burning])
    let held = try Self.alerts(at: 270)
    #expect(held.map(\.acknowledgement?.by) == ["ana"])
    #expect(try Self.alerts(at: 301).map(\.acknowledgement) == [nil])
    #expect(try Self.alerts(at: 600).map(\.state) == [.resolved])
    #expect(try Self.alerts(at: 500 + 901).isEmpty)
  }

  // MARK: Incidents

  private static let incident: Incident = {
    var incident = Incident(
      id: IncidentID(3), model: "fraud", title: "Burn", severity: .critical, openedAt: at(230),
      openedBy: "vigia")
    incident.alerts = [
      IncidentAlert(burning, at: at(230)),
      IncidentAlert(
        Alert(
          labels: ["alertname": "Drift", "severity": "warning"], state: .firing, value: nil,
          activeAt: at(300), firedAt: at(310)), at: at(310)),
    ]
    incident.alerts[0].resolvedAt = at(500)
    incident.acknowledgedAt = at(260)
    incident.acknowledgedBy = "ana"
    incident.mitigation = .init(
      at: at(450), commandID: CommandID(random: (1, 2)), action: "rollback", by: "ana")
    incident.closedAt = at(2_000)
    incident.closedBy = "vigia"
    return incident
  }()

  private static func past(at seconds: Double) -> LedgerPast {
    LedgerPast(
      deployments: ["fraud": life().0], entries: life().1, incidents: [incident],
      timelines: [
        incident.id: [
          IncidentEntry(time: at(230), actor: "vigia", text: "frozen", kind: .freeze(isOn: true)),
          IncidentEntry(
            time: at(280), actor: "ana", text: "Look",
            kind: .stepTicked(runbook: "Burn", step: "s1", isDone: true)),
          unfreeze(at: 400, .refused), unfreeze(at: 600, .done),
        ]
      ], moment: at(seconds))
  }

  private static func unfreeze(
    at seconds: Double, _ outcome: AuditEntry.Outcome
  ) -> IncidentEntry {
    IncidentEntry(
      time: at(seconds), actor: "ana", text: "go on",
      kind: .action(
        act: .init(commandID: CommandID(random: (1, 1)), name: "unfreeze", outcome: outcome)))
  }

  @Test func `an incident is known as it was`() throws {
    #expect(Self.past(at: 229).openIncidents.isEmpty)
    let early = try #require(Self.past(at: 240).openIncidents.first)
    #expect(early.incident.isOpen)
    #expect(early.incident.alerts.map(\.name) == ["Burn"])
    #expect(early.incident.alerts[0].resolvedAt == nil)
    #expect(early.incident.acknowledgedAt == nil)
    #expect(early.incident.mitigation == nil)
    #expect(early.steps.isEmpty)
    let later = try #require(Self.past(at: 480).openIncidents.first)
    #expect(later.incident.acknowledgedBy == "ana")
    #expect(later.incident.mitigation?.action == "rollback")
    #expect(later.steps.map(\.step) == ["s1"])
    #expect(Self.past(at: 2_000).openIncidents.isEmpty)
    #expect(Self.past(at: 2_000).precedents(of: ["Burn"]).map(\.count) == [1])
    #expect(Self.past(at: 1_999).precedents(of: ["Burn"]).isEmpty)
  }

  @Test func `promotions were refused while it was open`() {
    #expect(Self.past(at: 229).deployment(of: "fraud")?.freeze == nil)
    #expect(Self.past(at: 300).deployment(of: "fraud")?.freeze?.incident == Self.incident.id)
    #expect(Self.past(at: 599).deployment(of: "fraud")?.freeze?.incident == Self.incident.id)
    #expect(Self.past(at: 599).openIncidents.first?.incident.freezesPromotions == true)
    #expect(Self.past(at: 2_001).deployment(of: "fraud")?.freeze == nil)
  }

  @Test func `promotions were free once somebody had said so`() {
    #expect(Self.past(at: 600).deployment(of: "fraud")?.freeze == nil)
    #expect(Self.past(at: 600).openIncidents.first?.incident.freezesPromotions == false)
  }
}
