import Console
import Domain
import Testing
import TextUI

struct SignalTests {
  private static let size = Size(width: 120, height: 36)

  private static func hand(rings: Bool = true, notifies: Bool = true) -> Hand {
    var hand = Hand(Sample.state(size: size))
    hand.act(.settings(ConsoleSettings(rings: rings, notifies: notifies)))
    hand.effects = []
    return hand
  }

  private static func signals(_ hand: Hand) -> [ScreenSignal] {
    hand.effects.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
  }

  private static let message =
    "ModelErrorBudgetBurnFast: fraud 31 burns its error budget 63 times too fast"

  @Test func `a new page rings once, also while the panels are paused`() {
    for pauses in [false, true] {
      var hand = Self.hand()
      if pauses { hand.press(.character("p")) }
      for second in 2...9 {
        hand.act(.snapshot(Sample.alerted(at: Sample.at(Double(second)))), after: 1)
      }
      #expect(Self.signals(hand) == [.bell, .notification(Self.message)])
      #expect(hand.text.contains("ModelErrorBudgetBurnFast fires"))
    }
  }

  @Test func `it rings only in the ways that were asked for`() {
    for (rings, notifies) in [(false, false), (true, false), (false, true)] {
      var hand = Self.hand(rings: rings, notifies: notifies)
      hand.act(.snapshot(Sample.alerted()), after: 1)
      #expect(
        Self.signals(hand) == (rings ? [.bell] : [])
          + (notifies ? [.notification(Self.message)] : []))
    }
  }

  @Test func `nobody is called for warnings, for what is quiet, and for what was there before`() {
    var hand = Self.hand()
    hand.act(.snapshot(Sample.alerted(Array(Sample.alerts.dropFirst()))), after: 1)
    var silenced = Sample.burn
    silenced.silencedBy = ["0192-silence"]
    hand.act(.snapshot(Sample.alerted([silenced])), after: 1)
    #expect(Self.signals(hand) == [])
    var fresh = Hand(
      ConsoleState(
        configuration: ConsoleConfiguration(endpoint: "x"),
        settings: ConsoleSettings(rings: true, notifies: true), size: Self.size, now: Sample.now,
        seed: (1, 2)))
    fresh.act(.snapshot(Sample.alerted()))
    #expect(Self.signals(fresh) == [])
  }

  @Test(arguments: [
    (PanelID.overview, "fraud@31"), (.alerts, "\(Sample.burn.id)"), (.timeline, "0192-promote-31"),
    (.latency, "\(Sample.requests(RequestQuery(model: "fraud"))[0].id)"), (.models, "fraud@31"),
  ])
  func `y copies what is selected`(panel: PanelID, text: String) {
    var hand = Hand(Sample.state(panel, size: Self.size))
    hand.press(.character("y"))
    #expect(Self.signals(hand) == [.copy(text)])
    #expect(hand.text.contains(text))
  }

  @Test func `what is copied steers no shell and no terminal, and a terminal that cannot is told`()
  {
    var snapshot = Sample.snapshot()
    snapshot.models[0].name = "x\u{1B}]52;c;aGk=\u{7}\nrm -rf"
    var hand = Hand(
      Sample.state(
        size: Self.size, snapshot: snapshot, selecting: Selection(model: snapshot.models[0].name)))
    hand.press(.character("y"))
    #expect(Self.signals(hand) == [.copy("x\\e]52;c;aGk=\\u{7}\\nrm -rf@7")])
    hand.act(.copied(false))
    #expect(hand.text.contains("not known to let programs copy"))
  }
}
