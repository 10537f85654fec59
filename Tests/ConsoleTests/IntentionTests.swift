import Domain
import Synchronization
import Testing
import TextUI

@testable import Console

/// What a console says of the act that it asks about, and what it says of others'.
struct IntentionTests {
  private static func hand(_ intentions: [Intention] = []) -> Hand {
    var snapshot = Sample.snapshot()
    snapshot.intentions = intentions
    return Hand(
      Sample.state(
        .overview, size: Size(width: 100, height: 30), snapshot: snapshot,
        selecting: Selection(model: "fraud", version: "31")))
  }

  private static let mia = Intention(
    id: CommandID(random: (9, 9)), model: "fraud", words: "roll fraud back to 30", by: "mia",
    since: Sample.at(-12))

  private static func announced(_ hand: Hand) -> [Intention.Notice] {
    hand.effects.compactMap { if case .announce(let notice) = $0 { notice } else { nil } }
  }

  @Test func `an open question is announced, renewed, and taken back when it is closed`() throws {
    var hand = Self.hand()
    hand.press(.character("R"))
    let first = try #require(Self.announced(hand).first)
    #expect(first.words == "roll fraud back to 30" && first.model == "fraud" && !first.isOver)
    for _ in 0..<4 { hand.act(.tick, after: 1) }
    #expect(Self.announced(hand).count == 1)
    hand.act(.tick, after: 1)
    #expect(Self.announced(hand).count == 2)
    hand.press(.escape)
    let last = try #require(Self.announced(hand).last)
    #expect(last.isOver && last.id == first.id)
    hand.act(.tick, after: 10)
    #expect(Self.announced(hand).count == 3)
  }

  @Test func `a command has the id under which it was announced`() throws {
    var hand = Self.hand()
    hand.press(.character("R"))
    hand.press(.character("y"))
    guard case .send(let command) = try #require(hand.sent.first) else { return }
    #expect(Self.announced(hand).first?.id == command.id)
    #expect(command.takesOver == nil)
    // It ends by its command: an end that came before would leave the turn to somebody else.
    #expect(Self.announced(hand).allSatisfy { !$0.isOver })
  }

  @Test func `without a connection nobody is about to act`() {
    var hand = Self.hand()
    hand.press(.character("R"))
    hand.act(.connectionLost(reason: "gone"))
    #expect(Self.announced(hand).last?.isOver == true)
    hand.act(.tick, after: 6)
    #expect(Self.announced(hand).count == 2)
  }

  @Test func `a question that a click opened is announced, too`() {
    var hand = Self.hand()
    hand.seconds = 1_000
    hand.act(.click(.key("R"), at: Sample.instant + .seconds(1_000)))
    #expect(hand.asking != nil)
    #expect(Self.announced(hand).count == 1)
  }

  @Test func `whoever has gone away holds nobody up, until a key comes`() throws {
    var hand = Self.hand()
    hand.press(.character("R"))
    for _ in 0..<30 { hand.act(.tick, after: 5) }
    let said = Self.announced(hand)
    #expect(said.last?.isOver == true)
    #expect(said.count < 27)
    hand.press(.tab)
    #expect(Self.announced(hand).last?.isOver == false)
  }

  @Test func `a question about an alert holds nobody up`() {
    var hand = Hand(
      Sample.state(.alerts, size: Size(width: 100, height: 30), snapshot: Sample.alerted()))
    hand.press(.character("a"))
    #expect(hand.asking != nil)
    #expect(Self.announced(hand).isEmpty)
  }

  @Test func `who else is about to act is on the screen and in the question`() throws {
    var hand = Self.hand([Self.mia])
    #expect(hand.text.contains("mia is about to roll fraud back to 30, since"))
    hand.press(.character("R"))
    try expectSnapshot(hand.text, "dialog-someone-acts")
  }

  @Test func `the second is refused, and y once more acts before the first`() throws {
    var hand = Self.hand([Self.mia])
    hand.press(.character("R"), .character("y"))
    guard case .send(let command) = try #require(hand.sent.first) else { return }
    let refusal = Refusal(
      .someoneActs, "mia is about to roll fraud back to 30, asked 13 s ago; nothing was done here")
    hand.act(.outcome(command, .refused(refusal)))
    #expect(hand.text.contains("y acts before them, Esc leaves it to them"))
    hand.press(.character("y"), after: 2)
    guard case .send(let again) = try #require(hand.sent.last) else { return }
    #expect(hand.sent.count == 2)
    #expect(again.takesOver == true && again.id != command.id)
  }

  @Test func `one's own question is not told to oneself`() throws {
    var hand = Self.hand()
    hand.press(.character("R"))
    let own = try #require(Self.announced(hand).first)
    var snapshot = Sample.snapshot()
    snapshot.intentions = [
      Intention(
        id: own.id, model: own.model, words: own.words, by: "me", since: Sample.at(2))
    ]
    hand.act(.snapshot(snapshot))
    #expect(!hand.text.contains("is about to"))
  }

  @Test func `what is over never arrives before what was begun`() async {
    let source = QuietSource()
    let performer = EffectPerformer(
      source: source, keep: { _ in .success("") }, noteLook: { _ in }, mailbox: Mailbox(),
      clock: ContinuousClock())
    let (effects, wishes) = AsyncStream.makeStream(of: Effect.self)
    let notices = (0..<20).map { number in
      Intention.Notice(
        id: CommandID(random: (5, UInt64(number / 2))), model: "m", words: "wait",
        isOver: number % 2 == 1)
    }
    for notice in notices { wishes.yield(.announce(notice)) }
    let running = Task { await performer.run(effects) }
    while source.announced.count < notices.count { await Task.yield() }
    wishes.finish()
    await running.value
    #expect(source.announced == notices)
  }
}
