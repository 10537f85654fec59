import Domain
import Testing
import TextUI

@testable import Console

/// A version that answers wrongly is neither ok nor without a word.
struct ChampionAccuracyViewTests {
  private static let size = Size(width: 120, height: 36)

  private static func score(_ version: String, _ accuracy: Double) -> ChampionAccuracy.Score {
    ChampionAccuracy.Score(
      version: version, labelled: 400, accuracy: accuracy, low: accuracy - 0.03,
      high: accuracy + 0.03)
  }

  private static func state(
    _ compared: ChampionAccuracy?, _ panel: PanelID = .overview
  ) -> ConsoleState {
    var model = Sample.judged(.ok)
    model.judgement?.championAccuracy = compared
    return Sample.state(
      panel, size: size, snapshot: Sample.snapshot(models: [model]), selecting: Selection())
  }

  private static func row(_ state: ConsoleState) throws -> Substring {
    let text = view(state, size: size, look: Look()).text
    return try #require(
      text.split(separator: "\n").first { $0.contains("electricity  ") && $0.contains("champion") })
  }

  private static let belowRival = ChampionAccuracy(
    champion: score("7", 0.57), majority: 0.58, rival: score("8", 0.85), isBelowRival: true)
  private static let belowBoth = ChampionAccuracy(
    champion: score("7", 0.27), majority: 0.58, rival: score("8", 0.85), isBelowMajority: true,
    isBelowRival: true)
  private static let allFell = ChampionAccuracy(
    champion: score("7", 0.27), majority: 0.58, rival: score("8", 0.26), isBelowMajority: true,
    isRivalBelowMajority: true)

  @Test func `the row of a champion that is worse than another version warns`() throws {
    let row = try Self.row(Self.state(Self.belowRival))
    #expect(row.contains("▲ wrong") && row.contains("▲ .722"))
    #expect(try Self.row(Self.state(Self.belowBoth)).contains("■ .722"))
    #expect(try Self.row(Self.state(Self.belowBoth)).contains("■ wrong"))
    let well = try Self.row(
      Self.state(ChampionAccuracy(champion: Self.score("7", 0.72), majority: 0.58)))
    #expect(well.contains("● ok") && well.contains("  .722") && !well.contains("▲"))
  }

  @Test func `a challenger that is as wrong is not ok beside it`() throws {
    let text = view(Self.state(Self.allFell), size: Self.size, look: Look()).text
    let row = try #require(text.split(separator: "\n").first { $0.contains("8 challenger") })
    #expect(row.contains("■ wrong"), "\(row)")
    let well = view(Self.state(Self.belowRival), size: Self.size, look: Look()).text
    #expect(
      well.split(separator: "\n").first { $0.contains("8 challenger") }?.contains("wrong") == false)
  }

  /// With the alert that such a champion raises.
  private static func alerted(_ compared: ChampionAccuracy) throws -> ConsoleState {
    var snapshot = Sample.alerted([
      Sample.alert(
        "AccuracyBelowBaseline", ["model": "electricity"], severity: "critical",
        summary: "something", since: 30)
    ])
    snapshot.models = try #require(state(compared).live).models
    return Sample.state(.overview, size: size, snapshot: snapshot, selecting: Selection())
  }

  @Test
  func
    `where another version is as wrong on the same labels, no change of versions is offered first`()
    throws
  {
    var hand = Hand(try Self.alerted(Self.allFell))
    hand.press(.character("R"))
    #expect(hand.text.contains("a rollback may not help: v8 is as wrong on the same labels"))
    hand = Hand(try Self.alerted(Self.belowBoth))
    hand.press(.character("R"))
    #expect(hand.state.dialog != nil && !hand.text.contains("may not help"))
    #expect(Self.allFell.labelDoubt != nil && Self.belowRival.labelDoubt == nil)
  }

  @Test func `the verdict is said in words and figures, under the header and beside the blocks`() {
    let words = "accuracy 0.57, below v8's 0.85 on the same labels"
    #expect(
      view(Self.state(Self.belowRival), size: Self.size, look: Look()).text
        .contains("▲ electricity 7: \(words)   4 for drift"))
    // The panel that shows the blocks has it in its own words.
    #expect(
      view(Self.state(Self.belowRival, .drift), size: Self.size, look: Look()).text
        .contains("▲ accuracy 0.57, below v8's 0.85"))
    #expect(
      Self.belowBoth.sentence
        == "accuracy 0.27, below v8's 0.85 on the same labels and the commonest class's 0.58")
    #expect(
      Self.allFell.sentence
        == "accuracy 0.27, below the commonest class's 0.58; v8's 0.26 is, too: check the labels")
    #expect(ChampionAccuracy(champion: Self.score("7", 0.72), majority: 0.58).sentence == nil)
  }

  private static func fell(from before: String) -> ChampionAccuracy {
    ChampionAccuracy(
      champion: score("7", 0.1), majority: 0.58, isBelowMajority: true,
      fall: ChampionAccuracy.Fall(since: Sample.at(-300), before: score(before, 0.97)))
  }

  /// With the page of that alert.
  private static func advised(_ compared: ChampionAccuracy) throws -> Hand {
    var state = try alerted(compared)
    let need = try #require(state.firstActionNeed)
    let page = Runbook(
      id: "AccuracyBelowBaseline", file: "runbooks/AccuracyBelowBaseline.md",
      title: "AccuracyBelowBaseline",
      frontMatter: RunbookFrontMatter(
        alert: RunbookWord("AccuracyBelowBaseline", line: 2),
        checks: [
          RunbookCheck(name: "right", query: "100 * vigia_champion_accuracy_ratio", line: 3)
        ],
        actions: [RunbookWord("rollback", line: 4)], firstAction: "press 9"),
      blocks: [
        .heading(level: 1, text: [.run(RunbookRun("AccuracyBelowBaseline"))]),
        .list(
          RunbookList([
            .init(
              step: RunbookStep(id: "1", text: "Look"), [.paragraph([.run(RunbookRun("Look"))])])
          ])),
      ])
    _ = update(
      &state,
      .answered(need.slot, need.question, .success(.runbooks(RunbookAnswer(page: page)))),
      at: Sample.now)
    return Hand(state)
  }

  @Test func `what fell with a promotion is told from what fell for every version`() throws {
    var hand = try Self.advised(Self.fell(from: "6"))
    #expect(
      hand.text.contains(
        "b AccuracyBelowBaseline: press R: v6 was right in 97.0 % until v7 was promoted at 13:57"),
      "\(hand.text)")
    hand.press(.character("R"))
    #expect(hand.state.dialog != nil && !hand.text.contains("may not help"))

    hand = try Self.advised(Self.fell(from: "7"))
    #expect(
      hand.text.contains(
        "b AccuracyBelowBaseline: change no version: v7 itself was right in 97.0 % until 13:57"),
      "\(hand.text)")
    hand.press(.character("R"))
    #expect(hand.text.contains("a rollback may not help: v7 itself was right"))
  }

  /// Enter must not open what the page advises against.
  @Test func `on a page whose rollback may not help the first step has the focus`() throws {
    for (compared, opens) in [(Self.allFell, false), (Self.fell(from: "6"), true)] {
      var hand = try Self.advised(compared)
      hand.press(.character("b"))
      hand.act(.tick, after: 1.1)
      #expect(hand.text.contains("may not help") == !opens)
      hand.press(.enter)
      #expect((hand.asking?.act == .rollBack) == opens, "\(hand.text)")
    }
  }

  @Test func `a version that was right before, and is no rollback's target, is to be pinned`()
    throws
  {
    let advice = try Self.advised(Self.fell(from: "5")).state.firstAction
    #expect(advice?.hasPrefix("pin v5 (F): v5 was right in 97.0 % until v7 was promoted") == true)
  }

}
