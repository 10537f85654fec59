import Domain
import Foundation
import Testing

@testable import Control

/// Scripts of what happens, and the incidents that they make.
struct IncidentBookTests {
  static let start = Timestamp(seconds: 1_767_268_800)
  static func at(_ seconds: Double) -> Timestamp { start.adding(seconds: seconds) }

  static func alert(
    _ name: String = "ReleaseFailing", model: String? = "m", _ severity: String = "critical",
    _ state: Alert.State = .firing, active: Double = 0, fired: Double = 30,
    resolved: Double? = nil, silencedBy: [String] = [], inhibitedBy: AlertID? = nil
  ) -> Alert {
    var labels = ["alertname": name, "severity": severity]
    labels["model"] = model
    return Alert(
      labels: labels, annotations: ["summary": "it is \(name)"], state: state, value: 1,
      activeAt: at(active), firedAt: at(fired), resolvedAt: resolved.map(at),
      silencedBy: silencedBy, inhibitedBy: inhibitedBy)
  }

  static func command(
    _ action: Command.Action, _ number: UInt64 = 7, reason: String = "because"
  ) -> Command {
    Command(
      id: CommandID(random: (number, number)), action: action, reason: reason, origin: .console)
  }

  static func row(
    _ command: Command, _ outcome: AuditEntry.Outcome = .done, at seconds: Double,
    summary: String = "done"
  ) -> AuditEntry {
    AuditEntry(
      time: at(seconds), principal: Principal(name: "ana", role: .operate, proof: "test"),
      origin: .console, commandID: command.id, action: command.action.name,
      model: command.action.model, reason: command.reason, outcome: outcome, summary: summary)
  }

  static func recovery(
    _ command: Command, switched: Double, _ status: Recovery.Status
  ) -> Recovery {
    let proportion = Recovery.Proportion(count: 0, total: 900, low: 0, high: 0.004)
    return Recovery(
      commandID: command.id, model: "m", from: "2", to: "1", switchedAt: at(switched),
      status: status, requests: 900, errors: proportion, slow: nil, errorsBefore: proportion,
      slowBefore: nil)
  }

  @Test func `the first page opens an incident, and counts from when its rule was first true`()
    throws
  {
    var book = IncidentBook()
    #expect(book.step(.init(alerts: []), at: Self.at(0)).isEmpty)
    let change = book.step(.init(alerts: [Self.alert()]), at: Self.at(31))
    let incident = try #require(change.incidents.first)
    #expect(incident.id == IncidentID(1) && incident.model == "m")
    #expect(incident.title == "ReleaseFailing (m)" && incident.openedBy == "vigia")
    #expect(incident.timeToDetect == 30 && incident.freezesPromotions)
    #expect(incident.alerts.map(\.name) == ["ReleaseFailing"] && incident.quietSince == nil)
    #expect(change.entries.map(\.entry.kind.word) == ["opened", "alertFired"])
    // Nothing new, nothing to store.
    #expect(book.step(.init(alerts: [Self.alert()]), at: Self.at(36)).isEmpty)
  }

  @Test func `what came soon after a change counts from the change`() throws {
    func took(changedAt seconds: Double) throws -> Double? {
      var book = IncidentBook()
      let look = IncidentBook.Look(alerts: [Self.alert()], changes: ["m": Self.at(seconds)])
      return try #require(book.step(look, at: Self.at(31)).incidents.first).timeToDetect
    }
    #expect(try took(changedAt: -9) == 39)
    #expect(try took(changedAt: 10) == 30, "a change after it began is none of its causes")
    #expect(try took(changedAt: -3_600) == 30)
  }

  @Test(arguments: [
    alert(model: "m", "warning"), alert("Watchdog", model: nil, "info"),
    alert(silencedBy: ["s"]), alert(inhibitedBy: AlertID(["alertname": "Down"])),
    alert("Blind"), alert("ReleaseFailing", model: "m", "critical", .pending),
    alert("ReleaseFailing", model: "m", "critical", .resolved, resolved: 40),
  ])
  func `what pages nobody opens none`(_ alert: Alert) {
    var book = IncidentBook()
    #expect(book.step(.init(alerts: [alert], blind: ["Blind"]), at: Self.at(50)).isEmpty)
  }

  @Test func `later alerts of the model join, shared causes too, those of others open their own`() {
    var book = IncidentBook()
    _ = book.step(.init(alerts: [Self.alert()]), at: Self.at(31))
    let change = book.step(
      .init(alerts: [
        Self.alert(), Self.alert("Slow", model: "m", "warning", fired: 50),
        Self.alert("MemoryLow", model: nil, "critical", fired: 51),
        Self.alert("Down", model: "other", fired: 52),
        Self.alert("Quiet", model: "m", "warning", silencedBy: ["s"]),
      ]), at: Self.at(60))
    #expect(book.open.map(\.incident.model) == ["m", "other"])
    #expect(
      book.open.map { $0.incident.alerts.map(\.name) } == [
        ["ReleaseFailing", "Slow", "MemoryLow"], ["Down", "MemoryLow"],
      ])
    #expect(change.incidents.map(\.id.number).sorted() == [1, 2])
  }

  @Test
  func `what follows from a page is in its incident, and keeps it neither open nor counts as seen`()
    throws
  {
    var book = IncidentBook()
    let page = Self.alert()
    let burn = Self.alert("Burn", fired: 50, inhibitedBy: page.id)
    _ = book.step(.init(alerts: [page]), at: Self.at(31))
    let change = book.step(.init(alerts: [page, burn]), at: Self.at(60))
    #expect(change.entries.map(\.entry.text) == ["Burn (m) fires as a consequence: it is Burn"])
    #expect(book.open[0].incident.alerts.map(\.isConsequence) == [nil, true])
    let over = Self.alert("ReleaseFailing", model: "m", "critical", .resolved, resolved: 100)
    _ = book.step(.init(alerts: [over, burn]), at: Self.at(101))
    #expect(book.open[0].incident.quietSince == Self.at(101))
    // Nothing explains it any more, and it goes on: then it pages.
    var loud = book
    _ = loud.step(
      .init(alerts: [Self.alert("Burn", "critical", fired: 50)]), at: Self.at(110))
    #expect(loud.open[0].incident.alerts[1].isConsequence == nil)
    #expect(loud.open[0].incident.quietSince == nil && loud.open.count == 1)
    _ = book.step(.init(alerts: [burn]), at: Self.at(102 + 1_800))
    #expect(book.open.isEmpty)
    #expect(book.summaries.isEmpty)
  }

  @Test func `a cause that models share opens one of its own where none is open`() {
    var book = IncidentBook()
    _ = book.step(.init(alerts: [Self.alert("MemoryLow", model: nil)]), at: Self.at(31))
    #expect(book.open.map(\.incident.model) == [nil])
    #expect(book.open.map(\.incident.freezesPromotions) == [false])
  }

  @Test func `thirty minutes without a firing alert close it, and a relapse begins anew`() throws {
    var book = IncidentBook()
    _ = book.step(.init(alerts: [Self.alert()]), at: Self.at(31))
    let over = Self.alert("ReleaseFailing", model: "m", "critical", .resolved, resolved: 100)
    _ = book.step(.init(alerts: [over]), at: Self.at(101))
    #expect(book.open[0].incident.quietSince == Self.at(101))
    #expect(book.open[0].incident.alerts[0].resolvedAt == Self.at(100))
    let again = Self.alert(active: 500, fired: 510)
    let relapse = book.step(.init(alerts: [again]), at: Self.at(511))
    #expect(relapse.entries.map(\.entry.kind.word) == ["alertFired"])
    #expect(book.open[0].incident.quietSince == nil && book.open[0].incident.alerts[0].times == 2)
    // Gone without a word: over all the same.
    _ = book.step(.init(alerts: []), at: Self.at(600))
    #expect(book.step(.init(alerts: []), at: Self.at(600 + 1_799)).isEmpty)
    let closing = book.step(.init(alerts: []), at: Self.at(600 + 1_800))
    let closed = try #require(closing.incidents.first)
    #expect(closed.closedBy == "vigia" && closed.closeReason == "quiet for 30 min")
    #expect(closing.entries.map(\.entry.kind.word) == ["closed"])
    #expect(book.summaries.isEmpty && book.incident(closed.id) == closed)
  }

  @Test func `a shared cause that goes on does not keep it open`() {
    var book = IncidentBook()
    let shared = Self.alert("DiskFilling", model: nil, "warning")
    _ = book.step(.init(alerts: [Self.alert(), shared]), at: Self.at(31))
    _ = book.step(.init(alerts: [shared]), at: Self.at(100))
    #expect(book.open[0].incident.quietSince == Self.at(100))
  }

  @Test func `an alert that goes on firing after its incident was closed by hand opens no other`() {
    var book = IncidentBook()
    let alert = Self.alert()
    _ = book.step(.init(alerts: [alert]), at: Self.at(31))
    let close = Self.command(.closeIncident(incident: IncidentID(1)), reason: "known")
    let change = book.take(close, Self.row(close, at: 60))
    #expect(change.incidents.first?.closedBy == "ana")
    #expect(change.incidents.first?.closeReason == "known")
    #expect(book.step(.init(alerts: [alert]), at: Self.at(65)).isEmpty)
    // Nor after a restart.
    var next = IncidentBook(book.closed, entries: [:], highest: 1, at: Self.at(70))
    #expect(next.step(.init(alerts: [alert]), at: Self.at(75)).isEmpty)
    // The next time that it fires is another matter.
    _ = next.step(.init(alerts: []), at: Self.at(80))
    #expect(next.open.isEmpty)
    _ = next.step(.init(alerts: [Self.alert(active: 200, fired: 210)]), at: Self.at(211))
    #expect(next.open.map(\.incident.id.number) == [2])
  }

  @Test func `where nothing failed before, that nothing fails after an act mitigates nothing`()
    throws
  {
    var book = IncidentBook()
    let pin = Self.command(.rollBack(model: "m", breakGlass: false))
    let page = Self.alert()
    _ = book.step(.init(alerts: [page]), at: Self.at(31))
    _ = book.take(pin, Self.row(pin, at: 60))
    var proof = Self.recovery(pin, switched: 60, .recovered(seconds: 1))
    proof.wasBad = false
    let proven = book.step(.init(alerts: [page], recoveries: [proof]), at: Self.at(62))
    let entry = try #require(proven.entries.first?.entry)
    #expect(entry.kind.word == "recovery")
    #expect(entry.text.contains("m answers as well after the switch to 1 as before: 0 of 900"))
    #expect(book.open[0].incident.mitigation == nil)
  }

  @Test func `the proof of an act mitigates, once, and a proof of before does not`() throws {
    var book = IncidentBook()
    let rollback = Self.command(.rollBack(model: "m", breakGlass: false))
    let old = Self.recovery(
      Self.command(.rollBack(model: "m", breakGlass: false), 9), switched: 5, .recovered(seconds: 4)
    )
    let page = Self.alert()
    _ = book.step(.init(alerts: [page], recoveries: [old]), at: Self.at(31))
    #expect(book.open[0].incident.mitigation == nil)
    var row = Self.row(rollback, at: 60, summary: "m rolled back from 2 to 1")
    row.evidence = #"{"windowSeconds":60}"#
    let acted = book.take(rollback, row)
    #expect(acted.entries.map(\.entry.text) == ["m rolled back from 2 to 1: because"])
    guard case .action(let act) = acted.entries[0].entry.kind else {
      Issue.record("no act")
      return
    }
    #expect(act.evidence == row.evidence && act.outcome == .done)
    let watching = Self.recovery(rollback, switched: 60, .watching)
    #expect(book.step(.init(alerts: [page], recoveries: [watching]), at: Self.at(62)).isEmpty)
    let proof = Self.recovery(rollback, switched: 60, .recovered(seconds: 41))
    let proven = book.step(.init(alerts: [page], recoveries: [proof, old]), at: Self.at(102))
    #expect(proven.entries.map(\.entry.kind.word) == ["recovery"])
    let mitigation = try #require(book.open[0].incident.mitigation)
    #expect(mitigation.at == Self.at(101) && mitigation.action == "rollback")
    #expect(mitigation.by == "ana" && book.open[0].incident.timeToMitigate == 70)
    #expect(book.step(.init(alerts: [page], recoveries: [proof]), at: Self.at(107)).isEmpty)
  }

  @Test func `what a proof becomes is told too: that it held, or that it did not`() throws {
    var book = IncidentBook()
    let rollback = Self.command(.rollBack(model: "m", breakGlass: false))
    let page = Self.alert()
    _ = book.step(.init(alerts: [page]), at: Self.at(31))
    _ = book.take(rollback, Self.row(rollback, at: 60))
    var proof = Self.recovery(rollback, switched: 60, .recovered(seconds: 41))
    _ = book.step(.init(alerts: [page], recoveries: [proof]), at: Self.at(102))
    var held = (book, proof)
    held.1.heldFor = 900
    let told = held.0.step(.init(alerts: [page], recoveries: [held.1]), at: Self.at(961))
    #expect(told.entries.count == 1)
    #expect(told.entries[0].entry.text.hasPrefix("m is still well 15 min after the switch to 1"))
    #expect(held.0.open[0].incident.mitigation?.at == Self.at(101))
    proof.status = .relapsed(seconds: 300, reason: "errors at 9 %")
    let taken = book.step(.init(alerts: [page], recoveries: [proof]), at: Self.at(361))
    #expect(
      taken.entries.map(\.entry.text)
        == ["m had recovered and is bad again 5 min after the switch to 1: errors at 9 %"])
    #expect(book.open[0].incident.mitigation == nil)
    #expect(book.step(.init(alerts: [page], recoveries: [proof]), at: Self.at(366)).isEmpty)
  }

  @Test func `a lever without a proof of its own has helped when the alerts end after it`() {
    var book = IncidentBook()
    _ = book.step(.init(alerts: [Self.alert("RequestsShed")]), at: Self.at(31))
    let limit = Self.command(.limit(model: "m", scope: .client("c"), rate: 5, burst: nil))
    _ = book.take(limit, Self.row(limit, at: 60))
    let refused = Self.command(
      .promote(model: "m", version: "3", verification: .required), 8)
    _ = book.take(refused, Self.row(refused, .refused, at: 70, summary: "m is frozen"))
    _ = book.step(.init(alerts: []), at: Self.at(100))
    #expect(book.open[0].incident.mitigation?.action == "limit")
    #expect(book.open[0].incident.mitigation?.at == Self.at(100))
    _ = book.step(.init(alerts: []), at: Self.at(2_000))
    #expect(book.precedents(of: ["RequestsShed"]).map(\.words) == ["seen 1x, last fixed by limit"])
    #expect(book.precedents(of: ["Other"]).isEmpty)
  }

  @Test func `what people say of its alerts and do to its model stands in the timeline`() {
    var book = IncidentBook()
    let alert = Self.alert()
    _ = book.step(.init(alerts: [alert]), at: Self.at(31))
    func take(
      _ action: Command.Action, _ outcome: AuditEntry.Outcome = .done, at seconds: Double
    ) -> [String] {
      let command = Self.command(action)
      return book.take(command, Self.row(command, outcome, at: seconds)).entries
        .map(\.entry.kind.word)
    }
    #expect(take(.acknowledge(alert: alert.id, until: nil), at: 40) == ["acknowledged"])
    #expect(take(.acknowledge(alert: AlertID([:]), until: nil), at: 41) == [])
    #expect(book.open[0].incident.timeToAcknowledge == 9)
    #expect(book.open[0].incident.acknowledgedBy == "ana")
    #expect(take(.unacknowledge(alert: alert.id), at: 42) == ["acknowledged"])
    let until = Self.at(900)
    let matchers = [AlertMatcher(name: "model", value: "m")]
    #expect(take(.silence(matchers: matchers, until: until), at: 43) == ["silenced"])
    #expect(
      take(.silence(matchers: [.init(name: "model", value: "x")], until: until), at: 43) == [])
    #expect(take(.expireSilence(id: "s"), at: 44) == ["silenced"])
    #expect(take(.note(incident: nil, model: "m"), at: 45) == ["note"])
    #expect(take(.note(incident: IncidentID(1), model: nil), at: 45) == ["note"])
    #expect(take(.note(incident: nil, model: "other"), at: 45) == [])
    #expect(take(.setWeight(model: "m", version: "2", weight: 0), at: 46) == ["action"])
    #expect(take(.setWeight(model: "x", version: "2", weight: 0), at: 46) == [])
    #expect(take(.unpin(model: "m"), .refused, at: 47) == ["action"])
    #expect(take(.acknowledge(alert: alert.id, until: nil), .refused, at: 48) == [])
    #expect(take(.testPage(), at: 49) == [])
    #expect(take(.stop, at: 50) == ["action"])
  }

  @Test func `steps are ticked and unticked, and a restart knows them`() throws {
    var book = IncidentBook()
    var entries: [IncidentEntry] = []
    entries += book.step(.init(alerts: [Self.alert()]), at: Self.at(31)).entries.map(\.entry)
    for (step, isDone, second) in [("a", true, 40.0), ("b", true, 41), ("a", false, 42)] {
      let tick = Self.command(
        .tickStep(
          incident: IncidentID(1), runbook: "ReleaseFailing", step: step, text: "Look at \(step)",
          isDone: isDone))
      entries += book.take(tick, Self.row(tick, at: second)).entries.map(\.entry)
    }
    let ticked = TickedStep(
      runbook: "ReleaseFailing", step: "b", text: "Look at b", by: "ana", at: Self.at(41))
    #expect(book.summaries.map(\.steps) == [[ticked]])
    #expect(book.summaries[0].isTicked("b", of: "ReleaseFailing"))
    let next = IncidentBook(
      book.open.map(\.incident), entries: [IncidentID(1): entries], highest: 1, at: Self.at(50))
    #expect(next == book)
  }

  @Test func `downtime and a clock that is set make no quiet`() {
    var book = IncidentBook()
    _ = book.step(.init(alerts: [Self.alert()]), at: Self.at(31))
    _ = book.step(.init(alerts: []), at: Self.at(100))
    let jump = book.step(clockJump: 7_200, at: Self.at(7_310))
    #expect(jump.entries.map(\.entry.text) == ["clock moved ahead 7200 s"])
    #expect(book.open[0].incident.quietSince == Self.at(7_300))
    #expect(book.step(.init(alerts: []), at: Self.at(7_315)).isEmpty)
    var next = IncidentBook(
      book.open.map(\.incident), entries: [:], highest: 1, at: Self.at(90_000))
    #expect(next.step(.init(alerts: []), at: Self.at(90_005)).isEmpty)
    #expect(!next.step(.init(alerts: []), at: Self.at(91_800)).isEmpty)
  }

  @Test func `an alert that flaps for days fills no disk, and a person is heard all the same`() {
    var book = IncidentBook()
    var lines = 0
    for round in 0..<3_000 {
      let time = Double(round) * 60
      lines +=
        book.step(.init(alerts: [Self.alert(fired: time)]), at: Self.at(time)).entries.count
      lines += book.step(.init(alerts: []), at: Self.at(time + 30)).entries.count
    }
    #expect(lines <= IncidentBook.eventLimit + 2)
    #expect(book.open[0].incident.alerts[0].times == 3_000)
    let note = Self.command(.note(incident: IncidentID(1), model: nil))
    #expect(book.take(note, Self.row(note, at: 200_000)).entries.count == 1)
  }

  @Test func `an incident freezes its model, a person's freeze and thaw are left alone`() throws {
    var book = IncidentBook()
    let thawed = Deployment(
      model: "m", revision: 4, champion: "1", championSince: Self.start)
    _ = book.step(.init(alerts: [Self.alert()]), at: Self.at(31))
    let frozen = try #require(book.frozen(thawed, at: Self.at(31)))
    #expect(frozen.freeze?.incident == IncidentID(1) && frozen.revision == 4)
    #expect(frozen.freeze?.reason == "inc-1 is open: ReleaseFailing (m)")
    #expect(book.frozen(frozen, at: Self.at(32)) == nil)
    #expect(book.take(freezeOf: frozen, at: Self.at(32)).entries.count == 1)
    var byHand = thawed
    byHand.freeze = .init(until: Self.at(100), by: "ana", reason: "release day")
    #expect(book.frozen(byHand, at: Self.at(40)) == nil)
    #expect(book.frozen(byHand, at: Self.at(101))?.freeze?.incident == IncidentID(1))
    var other = thawed
    other.model = "other"
    #expect(book.frozen(other, at: Self.at(40)) == nil)

    var lifted = book
    let unfreeze = Self.command(.unfreeze(model: "m"))
    _ = lifted.take(unfreeze, Self.row(unfreeze, at: 50))
    #expect(lifted.frozen(thawed, at: Self.at(51)) == nil)

    let close = Self.command(.closeIncident(incident: IncidentID(1)))
    _ = book.take(close, Self.row(close, at: 60))
    #expect(book.frozen(frozen, at: Self.at(61)) == thawed)
    #expect(book.frozen(byHand, at: Self.at(61)) == nil)
  }

  @Test func `numbers are not given twice, also where one cannot be read`() {
    var book = IncidentBook([], entries: [:], highest: 41, at: Self.start)
    let open = Self.command(.openIncident(model: nil, title: "the network"))
    _ = book.take(open, Self.row(open, at: 1))
    #expect(book.summaries.map(\.id.number) == [42])
    #expect(book.summaries[0].incident.openedBy == "ana")
  }

  @Test func `incidents are found by model, by whether they are open, and page by page`() {
    var book = IncidentBook()
    for number in 1...5 {
      let model = number % 2 == 0 ? "even" : "odd"
      let open = Self.command(.openIncident(model: model, title: "\(number)"))
      _ = book.take(open, Self.row(open, at: Double(number)))
      guard number < 4 else { continue }
      let close = Self.command(.closeIncident(incident: IncidentID(Int64(number))))
      _ = book.take(close, Self.row(close, at: Double(number)))
    }
    func numbers(_ query: IncidentQuery) -> [Int64] { book.incidents(query).map(\.id.number) }
    #expect(numbers(IncidentQuery()) == [5, 4, 3, 2, 1])
    #expect(numbers(IncidentQuery(model: "odd")) == [5, 3, 1])
    #expect(numbers(IncidentQuery(isOpen: true)) == [5, 4])
    #expect(numbers(IncidentQuery(isOpen: false, before: IncidentID(3), limit: 1)) == [2])
  }
}

extension IncidentEntry.Kind {
  /// Its name on the wire.
  var word: String {
    let json = try? JSONSerialization.jsonObject(with: JSONEncoder().encode(self))
    return (json as? [String: Any])?.keys.first ?? ""
  }
}
