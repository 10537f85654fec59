import Domain
import Testing
import TextUI

@testable import Console

/// What always fires is nothing to do, and what is counted is counted alike everywhere.
struct HeartbeatTests {
  private static let size = Size(width: 120, height: 36)
  private static let watchdog = Sample.alert(
    "Watchdog", severity: "info", value: 1, measure: "vector(1)", summary: "Alerting works",
    since: 240)

  private static func state(_ alerts: [Alert], _ panel: PanelID = .alerts) -> ConsoleState {
    Sample.state(panel, size: size, snapshot: Sample.alerted(alerts), selecting: Selection())
  }

  @Test func `with nothing but a heartbeat no row is under the cursor, and Enter says so`() {
    var hand = Hand(Self.state([Self.watchdog]))
    #expect(hand.state.selectedAlert == nil)
    #expect(hand.text.contains("Nothing fires but the heartbeat. Watchdog always does"))
    #expect(hand.text.contains("● none"))
    hand.press(.enter)
    #expect(!hand.state.alertList.isOpen)
    #expect(hand.text.contains("nothing fires: Watchdog is the heartbeat, Down goes to it"))
    // It is no alert that one could take in hand by mistake.
    hand.press(.character("a"))
    #expect(hand.state.dialog == nil)
    hand.press(.down)
    hand.press(.enter)
    #expect(hand.state.alertList.isOpen && hand.state.regardedAlert?.name == "Watchdog")
  }

  @Test func `a heartbeat stands last, also after what is over`() {
    let over = Sample.alert(
      "LoadShed", ["model": "bikes"], .resolved, since: 700, tookSeconds: 252)
    let state = Self.state([Self.watchdog, over, Sample.burn])
    #expect(
      state.alertGroups.map(\.lead.name) == ["ModelErrorBudgetBurnFast", "LoadShed", "Watchdog"])
    #expect(state.selectedAlert?.lead.name == "ModelErrorBudgetBurnFast")
    #expect(Self.watchdog.standing == "heartbeat")
    // Another of no gravity is one that asks for somebody.
    let info = Sample.alert("Other", severity: "info", measure: "up", since: 10)
    #expect(!info.isHeartbeat)
    #expect(Self.state([info]).selectedAlert?.lead.name == "Other")
  }

  @Test func `header, overview and list count the same in the same words`() throws {
    let disk = Sample.alert("StoreDiskFull", severity: "critical", since: 60)
    let warnings = ["TelemetryDropped", "FeatureDrift"].map { Sample.alert($0, since: 30) }
    func lines(_ panel: PanelID) -> [Substring] {
      view(Self.state([disk, Self.watchdog] + warnings, panel), size: Self.size, look: Look()).text
        .split(separator: "\n")
    }
    let counts = "■ 1 page  ▲ 2 warnings"
    for panel in [PanelID.overview, .alerts] {
      #expect(try #require(lines(panel).first).contains(counts))
      #expect(
        try #require(lines(panel).first { $0.contains("6 alerts") }).contains(" \(counts) "))
    }
  }

  @Test func `what no alert says of is a notice, and counted apart`() throws {
    var snapshot = Sample.alerted([Sample.alert("FeatureDrift", since: 30)])
    snapshot.notices = [Notice(.critical, "telemetry is paused: the disk is full")]
    let state = Sample.state(.overview, size: Self.size, snapshot: snapshot)
    let header = try #require(
      view(state, size: Self.size, look: Look()).text.split(separator: "\n").first)
    #expect(header.contains("▲ 1 warning  ■ 1 notice"))
    // The store's own state is the same matter.
    snapshot.store.paused = "the disk is full"
    let paused = Sample.state(.overview, size: Self.size, snapshot: snapshot)
    let text = view(paused, size: Self.size, look: Look()).text
    #expect(
      !text.contains("notices") && text.contains("■ 1 notice")
        && !text.contains("telemetry is not written"))
    snapshot.notices = []
    let older = Sample.state(.overview, size: Self.size, snapshot: snapshot)
    #expect(
      view(older, size: Self.size, look: Look()).text.contains(
        "telemetry is not written: the disk is full"))
  }
}
