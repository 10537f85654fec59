import Console
import Domain
import TextUI

/// A hand whose questions are answered as they are asked.
struct ReplayPlayer {
  /// What comes of questions about a past moment.
  enum Past {
    case known
    case failing(String)
    /// Nobody answers.
    case hanging
  }

  var hand: Hand
  var past = Past.known
  /// What was recorded of a moment.
  var world: (PastQuery) -> SystemSnapshot = Sample.past
  /// The incidents that there are.
  var reports = [Sample.replayed]
  private(set) var latest = Timestamp(microseconds: 0)
  private var answered = 0
  private var unanswered: [Effect] = []

  init(_ hand: Hand) { self.hand = hand }

  /// In a console of the present.
  static func live(
    _ panel: PanelID = .overview, size: Size = Size(width: 120, height: 36),
    selecting selection: Selection? = nil
  ) -> ReplayPlayer {
    var player = ReplayPlayer(Hand(Sample.state(panel, size: size, selecting: selection)))
    player.open("inc-12")
    player.tick(after: 2)
    return player
  }

  /// In a console for this incident alone.
  static func alone(
    _ panel: PanelID = .overview, size: Size = Size(width: 120, height: 36)
  ) -> ReplayPlayer {
    let configuration = ConsoleConfiguration(
      endpoint: "unix:/run/vigia.sock", isReplay: true, replayed: Sample.replayed)
    var player = ReplayPlayer(Hand(Sample.state(panel, size: size, configuration: configuration)))
    player.tick(after: 2)
    return player
  }

  /// Chooses it in the palette.
  mutating func open(_ incident: String) {
    press(.character(":"))
    for letter in "replay \(incident)" { press(.character(letter)) }
    press(.enter)
  }

  mutating func press(_ keys: Key..., after pause: Double = 1) {
    for key in keys {
      hand.press(key, after: pause)
      answer()
    }
  }

  mutating func tick(after seconds: Double) {
    hand.act(.tick, after: seconds)
    answer()
  }

  mutating func answer() {
    let fresh = Array(hand.effects[answered...])
    answered = hand.effects.count
    latest = max(latest, hand.state.replay?.position ?? latest)
    for case .ask(let slot, let question) in fresh { answer(slot, question) }
  }

  /// What hung is answered.
  mutating func recover() {
    past = .known
    let late = unanswered
    unanswered = []
    for case .ask(let slot, let question) in late { answer(slot, question) }
  }

  private mutating func answer(_ slot: QueryBoard.Slot, _ question: QueryBoard.Question) {
    switch (question, past) {
    case (.past, .hanging): unanswered.append(.ask(slot, question))
    case (.past, .failing(let reason)):
      hand.act(.answered(slot, question, .failure(.failed(reason: reason))))
    case (.past(let query), .known):
      hand.act(.answered(slot, question, .success(.past(world(query)))))
      answer()
    case (.incidents, _):
      hand.act(.answered(slot, question, .success(.incidents(reports.map(\.incident)))))
    case (.incident(let id, _), _):
      let report = reports.first { $0.incident.id == id }
      hand.act(.answered(slot, question, .success(.incident(report))))
      answer()
    default: Sample.answer([.ask(slot, question)], &hand.state)
    }
  }

  var position: Double? { hand.state.replay?.position.secondsSince(Sample.now) }
  var header: String { String(hand.text.split(separator: "\n").first ?? "") }
  var text: String { hand.text }
}
