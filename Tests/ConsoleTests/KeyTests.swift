import Console
import Domain
import Foundation
import Testing
import TextUI

struct KeyTests {
  private static let size = Size(width: 120, height: 36)

  @Test func `keys are told apart within each panel`() {
    for panel in PanelID.allCases {
      var seen: Set<Key> = []
      for binding in Keymap().bindings
      where binding.panels.isEmpty || binding.panels.contains(panel) {
        for key in binding.keys { #expect(seen.insert(key).inserted, "\(key) twice in \(panel)") }
      }
    }
  }

  @Test func `hint bars show six to eight keys, help last`() {
    for panel in PanelID.allCases {
      let hints = Keymap().hints(for: panel)
      #expect((6...8).contains(hints.count), "\(panel)")
      #expect(hints.last?.keys == "?")
    }
  }

  @Test func `a key of other panels says where it works`() {
    var hand = Hand(Sample.state(.traffic, size: Size(width: 120, height: 36)))
    hand.press(.character("v"))
    #expect(hand.text.contains("v works on 2 latency and 4 drift"))
    hand.press(.character("x"))
    #expect(hand.text.contains("x works on 6 alerts and 7 runbooks"))
    hand.press(.character("Z"))
    #expect(hand.text.contains("Z works on 9 timeline"))
    hand.press(.character("w"))
    #expect(hand.text.contains("w has no meaning; ? lists the keys"))
    #expect(hand.state.panel == .traffic)
  }

  @Test func `digits and letters switch panels`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.press(.character("3"))
    #expect(hand.state.panel == .traffic)
    hand.press(.character("4"))
    #expect(hand.state.panel == .drift)
    hand.press(.character("5"))
    #expect(hand.state.panel == .experiment)
    hand.press(.character("B"))
    #expect(hand.state.panel == .business)
    hand.press(.character("6"))
    #expect(hand.state.panel == .alerts)
    hand.press(.character("7"))
    #expect(hand.state.panel == .runbooks)
  }

  @Test func `the map beside the models follows the cursor when it rests`() {
    let size = Size(width: 160, height: 50)
    var hand = Hand(Sample.state(size: size, selecting: Selection(model: "electricity")))
    #expect(hand.text.contains("2 latency  electricity"))
    hand.press(.down, after: 0.1)
    hand.press(.down, after: 0.1)
    hand.press(.down, after: 0.1)
    #expect(hand.state.selected?.model.name == "fraud")
    #expect(hand.text.contains("2 latency  electricity"))
    let patience = hand.state.patience
    #expect(patience.map { $0 > .milliseconds(250) && $0 < .milliseconds(350) } == true)
    hand.act(.tick, after: 0.31)
    #expect(hand.text.contains("2 latency  fraud"))
  }

  @Test func `a paused console asks for news alone, and for all when something is asked`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    func paces(_ effects: [Effect]) -> [StreamPace] {
      effects.compactMap { if case .follow(let pace) = $0 { pace } else { nil } }
    }
    hand.press(.character("p"))
    #expect(paces(hand.effects) == [.calm])
    #expect(hand.state.patience == nil)
    hand.press(.character("R"))
    #expect(paces(hand.effects) == [.calm, .live])
    hand.press(.escape)
    #expect(paces(hand.effects) == [.calm, .live, .calm])
    #expect(hand.state.patience.map { $0 > .seconds(10) && $0 < .seconds(13) } == true)
    hand.act(.tick, after: 12.1)
    #expect(hand.state.patience == nil)
    #expect(!hand.text.contains("nothing was done"))
    hand.press(.character("p"))
    #expect(paces(hand.effects).last == .live)
  }

  @Test func `the selection follows the object when rows move`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.act(
      .snapshot(Sample.snapshot(models: [Sample.fraud(), Sample.bikes, Sample.electricity])))
    #expect(hand.state.selected?.model.name == "fraud")
    #expect(hand.state.selected?.version == "31")
  }

  @Test func `a version that left the traffic hands over to its champion`() {
    var model = Sample.fraud()
    model.deployment.champion = "30"
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.act(.snapshot(Sample.snapshot(models: [Sample.electricity, model])))
    #expect(hand.state.selected?.version == "30")
  }

  @Test func `arrows walk the rows and stop at the ends`() {
    var hand = Hand(
      Sample.state(size: KeyTests.size, selecting: Selection(model: "electricity", version: "7")))
    hand.press(.up, .down, .character("j"))
    #expect(hand.state.selection == Selection(model: "electricity", version: "9"))
    hand.press(.down, .down, .down, .down)
    #expect(hand.state.selection.model == "bikes")
    hand.press(.home)
    #expect(hand.state.selection == Selection(model: "electricity", version: "7"))
  }

  @Test func `a warning waits for the end of the pause, a page does not`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.press(.character("p"))
    hand.act(.tick, after: 30)
    let before = hand.text
    var warned = Sample.snapshot(notices: [Domain.Notice(.warning, "the clock jumped")])
    hand.act(.snapshot(warned), after: 1)
    #expect(hand.text == before)
    warned.notices.append(Domain.Notice(.critical, "the ledger is damaged"))
    hand.act(.snapshot(warned), after: 1)
    #expect(hand.text.contains("the ledger is damaged"))
    #expect(!hand.text.contains("the clock jumped"))
    hand.press(.character("p"))
    #expect(hand.text.contains("the clock jumped"))
  }

  @Test func `a paused picture stands still while collection goes on`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.press(.character("p"))
    hand.act(.tick, after: 30)
    let before = hand.text
    #expect(before.contains("PAUSED at 14:02:33"))
    var model = Sample.fraud()
    model.versions[2].recent.requestRate = 999
    for second in 1...5 {
      hand.act(
        .snapshot(Sample.snapshot(models: [model], at: Sample.at(Double(30 + second)))), after: 1)
      #expect(hand.text == before)
    }
    #expect(hand.state.patience == nil)
    hand.press(.character("p"))
    #expect(hand.text.contains("LIVE"))
    #expect(hand.text.contains("999"))
  }

  @Test func `the cursor names a moment and can shift a paused picture`() {
    var hand = Hand(Sample.state(.latency, size: KeyTests.size))
    hand.press(.character(","))
    let newest = hand.state.cursor
    hand.press(.character(","))
    #expect(hand.state.cursor == newest.map { $0 - hand.state.chartSpan.step })
    hand.press(.character("p"))
    let left = hand.state.chartSpan.from
    for _ in 0..<70 { hand.press(.character(",")) }
    #expect(hand.state.chartSpan.from < left)
    hand.press(.character("0"))
    #expect(hand.state.cursor == nil)
    #expect(hand.state.pause == nil)
  }

  @Test(arguments: [PanelID.overview, .models, .experiment])
  func `tables of a paused picture are of what is under the cursor, and what is done is of now`(
    _ panel: PanelID
  ) throws {
    let snapshot = Sample.snapshot(models: Sample.judgedModels(.major))
    var hand = Hand(Sample.state(panel, size: KeyTests.size, snapshot: snapshot))
    hand.press(.character("p"))
    for _ in 0..<4 { hand.press(.character(",")) }
    let cursor = try #require(hand.state.cursor)
    let moment = Timestamp(seconds: cursor + hand.state.chartSpan.step)
    let utc = Wall(offset: 0)
    #expect(hand.text.contains("cursor \(utc.time(Timestamp(seconds: cursor)))"))
    // One question at a time: the first was of a place that the cursor went past.
    var answered = 0
    var asked: [Timestamp] = []
    for _ in 0..<3 {
      hand.act(.tick, after: 2)
      let effects = hand.effects[answered...]
      answered = hand.effects.count
      for case .ask(let slot, let question) in effects {
        guard case .past(let query) = question else { continue }
        asked.append(query.at)
        var past = Sample.snapshot(models: Sample.judgedModels(.ok), at: query.at)
        for model in past.models.indices {
          for version in past.models[model].versions.indices {
            past.models[model].versions[version].recent.requestRate = 777
          }
        }
        hand.act(.answered(slot, question, .success(.past(past))))
      }
    }
    #expect(asked.last == moment)
    #expect(hand.text.contains("at \(utc.time(moment))"))
    #expect(hand.text.contains("777"))
    hand.press(.character("R"))
    #expect(hand.state.status?.text.contains("nothing can be done about the past") != true)
    hand.press(.escape, after: 1)
    hand.press(.character("0"))
    #expect(!hand.text.contains("cursor"))
  }

  @Test func `the list of alerts of a paused picture is of what is under the cursor`() throws {
    var hand = Hand(Sample.state(.alerts, size: KeyTests.size))
    hand.press(.character("p"))
    for _ in 0..<4 { hand.press(.character(",")) }
    hand.act(.tick, after: 2)
    let asked = hand.state.board.entries.first { $0.key == .past }?.value.question
    guard case .past(let query)? = asked else {
      Issue.record("nothing was asked of the past")
      return
    }
    var past = Sample.snapshot(models: Sample.judgedModels(.ok), at: query.at)
    past.alerts = []
    hand.act(.answered(.past, .past(query), .success(.past(past))))
    #expect(hand.text.contains("alerts  at \(Wall(offset: 0).time(query.at))"))
    #expect(hand.text.contains("no alert fired then"))
  }

  @Test func `a panel with a shorter span shows the cursor too, and the longer one is as it was`()
    throws
  {
    var hand = Hand(Sample.state(.system, size: KeyTests.size))
    hand.press(.character("p"))
    let long = hand.state.chartSpan
    for _ in 0..<60 { hand.press(.character(",")) }
    let cursor = try #require(hand.state.cursor)
    #expect(long.column(of: cursor) != nil)
    hand.press(.character("3"))
    #expect(hand.state.chartSpan.column(of: cursor) != nil)
    #expect(hand.state.sparklineSpan.column(of: cursor) != nil)
    hand.press(.character("1"))
    #expect(hand.state.chartSpan.column(of: cursor) != nil)
    #expect(hand.state.cursorMoment != nil)
    hand.press(.character("Y"))
    #expect(hand.state.chartSpan == long)
  }

  @Test(arguments: [
    (PanelID.overview, "the table is of now; p pauses"), (.alerts, "the table is of now; p pauses"),
    (.business, "does not follow the cursor"), (.runbooks, "do not follow the cursor"),
  ])
  func `what does not follow the cursor is said when it is moved`(_ panel: PanelID, _ words: String)
  {
    var hand = Hand(Sample.state(panel, size: KeyTests.size))
    hand.press(.character(","))
    #expect(hand.state.cursor != nil)
    #expect(hand.text.contains(words))
  }

  @Test func `marks are jumped to`() {
    var hand = Hand(Sample.state(.latency, size: KeyTests.size))
    hand.press(.character("<"))
    #expect(hand.state.cursor == Sample.at(-180).seconds)
    hand.press(.character("<"))
    #expect(hand.state.status?.text.contains("no other change") == true)
  }

  @Test func `zoom is shared and ends at both ends`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.press(.character("+"))
    #expect(hand.state.span == .fiveMinutes)
    for _ in 0..<6 { hand.press(.character("-")) }
    #expect(hand.state.span == .day)
    #expect(hand.text.contains("REQ/S  24 h"))
  }

  @Test func `times switch between local and UTC with their offset`() throws {
    let configuration = ConsoleConfiguration(
      endpoint: "here", zone: try #require(TimeZone(secondsFromGMT: 7_200)))
    var hand = Hand(Sample.state(size: KeyTests.size, configuration: configuration))
    #expect(hand.text.contains("16:02:31 +02:00"))
    hand.press(.character("u"))
    #expect(hand.text.contains("14:02:33 +00:00"))
  }

  @Test func `dates are right at leap days and before 1970`() {
    let utc = Wall(offset: 0)
    #expect(utc.dateAndTime(Timestamp(seconds: 0)) == "1970-01-01 00:00:00")
    #expect(utc.dateAndTime(Timestamp(seconds: -1)) == "1969-12-31 23:59:59")
    #expect(utc.dateAndTime(Timestamp(seconds: 951_827_696)) == "2000-02-29 12:34:56")
    #expect(Wall(offset: -12_600).zone(at: Sample.now) == "-03:30")
    #expect(
      [-259_201, -259_200, 0, 345_600].map { utc.weekday(Timestamp(seconds: $0)) } == [6, 0, 3, 0])
    // In Auckland the Monday had begun while it was Sunday noon in Greenwich.
    let east = Wall(offset: 46_800)
    #expect(east.weekday(Timestamp(seconds: 302_400)) == 0)
    #expect(east.startOfDay(Timestamp(seconds: 302_400)) == 298_800)
  }

  @Test func `an attached console quits at once, a hosting one asks`() {
    var attached = Hand(Sample.state(size: KeyTests.size))
    attached.press(.character("q"))
    #expect(attached.state.exit == .detach)

    let configuration = ConsoleConfiguration(
      endpoint: "this process", hostsServer: true, attachCommand: "vigia console --attach unix:x")
    var hosting = Hand(Sample.state(size: KeyTests.size, configuration: configuration))
    hosting.press(.character("q"))
    #expect(hosting.state.exit == nil)
    #expect(hosting.text.contains("pid 4711"))
    #expect(hosting.text.contains("vigia console --attach unix:x"))
    var stopping = hosting
    var hasty = Hand(Sample.state(size: KeyTests.size, configuration: configuration))
    hasty.press(.down, .character("q"), .character("x"), .character("y"), after: 0.4)
    #expect(hasty.state.exit == nil)
    #expect(hasty.text.contains("pause for a second, then y"))
    hasty.press(.character("y"))
    #expect(hasty.state.exit == .stop)
    hosting.press(.enter)
    #expect(hosting.state.exit == .detach)
    stopping.press(.character("x"))
    #expect(stopping.state.exit == nil)
    #expect(stopping.text.contains("734 req/s"))
    stopping.press(.character("y"))
    #expect(stopping.state.exit == .stop)
  }

  @Test func `a hang-up and a request to end are told apart`() {
    var hand = Hand(Sample.state(size: KeyTests.size))
    hand.batch([.hangUp])
    #expect(hand.state.exit == .hangUp)
    var other = Hand(Sample.state(size: KeyTests.size))
    other.press(.character("R"))
    other.batch([.terminate])
    #expect(other.state.exit == .terminated)
  }
}
