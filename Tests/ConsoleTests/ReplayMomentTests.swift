import Domain
import Testing
import TextUI

@testable import Console

/// Whose figures stand in a replay, and of when.
struct ReplayMomentTests {
  /// Another incident of the same model, a while before.
  private static let earlier: IncidentReport = {
    var incident = Sample.replayed.incident
    incident.id = IncidentID(11)
    incident.title = "an earlier one"
    incident.openedAt = Sample.at(-9_000)
    incident.detection = nil
    incident.closedAt = Sample.at(-8_000)
    return IncidentReport(incident: incident, entries: [])
  }()

  /// As `Sample.past`, with what was judged.
  private static func judged(_ query: PastQuery) -> SystemSnapshot {
    var snapshot = Sample.snapshot(models: Sample.judgedModels(.major))
    snapshot.time = query.at
    return snapshot
  }

  @Test func `while a moment is awaited the figures before it stand under their own time`() {
    var player = ReplayPlayer.alone()
    player.past = .hanging
    player.press(.character(">"))
    player.tick(after: 2)
    #expect(player.hand.state.replay?.position == Sample.at(Sample.Step.page))
    #expect(player.hand.state.shownTime == Sample.at(Sample.Step.active))
    #expect(player.header.contains("REPLAY inc-12 13:02:31  reading, figures of 13:00:31"))
    player.recover()
    #expect(player.hand.state.shownTime == Sample.at(Sample.Step.page))
    #expect(player.header.contains("REPLAY inc-12 13:02:31  stopped"))
  }

  @Test func `why a moment cannot be read is said beside the time of what stands there`() {
    var player = ReplayPlayer.alone()
    player.past = .failing("the disk is gone")
    player.press(.character(">"))
    player.tick(after: 2)
    #expect(player.header.contains("13:02:31  the disk is gone, figures of 13:00:31"))
    player.press(.character("p"))
    player.tick(after: 1)
    #expect(player.header.contains("the disk is gone, figures of 13:00:31"))
  }

  @Test func `while it plays in time nothing is said of the picture that is always awaited`() {
    var player = ReplayPlayer.alone()
    player.press(.character("p"))
    player.past = .hanging
    player.tick(after: 1)
    player.hand.act(.tick, after: 0.5)
    #expect(player.header.contains("13:00:32  1x"))
    player.hand.act(.tick, after: 1)
    #expect(player.header.contains("13:00:32  reading, figures of 13:00:31"))
  }

  @Test func `another incident begins without a figure of the one before`() {
    var player = ReplayPlayer.live()
    player.press(.character(">"))
    player.reports = [Sample.replayed, Self.earlier]
    player.past = .hanging
    player.open("inc-11")
    #expect(player.header.contains("REPLAY inc-11"))
    #expect(player.hand.state.shown == nil)
    #expect(player.text.contains("reading what was recorded of inc-11"))
    #expect(!player.text.contains("req/s"))
  }

  @Test func `neither the present nor the past begins with an answer about the other`() {
    var player = ReplayPlayer(
      Hand(Sample.state(.traffic, size: Size(width: 120, height: 36))))
    player.tick(after: 2)
    let live = player.hand.state.board.entries
    #expect(!live.isEmpty)
    player.past = .hanging
    player.open("inc-12")
    #expect(player.hand.state.replay != nil)
    #expect(player.hand.state.board.entries.values.allSatisfy { $0.answer == nil })
    player.recover()
    player.tick(after: 2)
    #expect(player.hand.state.board.past != nil)
    player.hand.press(.character("0"))
    #expect(player.hand.state.replay == nil)
    #expect(player.hand.state.board.entries.values.allSatisfy { $0.answer == nil })
    #expect(!player.hand.state.board.entries.isEmpty)
  }

  @Test(arguments: Size.usual)
  func `without a connection the header still says first that it is a replay`(_ size: Size) {
    var player = ReplayPlayer.live(size: size)
    player.hand.act(.connectionLost(reason: "it was stopped"), after: 1)
    #expect(player.header.hasPrefix(" REPLAY inc-12 13:00:31"))
    #expect(player.header.contains("NO CONNECTION"))
    player.press(.character(">"))
    #expect(player.header.hasPrefix(" REPLAY inc-12 13:02:31  figures of 13:00:31"))
    #expect(player.header.contains("NO CONNECTION"))
  }

  @Test func `what others are about to do now is not said of the past`() {
    var player = ReplayPlayer.live()
    var now = Sample.snapshot()
    now.intentions = [
      Intention(
        id: CommandID(random: (9, 9)), model: "fraud", words: "roll fraud back to 30", by: "mia",
        since: Sample.at(-12))
    ]
    now.time = Sample.at(20)
    player.hand.act(.snapshot(now), after: 1)
    #expect(!player.text.contains("mia"))
    player.press(.character("0"))
    #expect(player.text.contains("mia is about to roll fraud back to 30"))
  }

  @Test func `a draft is of the incident that is replayed, and made now`() {
    var player = ReplayPlayer.live()
    let passed = player.hand.seconds
    player.hand.press(.character("E"))
    let asked = player.hand.effects.compactMap { effect -> (IncidentID?, Timestamp)? in
      if case .exportIncident(let id, _, _, let time) = effect { (id, time) } else { nil }
    }
    #expect(asked.map(\.0) == [IncidentID(12)])
    #expect(asked.map(\.1) == [Sample.at(passed + 1)])
  }

  @Test func `the course of an experiment ends at the moment, also where it is exported`() {
    var player = ReplayPlayer.live(.experiment)
    player.world = Self.judged
    player.hand.state.selection = Selection(model: "electricity")
    player.press(.character("}"))
    player.tick(after: 2)
    let end = Sample.at(Sample.Step.end)
    #expect(player.hand.state.shownTime == end)
    let times = player.hand.state.shownEffects?.paths["errors"]?.points.map(\.time) ?? []
    // One a minute since 42 minutes before now, to 26 minutes and 40 seconds before it.
    #expect(times.count == 15)
    #expect(times.allSatisfy { $0 <= end.seconds })
    player.press(.enter)
    #expect(player.hand.state.csv.split(whereSeparator: \.isNewline).count == 1 + times.count)
  }

  @Test func `no window that ended later is shown, and none of its counts are asked for`() {
    var player = ReplayPlayer.live(.drift)
    player.world = Self.judged
    player.hand.state.selection = Selection(model: "electricity")
    player.press(.character("}"))
    for _ in 0..<4 { player.tick(after: 2) }
    let position = Sample.at(Sample.Step.end).seconds
    var kinds: Set<JudgementQuery.Kind> = []
    for case .ask(_, .judgements(let query, _)) in player.hand.effects {
      kinds.insert(query.kind)
      #expect(query.to <= position)
    }
    #expect(kinds == [.drift, .quality, .reference])
    let window = player.hand.state.shownWindow
    #expect(window.map { (position - 240...position).contains($0.to) } == true)
    let state = player.hand.state
    guard case .known(_, let counted) = state.shownFeature.map(state.distribution) else {
      Issue.record("no counts")
      return
    }
    #expect(counted.to == window?.to)
  }

  @Test func `of an alert that fires in the past is said that its words are those it fired with`() {
    var player = ReplayPlayer.alone(.alerts)
    player.press(.character(">"))
    #expect(player.text.contains("when it fired: burns its error bud"))
    player.press(.enter)
    #expect(player.text.contains("when it fired: fraud 31 burns its error"))
    let live = Hand(
      Sample.state(.alerts, size: Size(width: 120, height: 36), snapshot: Sample.alerted()))
    #expect(!live.text.contains("when it fired"))
  }
}
