import Domain
import Foundation
import Testing

@Suite struct IncidentTests {
  @Test func `an incident's id reads as it is written`() {
    #expect(IncidentID(12).description == "inc-12")
    #expect(IncidentID("inc-12") == IncidentID(12))
    #expect(IncidentID("inc-999999999999999999")?.number == 999_999_999_999_999_999)
    #expect(IncidentID(9) < IncidentID(10))
  }

  @Test(arguments: [
    "", "inc-", "inc-0", "inc--1", "inc-01", "inc-+1", "INC-1", "12", "inc-1 ", "inc-٣",
    "inc-1000000000000000000", "inc-99999999999999999999",
  ])
  func `anything else is no incident's id`(_ text: String) {
    #expect(IncidentID(text) == nil)
    let json = Data(#"["\#(text)"]"#.utf8)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([IncidentID].self, from: json)
    }
  }

  @Test(arguments: [
    IncidentEntry.Kind.opened, .alertFired(id: AlertID(["a": "b"]), name: "A"),
    .alertResolved(id: AlertID([:]), name: "A"),
    .acknowledged(id: AlertID([:]), isTakenBack: true), .silenced(id: "s", isEnded: false),
    .stepTicked(runbook: "A", step: "0f", isDone: true),
    .action(
      act: .init(
        commandID: CommandID(random: (1, 2)), name: "rollback", outcome: .done, from: "2", to: "1",
        evidence: "{}")), .freeze(isOn: true), .note, .configuration, .clock(seconds: -7_200),
    .closed,
  ])
  func `each kind of entry comes back from the wire`(_ kind: IncidentEntry.Kind) throws {
    let entry = IncidentEntry(
      time: Timestamp(seconds: 5), actor: "ana", text: "a\u{1b}[31mb", kind: kind)
    let data = try JSONEncoder().encode(entry)
    #expect(try JSONDecoder().decode(IncidentEntry.self, from: data) == entry)
    #expect(!String(decoding: data, as: UTF8.self).contains("_0"))
  }

  @Test func `times are counted from the begin and from the opening`() {
    var incident = Incident(
      id: IncidentID(1), model: "m", title: "A", severity: .critical,
      openedAt: Timestamp(seconds: 130), openedBy: "vigia",
      detection: IncidentAlert(
        id: AlertID([:]), name: "A", severity: .critical, summary: "",
        activeAt: Timestamp(seconds: 100), firedAt: Timestamp(seconds: 130)))
    #expect(incident.timeToDetect == 30)
    func sign(_ name: String, at second: Int64, of model: String? = "m") -> IncidentAlert {
      IncidentAlert(
        id: AlertID(["alertname": name]), name: name, model: model, severity: .warning,
        summary: "", activeAt: Timestamp(seconds: second), firedAt: Timestamp(seconds: 140))
    }
    // What came later, is of another model, or has been so for longer is no first sign.
    incident.alerts = [sign("L", at: 120), sign("O", at: 90, of: "n"), sign("D", at: -900)]
    #expect(incident.timeToDetect == 30)
    incident.alerts.append(sign("F", at: 95))
    #expect(incident.timeToDetect == 35 && incident.firstSign?.name == "F")
    incident.changedAt = Timestamp(seconds: 88)
    #expect(incident.timeToDetect == 42)
    #expect(incident.timeToAcknowledge == nil)
    incident.acknowledgedAt = Timestamp(seconds: 160)
    incident.mitigation = .init(
      at: Timestamp(seconds: 230), commandID: CommandID(random: (1, 2)), action: "rollback",
      by: "ana")
    #expect(incident.timeToAcknowledge == 30)
    #expect(incident.timeToMitigate == 100)
    #expect(incident.isOpen)
  }

  @Test func `a precedent says how often and what helped`() {
    var precedent = IncidentPrecedent(
      alert: "A", count: 4, last: IncidentID(3), lastOpenedAt: Timestamp(seconds: 1))
    #expect(precedent.words == "seen 4x")
    precedent.fix = "rollback"
    #expect(precedent.words == "seen 4x, last fixed by rollback")
  }
}
