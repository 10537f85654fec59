import Console
import Domain
import Testing
import TextUI

/// The question before a silence: what it fits is typed, read and counted before anything is sent.
struct SilenceDialogTests {
  private static func hand(_ alerts: [Alert] = Sample.alerts, matchers: String? = nil) -> Hand {
    var hand = Hand(
      Sample.state(
        .alerts, size: Size(width: 120, height: 36), snapshot: Sample.alerted(alerts)))
    hand.press(.character("s"))
    if let matchers {
      hand.press(.tab, .control("u"))
      hand.type(matchers, after: 0.1)
    }
    return hand
  }

  private static func sent(_ hand: Hand) -> [AlertMatcher]? {
    guard case .send(let command)? = hand.sent.last, case .silence(let matchers, _) = command.action
    else { return nil }
    return matchers
  }

  @Test func `the field holds what is silenced, and takes another rule of matchers`() {
    var hand = Self.hand()
    #expect(hand.asking?.text(.matchers) == "alertname=ModelErrorBudgetBurnFast, model=fraud")
    #expect(hand.text.contains("fits 1 alert that fires now"))
    hand.press(.tab)
    hand.type(#", version!="30", severity=~page|critical"#, after: 0.1)
    #expect(hand.sent.isEmpty)
    hand.press(.enter, .character("y"))
    #expect(
      Self.sent(hand)?.map(\.description) == [
        "alertname=ModelErrorBudgetBurnFast", "model=fraud", "version!=30",
        "severity=~page|critical",
      ])
  }

  @Test func `what it fits is counted while it is typed, by pattern too`() {
    #expect(Self.hand(matchers: "model=fraud").text.contains("fits 3 alerts that fire now"))
    #expect(
      Self.hand(matchers: "alertname=~.+").text.contains(
        "fits 6 alerts that fire now, and 1 that is pending"))
    #expect(
      Self.hand(matchers: "alertname=LoadShed").text.contains("fits no alert that fires now"))
  }

  @Test func `one that leaves out the alert in hand says so before it is confirmed`() throws {
    var hand = Self.hand(matchers: "model=bikes")
    #expect(hand.text.contains("leaves out ModelErrorBudgetBurnFast of fraud 31"))
    try expectSnapshot(hand.text, "dialog-silence-other")
    hand.press(.enter, .character("y"))
    #expect(Self.sent(hand)?.map(\.description) == ["model=bikes"])
    #expect(!Self.hand(matchers: "model!=bikes, alertname=~M.*").text.contains("from which"))
  }

  @Test(arguments: [
    ("fraud", "found fraud"), ("", "found nothing"), ("model=\"fraud", "found model=\"fraud"),
    ("model=~(", "found model=~(: missing closing )"),
    ("severity!=critical", "these fit whatever fires"),
  ])
  func `matchers that are none say what was expected and found, and nothing is sent`(
    line: String, found: String
  ) throws {
    var hand = Self.hand(matchers: line)
    #expect(hand.text.contains("expected"))
    // A sentence that is broken over lines is read as one.
    let words = hand.text.split { "│ \n".contains($0) }.joined(separator: " ")
    #expect(words.contains(found))
    #expect(!hand.text.contains("fits "))
    hand.press(.enter, .character("y"))
    #expect(hand.sent.isEmpty && hand.state.dialog != nil)
    #expect(hand.text.contains("the matchers are not right yet: Tab, then mend them"))
    if line == "fraud" { try expectSnapshot(hand.text, "dialog-silence-fault") }
  }

  @Test func `what others do meanwhile keeps what was typed`() {
    var hand = Self.hand(matchers: "model=fraud")
    var alerts = Sample.alerts
    alerts[0].acknowledgement = Acknowledgement(by: "bo", at: Sample.at(2))
    hand.act(.snapshot(Sample.alerted(alerts, at: Sample.at(2))), after: 1)
    #expect(hand.asking?.text(.matchers) == "model=fraud")
    hand.press(.enter)
    hand.press(.character("y"), after: 3)
    #expect(Self.sent(hand)?.map(\.description) == ["model=fraud"])
  }

  @Test func `labels that hold commas and quotes are filled in so that they are read back`() throws
  {
    let odd = Sample.alert("Slow, \"very\"", ["model": "a b"], since: 9)
    var hand = Self.hand([odd])
    #expect(hand.text.contains("fits 1 alert that fires now"))
    hand.press(.character("y"))
    let matchers = try #require(Self.sent(hand))
    #expect(matchers.map(\.value) == [odd.name, "a b"])
  }
}
