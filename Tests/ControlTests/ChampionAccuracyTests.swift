import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// A promoted version that is wrong is seen on the labels of the minutes in which another was asked, too.
struct ChampionAccuracyTests {
  /// A midnight in UTC.
  private static let start: Int64 = 1_767_225_600

  /// Labelled minutes, each of 20 rows of which so many are right; of the truths 12 are of one class.
  private static func minutes(
    right: Int, count: Int = 10, from: Int64 = 0, rows: Int = 20, labelled: Int? = nil
  ) -> [ConceptWatch.Minute] {
    (0..<Int64(count)).map { index in
      var minute = ConceptWatch.Minute(
        minute: start + (from + index) * 60, predicted: Int64(rows))
      for row in 0..<(labelled ?? rows) {
        let truth: Int64 = row * 7 % 20 < 12 ? 1 : 0
        minute.row.add(
          predicted: .integer(row < right ? truth : 1 - truth), truth: .integer(truth), scores: [])
      }
      minute.row.delay.add(5, count: 10)
      return minute
    }
  }

  private static func settled(
    _ minutes: [ConceptWatch.Minute], _ version: String = "1", after: Int64 = 3_600
  ) -> (String, [LabelledMinute]) {
    var watch = ConceptWatch(ModelVersion(model: "m", version: version))
    _ = watch.step(minutes, now: Timestamp(seconds: start + after))
    return (version, watch.settled)
  }

  @Test func `a champion far below another version on the same labels is told, and by how much`()
    throws
  {
    let compared = try #require(
      ChampionAccuracy(
        champion: Self.settled(Self.minutes(right: 11), "3"),
        rivals: [Self.settled(Self.minutes(right: 17), "2")]))
    #expect(compared.isBelowRival && !compared.isBelowMajority)
    #expect(compared.champion.version == "3" && compared.champion.accuracy == 0.55)
    #expect(compared.champion.labelled == 200)
    #expect(compared.rival?.version == "2" && compared.rival?.accuracy == 0.85)
    #expect(compared.majority == 0.6)
  }

  @Test func `a challenger that is a little better is no fault of the champion`() throws {
    // Their intervals do not touch; the champion has 4/3 of the errors.
    let compared = try #require(
      ChampionAccuracy(
        champion: Self.settled(Self.minutes(right: 160, count: 15, rows: 200)),
        rivals: [Self.settled(Self.minutes(right: 170, count: 15, rows: 200), "2")]))
    #expect(compared.champion.high < compared.rival?.low ?? 0)
    #expect(!compared.isBelowRival && !compared.isBelowMajority)
  }

  @Test func `where both fell below the commonest class it is not the version`() throws {
    let compared = try #require(
      ChampionAccuracy(
        champion: Self.settled(Self.minutes(right: 5)),
        rivals: [Self.settled(Self.minutes(right: 5), "2")]))
    #expect(compared.isBelowMajority && compared.isRivalBelowMajority && !compared.isBelowRival)
  }

  @Test func `fewer labels than a block needs say nothing`() {
    let few = Self.settled(Self.minutes(right: 0, count: 4, rows: 11))
    #expect(few.1.count == 4)
    #expect(ChampionAccuracy(champion: few, rivals: []) == nil)
    // Enough of them, all of two minutes.
    let short = Self.settled(Self.minutes(right: 0, count: 2, rows: 40))
    #expect(ChampionAccuracy(champion: short, rivals: []) == nil)
    #expect(ChampionAccuracy(champion: ("1", []), rivals: []) == nil)
  }

  @Test func `minutes whose labels are not in yet do not count`() {
    // The labels of the last three minutes are still to come: half of them, the wrong ones first.
    let minutes =
      Self.minutes(right: 17)
      + Self.minutes(right: 0, count: 3, from: 10, labelled: 10)
    let early = Self.settled(minutes, after: 13 * 60 + 2)
    #expect(early.1.map(\.start).max() == Self.start + 11 * 60)
    let settled = Self.settled(Self.minutes(right: 17), after: 10 * 60)
    #expect(settled.1.count == 10)
  }

  @Test func `only minutes in which both were asked are compared`() throws {
    // All was harder before the champion came.
    let rival = Self.minutes(right: 5, count: 10) + Self.minutes(right: 17, count: 6, from: 10)
    let compared = try #require(
      ChampionAccuracy(
        champion: Self.settled(Self.minutes(right: 11, count: 6, from: 10), "3"),
        rivals: [Self.settled(rival, "2")]))
    #expect(compared.rival?.accuracy == 0.85 && compared.rival?.labelled == 120)
    #expect(compared.isBelowRival)
  }

  @Test func `a champion without another version is held against the commonest class`() throws {
    let compared = try #require(
      ChampionAccuracy(champion: Self.settled(Self.minutes(right: 5)), rivals: [("2", [])]))
    #expect(compared.isBelowMajority && compared.rival == nil)
  }

  @Test func `what is compared stands in the summary and in the series`() throws {
    var board = JudgementBoard()
    let deployment = Deployment(
      model: "m", revision: 1, champion: "3", championSince: Timestamp(seconds: Self.start),
      challenger: .init(version: "2", weight: 0.1))
    for (version, right) in [("3", 11), ("2", 17)] {
      _ = board.add(
        Self.minutes(right: right), of: ModelVersion(model: "m", version: version),
        now: Timestamp(seconds: Self.start + 3_600))
    }
    let summary = board.summary(of: deployment, now: Self.start + 3_600)
    #expect(summary.championAccuracy?.isBelowRival == true)
  }

  /// What the summary says of champion 3, promoted ten minutes after `start` over 2.
  private static func fall(
    of champion: [ConceptWatch.Minute], former: [ConceptWatch.Minute]
  ) -> ChampionAccuracy.Fall? {
    var board = JudgementBoard()
    for (version, minutes) in [("3", champion), ("2", former)] {
      _ = board.add(
        minutes, of: ModelVersion(model: "m", version: version),
        now: Timestamp(seconds: start + 3_600))
    }
    return board.summary(of: promoted, now: start + 3_600).championAccuracy?.fall
  }

  private static let promoted: Deployment = {
    let promotion = Timestamp(seconds: start + 600)
    return Deployment(
      model: "m", revision: 2, champion: "3", championSince: promotion,
      formerChampions: [
        .init(
          version: "2", since: Timestamp(seconds: start), until: promotion, ending: .replaced)
      ])
  }()

  @Test func `labels of the former champion are looked at for an hour after the promotion`() {
    let board = JudgementBoard()
    func wanted(_ second: Int64) -> [String] {
      board.wanted(["m": Self.promoted], now: second).map(\.0.version)
    }
    #expect(wanted(Self.start + 610) == ["2", "3"])
    #expect(wanted(Self.start + 600 + 3_600) == ["3"])
  }

  @Test func `a champion that is wrong since its promotion fell from the version before it`() {
    let fall = Self.fall(
      of: Self.minutes(right: 3, from: 10), former: Self.minutes(right: 19))
    #expect(fall?.since == Timestamp(seconds: Self.start + 600))
    #expect(fall?.before.version == "2" && fall?.before.accuracy == 0.95)
  }

  @Test func `a champion that was right after its promotion fell from itself, in that minute`() {
    let fall = Self.fall(
      of: Self.minutes(right: 19, count: 5, from: 10) + Self.minutes(right: 1, from: 15, rows: 20),
      former: Self.minutes(right: 19))
    #expect(fall?.since == Timestamp(seconds: Self.start + 900))
    #expect(fall?.before.version == "3" && fall?.before.accuracy == 0.95)
  }

  @Test func `no fall is told where nothing is wrong, or nothing was right before`() {
    #expect(
      Self.fall(of: Self.minutes(right: 19, from: 10), former: Self.minutes(right: 19)) == nil)
    #expect(
      Self.fall(of: Self.minutes(right: 3, from: 10), former: Self.minutes(right: 4)) == nil)
    // One minute of twenty labels is too little.
    #expect(
      Self.fall(of: Self.minutes(right: 3, from: 10), former: Self.minutes(right: 19, count: 1))
        == nil)
  }

}
