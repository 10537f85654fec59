import Console
import Domain
import Testing
import TextUI

/// How a replay comes to begin, and why one does not.
struct ReplayBeginningTests {
  @Test func `the same incident is asked for anew each time, and played again`() throws {
    var player = ReplayPlayer.live()
    player.press(.character("0"))
    let from = player.hand.effects.count
    var later = Sample.replayed
    later.entries.append(
      IncidentEntry(
        time: Sample.at(Sample.Step.end + 60), actor: "ana", text: "a late note", kind: .note))
    player.reports = [later]
    player.open("inc-12")
    #expect(player.header.contains("REPLAY inc-12 13:00:31"))
    #expect(player.hand.state.replay?.report == later)
    let asked = player.hand.effects[from...].filter {
      if case .ask(.incident(IncidentID(12)), _) = $0 { true } else { false }
    }
    #expect(asked.count == 1)
  }

  @Test func `one that could not be read may be asked for again at once`() throws {
    var hand = Hand(Sample.state(size: Size(width: 120, height: 36)))
    func open(_ hand: inout Hand) throws -> QueryBoard.Question {
      let from = hand.effects.count
      hand.press(.character(":"))
      hand.type("replay inc-12", after: 0.1)
      for case .ask(.incidents, let question) in hand.effects {
        hand.act(
          .answered(.incidents, question, .success(.incidents([Sample.replayed.incident]))))
      }
      hand.press(.enter, after: 0.1)
      return try #require(
        hand.effects[from...].compactMap { effect in
          if case .ask(.incident, let question) = effect { question } else { nil }
        }.last)
    }
    let slot = QueryBoard.Slot.incident(IncidentID(12))
    let first = try open(&hand)
    hand.act(.answered(slot, first, .failure(.failed(reason: "the disk is gone"))))
    #expect(hand.text.contains("inc-12 cannot be replayed: the disk is gone"))
    let second = try open(&hand)
    #expect(hand.text.contains("reading what was recorded of inc-12"))
    hand.act(.answered(slot, second, .success(.incident(Sample.replayed))))
    #expect(hand.text.contains("REPLAY inc-12"))
  }

  @Test func `that there is no such incident any more is said`() {
    var player = ReplayPlayer.live()
    player.press(.character("0"), .character(":"))
    for letter in "replay inc-12" { player.press(.character(letter)) }
    player.reports = []
    player.press(.enter)
    #expect(player.hand.state.replay == nil)
    #expect(player.text.contains("inc-12 cannot be replayed: there is no such incident"))
  }

  @Test func `none begins under a question about the present`() throws {
    var hand = Hand(Sample.state(size: Size(width: 120, height: 36)))
    hand.press(.character(":"))
    hand.type("replay inc-12")
    for case .ask(.incidents, let question) in hand.effects {
      hand.act(.answered(.incidents, question, .success(.incidents([Sample.replayed.incident]))))
    }
    hand.press(.enter)
    hand.press(.character("R"))
    try #require(hand.asking != nil)
    for case .ask(let slot, let question) in hand.effects {
      guard case .incident = question else { continue }
      hand.act(.answered(slot, question, .success(.incident(Sample.replayed))))
    }
    #expect(hand.state.replay == nil)
    #expect(hand.asking != nil)
    hand.press(.escape)
    #expect(hand.state.replay?.report == Sample.replayed)
  }
}
