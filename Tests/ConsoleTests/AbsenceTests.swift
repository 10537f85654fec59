import Console
import Domain
import Testing
import TextUI

struct AbsenceTests {
  /// Fires while nobody looks.
  private static var burn: Alert {
    var burn = Sample.burn
    (burn.activeAt, burn.firedAt) = (Sample.at(320), Sample.at(380))
    return burn
  }

  /// A console at which nobody pressed a key for an hour, in which an alert fired and was over.
  private static func away(
    _ size: Size = Size(width: 120, height: 36), seconds: Double = 3_600
  ) -> Hand {
    var hand = Hand(Sample.state(size: size))
    hand.press(.down)
    var shed = Sample.alert(
      "LoadShed", ["model": "bikes"], summary: "bikes sheds 4 % of its requests", since: -60)
    hand.act(.snapshot(Sample.alerted([shed], at: Sample.at(hand.seconds + 100))), after: 100)
    shed.state = .resolved
    shed.resolvedAt = Sample.at(360)
    hand.act(.snapshot(Sample.alerted([shed, Self.burn], at: Sample.at(400))), after: 300)
    // The server forgets what is over for a while.
    let last = Sample.alerted([Self.burn], at: Sample.at(hand.seconds + seconds - 500))
    hand.act(.snapshot(last), after: seconds - 500)
    return hand
  }

  private static func audit(_ hand: inout Hand) {
    var rollback = Sample.audit[2]
    rollback.sequence = 42
    rollback.time = Sample.at(1_200)
    var recovered = Sample.audit[3]
    recovered.sequence = 43
    recovered.time = Sample.at(1_241)
    recovered.action = "recovered"
    recovered.summary = "electricity recovered 41 s after the rollback to 6"
    var reference = recovered
    reference.sequence = 44
    reference.action = "reference"
    reference.model = "electricity"
    reference.summary = "reference of 6 made"
    var next = Sample.alerted([Self.burn], at: Sample.at(hand.seconds))
    next.auditHead = 44
    hand.act(.snapshot(next), after: 1)
    for case .ask(let slot, let question) in hand.effects {
      guard case .audit = question else { continue }
      hand.act(
        .answered(
          slot, question, .success(.audit([reference, recovered, rollback] + Sample.audit))))
    }
  }

  @Test func `where the timeline has no column for the model, each row names it`() {
    for (width, isNamed) in [(100, true), (200, false)] {
      var hand = Hand(Sample.state(.timeline, size: Size(width: width, height: 36)))
      Self.audit(&hand)
      #expect(hand.text.contains("electricity: reference of 6 made") == isNamed, "\(hand.text)")
    }
  }

  @Test func `whoever comes back is told what happened, until Esc`() throws {
    var hand = Self.away()
    Self.audit(&hand)
    #expect(!hand.text.contains("since you last looked"))
    hand.press(.down)
    for expected in [
      "since you last looked", "fires  ModelErrorBudgetBurnFast of fraud 31",
      "done  electricity was rolled back from 5 to 6  by ana",
      "recovered  electricity recovered 41 s", "over  LoadShed of bikes, took",
    ] {
      #expect(hand.text.contains(expected), "\(expected) is not in\n\(hand.text)")
    }
    #expect(hand.state.absenceEntries.count == 3)
    try expectSnapshot(hand.text, "absence-120x36")
    hand.press(.escape)
    #expect(!hand.text.contains("since you last looked"))
    hand.press(.down)
    #expect(!hand.text.contains("since you last looked"))
  }

  @Test func `on a small screen it leaves room for the models`() throws {
    var hand = Self.away(Size(width: 80, height: 24))
    hand.press(.down)
    // The overview of this size has no list of changes: now it asks for them.
    Self.audit(&hand)
    #expect(hand.text.contains("and 2 more"))
    try expectSnapshot(hand.text, "absence-80x24")
  }

  @Test func `a quarter of an hour is no absence, and one without events says so`() {
    var short = Self.away(seconds: 890)
    short.press(.down)
    #expect(!short.text.contains("since you last looked"))
    var calm = Hand(Sample.state(size: Size(width: 120, height: 36)))
    calm.press(.down)
    calm.press(.down, after: 1_000)
    #expect(calm.text.contains("no alert fired, and nobody changed anything"))
  }

  @Test func `what fired before the last look is no news, though no snapshot came before it`() {
    var hand = Hand(Sample.state(size: Size(width: 120, height: 36), answers: false))
    hand.press(.down)
    hand.act(.snapshot(Sample.alerted([Sample.burn], at: Sample.at(100))), after: 100)
    hand.act(.snapshot(Sample.alerted([Sample.burn], at: Sample.at(1_200))), after: 1_100)
    hand.press(.down)
    #expect(hand.text.contains("since you last looked"))
    #expect(!hand.text.contains("fires  ModelErrorBudgetBurnFast"))
  }

  @Test func `a new console knows when the user looked at an earlier one`() {
    func opened(lastLook: Timestamp?) -> String {
      let configuration = ConsoleConfiguration(endpoint: "x", lastLook: lastLook)
      return view(
        Sample.state(
          size: Size(width: 120, height: 36), snapshot: Sample.alerted(),
          configuration: configuration), size: Size(width: 120, height: 36), look: Look()
      ).text
    }
    #expect(!opened(lastLook: nil).contains("since you last looked"))
    #expect(!opened(lastLook: Sample.at(-600)).contains("since you last looked"))
    let text = opened(lastLook: Sample.at(-1_000))
    #expect(text.contains("since you last looked"))
    #expect(text.contains("fires  ModelErrorBudgetBurnFast of fraud 31"))
    #expect(text.contains("over  LoadShed of bikes"))
    #expect(text.contains("done  fraud 31 was promoted (was 30)  by ci"))
    // They fired before.
    #expect(!text.contains("fires  FeatureDrift"))
  }

  @Test func `looks are told at most once a minute`() {
    var hand = Hand(Sample.state(size: Size(width: 80, height: 24)))
    for _ in 0..<150 { hand.press(.down, after: 1) }
    #expect(hand.effects.filter { if case .looked = $0 { true } else { false } }.count == 3)
  }
}
