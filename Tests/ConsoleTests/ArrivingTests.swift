import Console
import Domain
import Testing
import TextUI

/// A console that was opened from the words of a page.
struct ArrivingTests {
  private static func hand(
    _ place: Destination.Place, at time: Timestamp? = nil,
    _ snapshot: SystemSnapshot = Sample.alerted(), size: Size = Size(width: 120, height: 36)
  ) -> Hand {
    Hand(
      Sample.state(
        .overview, size: size, snapshot: snapshot,
        configuration: ConsoleConfiguration(
          endpoint: "unix:/run/vigia.sock", destination: Destination(place, time: time))))
  }

  private static func incident(_ alerts: [Alert], model: String? = "fraud") -> SystemSnapshot {
    var snapshot = Sample.alerted()
    var incident = Incident(
      id: IncidentID(12), model: model, title: "ModelErrorBudgetBurnFast (fraud 31)",
      severity: .critical, openedAt: Sample.at(-840), openedBy: "vigia")
    incident.alerts = alerts.map { IncidentAlert($0, at: Sample.now) }
    snapshot.incidents = [IncidentSummary(incident: incident)]
    return snapshot
  }

  @Test func `the words of a page are read, and others are told apart`() {
    #expect(
      Destination.place("alert/00000000000000ff") == .success(.alert(AlertID("00000000000000ff")!)))
    #expect(Destination.place("incident/inc-12") == .success(.incident(IncidentID(12))))
    for panel in PanelID.allCases {
      #expect(Destination.place(panel.name) == .success(.panel(panel)))
      #expect(Destination.place("\(panel.key)") == .success(.panel(panel)))
    }
    for text in ["alert/", "alert/12", "alert/00000000000000fg", "alert/00000000000000ff/x"] {
      #expect(Destination.place(text) == .failure(.noAlertID(text)))
    }
    for text in ["incident/12", "incident/inc-0", "incident/"] {
      #expect(Destination.place(text) == .failure(.noIncidentID(text)))
    }
    for text in ["", "latencies", "alert", "models/x", "/"] {
      #expect(Destination.place(text) == .failure(.unknown(text)))
    }
  }

  @Test(arguments: Size.usual)
  func `an alert's words open it with its page`(_ size: Size) throws {
    let hand = Self.hand(.alert(Sample.burn.id), size: size)
    #expect(hand.state.panel == .alerts && hand.state.alertList.isOpen)
    #expect(hand.state.selectedAlert?.lead.id == Sample.burn.id)
    // As after 6 and Enter.
    var walked = Hand(Sample.state(.overview, size: size, snapshot: Sample.alerted()))
    walked.press(.character("6"), .enter, after: 0)
    #expect(hand.state.alertList.selected == walked.state.alertList.selected)
    #expect(hand.state.alertList.reading?.query == walked.state.alertList.reading?.query)
    #expect(walked.state.alertList.reading != nil)
  }

  @Test func `a consequence opens the cause's line, and its own page`() throws {
    let slow = try #require(Sample.alerts.first { $0.name == "ModelLatencyBudgetBurn" })
    let hand = Self.hand(.alert(slow.id))
    #expect(hand.state.selectedAlert?.lead.id == Sample.burn.id)
    #expect(hand.effects.isEmpty)
    #expect(
      hand.state.alertList.reading?.query
        == .page(forAlert: "ModelLatencyBudgetBurn", model: "fraud"))
  }

  @Test(arguments: Size.usual)
  func `an alert that is gone is said, beside those there are`(_ size: Size) throws {
    let hand = Self.hand(.alert(AlertID("00000000000000ff")!), size: size)
    #expect(hand.state.panel == .alerts && !hand.state.alertList.isOpen)
    #expect(hand.text.contains("no alert 00000000000000ff now: over, or another server's"))
    try expectSnapshot(hand.text, "arriving-gone-\(size.name)")
  }

  @Test func `an alert that is over and still in an incident is told with its name`() {
    var gone = Sample.alert("SlowAnswers", ["model": "fraud"], summary: "slow", since: 4_000)
    gone.labels["severity"] = "critical"
    gone.id = AlertID(gone.labels)
    let hand = Self.hand(.alert(gone.id), Self.incident([gone]))
    #expect(hand.text.contains("SlowAnswers is over; it was in inc-12, which is open"))
    #expect(hand.state.selection.model == "fraud")
  }

  @Test func `an incident's words open the alert of it that fires`() {
    let over = Sample.alert("SlowAnswers", ["model": "fraud"], summary: "slow", since: 4_000)
    let hand = Self.hand(.incident(IncidentID(12)), Self.incident([over, Sample.burn]))
    #expect(hand.state.selectedAlert?.lead.id == Sample.burn.id)
    #expect(hand.state.alertList.isOpen)
    let quiet = Self.hand(.incident(IncidentID(12)), Self.incident([over]))
    #expect(quiet.state.panel == .alerts && !quiet.state.alertList.isOpen)
    #expect(quiet.text.contains("inc-12 is open, and none of its alerts is here any more"))
  }

  @Test func `a closed incident is replayed, and one that is none is said to be none`() {
    // The sample's source has one, and one alone.
    var none = Self.hand(.incident(IncidentID(3)))
    #expect(none.state.panel == .timeline)
    none.act(.tick, after: 1)
    #expect(none.text.contains("inc-3 cannot be replayed: there is no such incident"))
    var hand = Self.hand(.incident(IncidentID(12)))
    hand.act(.tick, after: 1)
    #expect(hand.text.contains("REPLAY inc-12"))
  }

  @Test func `a panel opens at the moment that was asked for, paused, with what came after`() {
    let hand = Self.hand(.panel(.latency), at: Sample.at(-1_200))
    #expect(hand.state.panel == .latency)
    #expect(hand.state.pause != nil)
    let span = hand.state.chartSpan
    #expect(span.column(of: Sample.at(-1_200).seconds) != nil)
    #expect(span.column(of: Sample.at(-1_160).seconds) != nil)
    #expect(hand.state.cursor == Sample.at(-1_200).seconds)
    let ahead = Self.hand(.panel(.latency), at: Sample.at(60))
    #expect(ahead.state.pause == nil)
    #expect(ahead.text.contains("that moment is still to come"))
  }

  @Test func `whoever has gone elsewhere is left there when the connection comes back`() {
    var hand = Self.hand(.alert(Sample.burn.id))
    hand.press(.escape, .character("2"))
    hand.act(.connectionLost(reason: "gone"))
    hand.act(.snapshot(Sample.alerted()))
    #expect(hand.state.panel == .latency)
  }
}
