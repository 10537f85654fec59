import Console
import Domain
import Testing
import TextUI

/// What a console shows of incidents, and what its keys do with them.
struct IncidentViewTests {
  private static func hand(
    _ panel: PanelID, open: Bool = true, size: Size = Size(width: 120, height: 36)
  ) -> Hand {
    var snapshot = Sample.alerted(Sample.alerts)
    if open {
      var incident = Incident(
        id: IncidentID(12), model: "fraud", title: "ModelErrorBudgetBurnFast (fraud 31)",
        severity: .critical, openedAt: Sample.at(-14 * 60), openedBy: "vigia",
        detection: IncidentAlert(Sample.burn, at: Sample.now))
      incident.alerts = incident.detection.map { [$0] } ?? []
      snapshot.incidents = [IncidentSummary(incident: incident)]
      let index = snapshot.models.firstIndex { $0.name == "fraud" }!
      snapshot.models[index].deployment.freeze = .init(
        until: Sample.at(86_400), by: "vigia", reason: "inc-12 is open", incident: incident.id)
    }
    snapshot.precedents = [
      IncidentPrecedent(
        alert: Sample.burn.name, count: 4, last: IncidentID(7),
        lastOpenedAt: Sample.at(-9 * 86_400), fix: "rollback")
    ]
    return Hand(
      Sample.state(
        panel, size: size, snapshot: snapshot,
        selecting: panel == .overview ? Selection(model: "fraud", version: "31") : nil))
  }

  @Test(arguments: Size.usual)
  func `an open incident stands in the header, and its freeze does not stand there twice`(
    _ size: Size
  ) throws {
    let hand = Self.hand(.overview, size: size)
    #expect(hand.text.contains(size.width > 100 ? "inc-12 · 14 min" : "inc-12"))
    #expect(hand.text.contains("LIVE  14:02:31"))
    #expect(hand.text.contains("incident inc-12 · 14 min · fraud") == (size.width > 100))
    #expect(!hand.text.contains("frozen fraud until"))
    #expect(!Self.hand(.overview, open: false, size: size).text.contains("incident inc-"))
    try expectSnapshot(hand.text, "incident-overview-\(size.name)")
  }

  @Test func `an alert's page says how often it was seen, and what helped`() throws {
    var hand = Self.hand(.alerts)
    hand.press(.enter)
    #expect(hand.text.contains("seen 4x, last fixed by rollback  (inc-7, "))
    try expectSnapshot(hand.text, "incident-alert-120x36")
  }

  @Test func `n writes what is typed into the model's open incident`() throws {
    var hand = Self.hand(.overview)
    hand.press(.character("n"))
    #expect(hand.text.contains("note on fraud"))
    #expect(hand.text.contains("inc-12, ModelErrorBudgetBurnFast (fraud 31)"))
    hand.type("only 31 fails")
    try expectSnapshot(hand.text, "incident-note-120x36")
    hand.press(.tab, .character("y"))
    let commands = hand.effects.compactMap { effect -> Command? in
      if case .send(let command) = effect { command } else { nil }
    }
    #expect(commands.map(\.action) == [.note(incident: nil, model: "fraud")])
    #expect(commands.map(\.reason) == ["only 31 fails"])
  }

  @Test func `an empty note is not sent`() {
    var hand = Self.hand(.overview)
    hand.press(.character("n"), .tab, .character("y"))
    #expect(hand.text.contains("there is nothing to note yet"))
    #expect(!hand.effects.contains { if case .send = $0 { true } else { false } })
  }

  @Test func `E asks for a draft of the selected model, and says where it is`() {
    var hand = Self.hand(.overview)
    hand.press(.character("E"))
    let asked = hand.effects.compactMap { effect -> String?? in
      if case .exportIncident(nil, let model, _, _) = effect { model } else { nil }
    }
    #expect(asked == [hand.state.selected?.model.name])
    hand.act(.incidentExported(.success("/tmp/exports/inc-12-20261122-140231")))
    #expect(hand.text.contains("draft written as /tmp/exports/inc-12-20261122-140231"))
    hand.act(.incidentExported(.failure(ExportFailure(reason: "there has been no incident"))))
    #expect(hand.text.contains("no draft was written: there has been no incident"))
  }
}
