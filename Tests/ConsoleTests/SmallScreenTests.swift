import Console
import Domain
import Testing
import TextUI

/// The least size, and what a screen of 80 columns must not lose.
struct SmallScreenTests {
  private static let least = Size(width: 60, height: 15)
  private static let usual = Size(width: 80, height: 24)

  @Test(arguments: [PanelID.overview, .latency])
  func `the least size keeps whole the figures that matter most`(_ panel: PanelID) throws {
    let text = Hand(Sample.state(panel, size: Self.least)).text
    try expectSnapshot(text, "\(panel.name)-60x15")
    let figures = panel == .overview ? ["6.31 %", "412 ms", "■ errors"] : ["412 ms"]
    for figure in figures { #expect(text.contains(figure)) }
  }

  /// `P` on a version of a model that is frozen, or in quarantine.
  private static func told(_ version: String, frozen: Bool) -> String {
    var model = Sample.electricity
    if frozen {
      model.deployment.freeze = Deployment.Freeze(
        until: Sample.at(3_600), by: "ana", reason: "nobody is to promote anything over the weekend"
      )
    }
    var hand = Hand(
      Sample.state(
        .models, size: usual, snapshot: Sample.snapshot(models: [model]),
        selecting: Selection(model: "electricity", version: version)))
    hand.press(.character("P"))
    return hand.text
  }

  @Test func `why an act is not possible begins with the key that helps`() {
    #expect(
      Self.told("8", frozen: true).contains("f lifts the freeze first: electricity is frozen"))
    #expect(Self.told("5", frozen: false).contains(" releases it first: electricity 5 is in quar"))
    #expect(Self.told("7", frozen: false).contains("select 8, the challenger: electricity 7 is"))
  }

  @Test func `in a replay the key that leaves it is said first`() {
    var player = ReplayPlayer.live(size: Self.usual)
    player.hand.press(.character("R"))
    #expect(player.text.contains(" leaves the replay: nothing can be done about the past"))
  }
}
