import Console
import Domain
import Testing
import TextUI

struct ReplayTests {
  private static let size = Size(width: 120, height: 36)
  private static let configuration = ConsoleConfiguration(
    endpoint: "/mnt/dead/metrics.db", isReplay: true, replayWord: "STORE")

  private func hand(_ panel: PanelID) -> Hand {
    Hand(Sample.state(panel, size: Self.size, configuration: Self.configuration))
  }

  @Test func `the header says what past it is, and until when`() {
    let hand = hand(.overview)
    let header = hand.text.split(separator: "\n").first ?? ""
    #expect(header.contains("STORE until 2026-11-22 14:02:31"))
    #expect(!hand.text.contains("LIVE"))
    #expect(!hand.text.contains("PAUSED"))
  }

  @Test func `an act in the store of a dead host says that nobody is there to do it`() {
    var hand = hand(.overview)
    hand.press(.character("R"))
    #expect(hand.text.contains("this store is what a server recorded"))
    #expect(!hand.text.contains("this is a replay"))
    var player = ReplayPlayer.alone(.overview)
    player.hand.press(.character("R"))
    #expect(player.text.contains("this is a replay: nothing can be done about the past"))
  }

  @Test(arguments: Size.usual)
  func `what was measured of the machine is drawn, and what was not recorded is said`(
    _ size: Size
  ) throws {
    let hand = Hand(Sample.state(.system, size: size, configuration: Self.configuration))
    try expectSnapshot(hand.text, "system-past-\(size.name)")
  }

  @Test func `where nothing was measured of the machine it says so`() {
    var player = ReplayPlayer.alone(.system)
    player.tick(after: 2)
    #expect(player.text.contains("nothing of it was recorded in these 15 min"))
  }

  @Test func `the keys that are shown do something in the past`() {
    for panel in PanelID.allCases {
      let hints = hand(panel).text.split(separator: "\n").last ?? ""
      #expect(hints.contains(", back in time"))
      for act in ["roll back", "promote", "split", "acknowledge", "silence", "pause", "go on"] {
        #expect(!hints.contains(act), "\(panel.name): \(hints)")
      }
    }
  }

  @Test func `no clock runs in it, and nothing waits for one`() {
    var hand = hand(.latency)
    let before = hand.text
    hand.act(.tick, after: 86_400)
    #expect(hand.text == before)
    #expect(hand.state.patience == nil)
  }

  @Test func `the cursor stands at the end, walks back past the edge, and returns with 0`() throws {
    var hand = hand(.latency)
    let end = try #require(hand.state.cursor)
    #expect((Sample.now.seconds - 5...Sample.now.seconds).contains(end))
    for _ in 0..<200 { hand.press(.character(",")) }
    let back = try #require(hand.state.cursor)
    #expect(back < end - TimeSpan.fiveMinutes.seconds)
    hand.press(.character("0"))
    #expect(hand.state.cursor == end)
    hand.press(.character("p"))
    #expect(hand.text.contains("nothing goes on in it"))
    #expect(hand.text.contains("STORE until"))
  }

  @Test func `acts are refused, and rows after the last sample are listed`() {
    var hand = hand(.overview)
    hand.press(.character("R"))
    #expect(hand.asking == nil)
    #expect(hand.text.contains("nothing can be done about the past"))
    // The ledger goes on for a moment longer than the telemetry.
    let state = Sample.state(
      .timeline, size: Self.size, snapshot: Sample.snapshot(at: Sample.at(-200)),
      configuration: Self.configuration)
    #expect(state.pause?.at == Sample.at(-200))
    #expect(state.timelineEntries.first == Sample.promotion)
  }
}
