import Console
import Domain
import Testing
import TextUI

/// A past incident, played again.
struct ReplayIncidentTests {
  private static let size = Size(width: 120, height: 36)

  private static func player(
    _ panel: PanelID = .overview, size: Size = size, live: Bool = true
  ) -> ReplayPlayer {
    live ? .live(panel, size: size) : .alone(panel, size: size)
  }

  @Test(arguments: Size.usual)
  func `the header says REPLAY, of what, when, and whether it moves`(_ size: Size) throws {
    var player = Self.player(size: size, live: false)
    #expect(player.header.contains("REPLAY inc-12 13:00:31  stopped"))
    #expect(!player.header.contains("LIVE"))
    #expect(!player.header.contains("PAUSED"))
    player.press(.character(">"), .character(">"), .character(">"))
    player.tick(after: 2)
    #expect(player.header.contains("REPLAY inc-12 13:04:31  stopped"))
    try expectSnapshot(player.text, "replay-overview-\(size.name)")
    player.press(.character("]"), .character("p"))
    #expect(player.header.contains("REPLAY inc-12 13:04:31  10x"))
  }

  @Test func `a console for one incident begins shortly before its first page`() {
    let player = Self.player(live: false)
    #expect(player.position == Sample.Step.active)
    #expect(player.hand.state.shown?.alerts.isEmpty == true)
  }

  @Test func `panels with other steps have the cursor at the same moment`() {
    var player = Self.player(live: false)
    player.press(.character("}"))
    for (panel, step) in [("1", 10.0), ("2", 5), ("3", 5)] {
      player.press(.character(Character(panel)))
      let cursor = player.hand.state.cursor ?? 0
      let behind = Sample.now.adding(seconds: Sample.Step.end).seconds - cursor
      #expect((Int64(step)..<Int64(2 * step)).contains(behind), "panel \(panel): \(behind) s")
    }
  }

  @Test func `it plays at its speed, and waits for a picture that is late`() {
    var player = Self.player(live: false)
    player.press(.character("p"))
    let start = player.position ?? 0
    player.tick(after: 1)
    #expect(player.position == start + 1)
    player.press(.character("]"), .character("]"), after: 0)
    player.tick(after: 1)
    #expect(player.position == start + 61)
    // Nobody answers: it stands, however long that takes.
    player.hand.act(.tick, after: 2)
    let stuck = player.position
    for _ in 0..<10 { player.hand.act(.tick, after: 2) }
    #expect(player.position == stuck)
    player.answer()
    player.tick(after: 1)
    #expect(player.position ?? 0 > stuck ?? 0)
  }

  @Test(arguments: [1, 2, 3])
  func `it is as fast as it says, however often it is woken`(_ presses: Int) throws {
    var player = Self.player(live: false)
    player.press(.character("{"))
    for _ in 1..<presses { player.press(.character("]")) }
    player.press(.character("p"))
    let speed = Double(try #require(player.hand.state.replay).speed.rawValue)
    let start = try #require(player.hand.state.replay?.position)
    // An answer, or anything else, every twentieth of a second.
    let seconds = 4.0
    for _ in 0..<Int(seconds * 20) { player.tick(after: 0.05) }
    let replay = try #require(player.hand.state.replay)
    let moved = replay.position.secondsSince(start)
    #expect(replay.isAtEnd || (moved - speed * seconds).magnitude <= speed + 1)
  }

  @Test func `it stops at the end, and plays from the start again`() {
    var player = Self.player(live: false)
    player.press(.character("}"))
    #expect(player.position == Sample.Step.end)
    #expect(player.header.contains("at its end"))
    player.press(.character("p"))
    #expect(player.position == Sample.Step.active)
    player.press(.character("}"), .character("["), .character("0"))
    #expect(player.position == Sample.Step.end)
  }

  @Test func `marks are what happened, each second once`() {
    var player = Self.player(live: false)
    var seen: [Double] = []
    for _ in 0..<8 {
      player.press(.character(">"))
      if let position = player.position, position != seen.last { seen.append(position) }
    }
    // What happened within a second is known at its end.
    #expect(
      seen == [
        Sample.Step.page, Sample.Step.ack, -3_480, Sample.Step.proof, Sample.Step.end,
      ])
    #expect(player.text.contains("this is its end"))
    player.press(.character("<"))
    #expect(player.position == Sample.Step.proof)
    player.tick(after: 13)
    #expect(player.text.contains("recovered after 50 s"))
  }

  @Test(arguments: PanelID.allCases)
  func `no question is about what came later`(_ panel: PanelID) {
    var player = Self.player(panel, live: false)
    player.press(.character(">"), .character(">"))
    let from = player.hand.effects.count
    player.press(.character("."), .character("."), .character(","))
    player.tick(after: 3)
    let allowed = player.latest.seconds
    for case .ask(_, let question) in player.hand.effects[from...] {
      switch question {
      case .series(let query): #expect(query.window.to <= allowed)
      case .heatmap(let query): #expect(query.window.to <= allowed)
      case .requests(let query): #expect((query.to ?? Sample.now).seconds <= allowed)
      case .judgements(let query, _): #expect(query.to <= allowed)
      case .business(let query): #expect(query.window.to <= allowed)
      case .metric(let query): #expect(query.time / 1_000 <= allowed)
      case .past(let query): #expect(query.at.seconds <= allowed)
      case .audit(let query, let head): #expect(query.before == head + 1)
      case .failures(let query): #expect(query.to <= allowed)
      case .runbooks, .incidents, .incident, .request: break
      }
    }
  }

  @Test(arguments: ["R", "P", "S", "n", "f", "C"])
  func `nothing can be done in it, and the key says why`(_ key: String) {
    for live in [true, false] {
      var player = Self.player(live: live)
      player.press(.character(Character(key)))
      #expect(player.hand.asking == nil)
      #expect(player.text.contains("nothing can be done about the past"))
      #expect(player.hand.sent.isEmpty)
    }
  }

  @Test func `the palette opens it in the same console, and 0 is live again`() {
    var player = Self.player()
    #expect(player.header.contains("REPLAY inc-12 13:00:31"))
    player.press(.character("0"))
    #expect(player.hand.state.replay == nil)
    #expect(player.header.contains("LIVE"))
    #expect(player.text.contains("this is live again"))
  }

  @Test func `a page of now is told in a replay, as one of now`() {
    var player = Self.player()
    var next = Sample.alerted([Sample.burn])
    next.time = Sample.at(20)
    player.hand.act(.snapshot(next), after: 1)
    #expect(player.text.contains("now, not in this replay: ModelErrorBudgetBurnFast fires"))
    #expect(player.header.contains("REPLAY"))
    player.press(.character("0"))
    #expect(player.hand.state.shown?.alerts.isEmpty == false)
  }

  @Test func `where the past cannot be read it says why`() {
    var player = ReplayPlayer(
      Hand(
        ConsoleState(
          configuration: ConsoleConfiguration(
            endpoint: "unix:/run/vigia.sock", isReplay: true, replayed: Sample.replayed),
          size: Self.size, now: Sample.now, seed: (1, 2))))
    player.past = .failing("the disk is gone")
    player.hand.act(.snapshot(Sample.snapshot()))
    player.answer()
    #expect(player.header.contains("REPLAY inc-12 13:00:31  stopped  unix:/run/vigia.sock  +00:00"))
    #expect(player.text.contains("what was recorded of inc-12 cannot be read: the disk is gone"))
  }

  @Test(arguments: Size.usual)
  func `what is not recorded is said to be so, and no key is named that would act`(_ size: Size) {
    let words: [PanelID: String] = [
      .system: "are not recorded", .models: "not kept",
    ]
    for panel in PanelID.allCases {
      var player = Self.player(panel, size: size, live: false)
      player.press(.character(">"))
      player.tick(after: 2)
      player.tick(after: 2)
      #expect(player.header.hasPrefix(" REPLAY inc-12"), "\(panel.name)")
      if let word = words[panel], size.width > 100 {
        #expect(player.text.contains(word), "\(panel.name)")
      }
      for act in ["rolls back", "could not be read", "lifts it", "takes 8 out", "older version"] {
        #expect(!player.text.contains(act), "\(panel.name): \(act)")
      }
      let hints = player.text.split(separator: "\n").last ?? ""
      #expect(hints.contains("p play"))
    }
  }

  @Test func `the page of an alert names the keys of the replay, and none that acts`() {
    var player = Self.player(.alerts, live: false)
    player.press(.character(">"))
    player.tick(after: 2)
    player.press(.enter)
    let hints = player.text.split(separator: "\n").last ?? ""
    #expect(hints.contains("p play   Esc back"))
    for act in ["roll back", "acknowledge", "silence", "tick"] { #expect(!hints.contains(act)) }
  }

  @Test func `outside of a replay its keys say how to come to one`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("]"))
    #expect(hand.text.contains("no incident is replayed"))
  }

  @Test func `a stopped replay waits for nobody`() {
    let player = Self.player(live: false)
    #expect(player.hand.state.patience == nil)
  }
}
