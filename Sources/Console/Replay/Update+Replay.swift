import Domain
import TextUI

extension ConsoleState {
  /// Asks for an incident's timeline, to play it when it comes.
  mutating func ask(for incident: IncidentID) {
    incidentWish = incident
    // What was heard of it before may have changed, or was a failure.
    board.forget(.incident(incident))
    board.hurry()
    say("reading what was recorded of \(incident)", .quiet)
  }

  /// Begins once the timeline is there; a question about the present is answered first.
  mutating func takeWish() {
    guard let wish = incidentWish, dialog == nil, let entry = board.entries[.incident(wish)],
      !entry.isUnderWay
    else { return }
    incidentWish = nil
    if let failure = entry.failure {
      say("\(wish) cannot be replayed: \(failure)", .warn)
    } else if let report = board.report(of: wish) {
      begin(Replay(report, now: serverClock))
    } else {
      say("\(wish) cannot be replayed: there is no such incident", .warn)
    }
  }

  mutating func begin(_ replay: Replay) {
    self.replay = replay
    // What was heard of the present, or of another incident, is not of this one.
    board = QueryBoard()
    status = nil
    absence = nil
    timeline = TimelineState()
    alertList.isOpen = false
    drift.isOpen = false
    if let model = replay.report.incident.model { selection = Selection(model: model) }
    standInReplay()
  }

  /// Back to the present, or to the end where this console has nothing else to show.
  mutating func leaveReplay() {
    guard configuration.replayed == nil else {
      jumpInReplay { $0.end.seconds }
      return
    }
    replay = nil
    board = QueryBoard()
    pause = nil
    cursor = nil
    timeline = TimelineState()
    if configuration.isReplay, let newest { standAtTheEnd(of: newest) }
    say(configuration.isReplay ? "this is the end of what was recorded" : "this is live again")
  }

  /// Time passed, or the picture that was awaited has come.
  mutating func playOn() {
    guard var replay else { return }
    if let next = board.past { replay.moment = next }
    replay.advance(to: now, isPictured: replay.moment?.time == replay.position)
    self.replay = replay
    // Each time, since another panel or span has other steps.
    standInReplay()
  }

  /// Keys of time while an incident is replayed; false passes one on.
  mutating func moveInReplay(_ intent: Intent) -> Bool {
    guard var replay else {
      guard intent.isOfReplay else { return false }
      say("no incident is replayed: \(key(.palette)) and the word replay lists them", .quiet)
      return true
    }
    let step = chartSpan.step
    switch intent {
    case .pause:
      if replay.isPlaying { replay.stop() } else { replay.play(at: now) }
      self.replay = replay
      standInReplay()
    case .goLive: leaveReplay()
    case .earlier: jumpInReplay { $0.position.seconds - step }
    case .later: jumpInReplay { $0.position.seconds + step }
    case .replayStart: jumpInReplay { $0.start.seconds }
    case .replayEnd: jumpInReplay { $0.end.seconds }
    case .previousMark:
      guard let mark = replay.previousMark else { return tell("this is its start") }
      jumpInReplay { _ in mark.second }
    case .nextMark:
      guard let mark = replay.nextMark else { return tell("this is its end") }
      jumpInReplay { _ in mark.second }
    case .faster:
      guard let speed = replay.speed.faster else { return tell("60x is the fastest") }
      self.replay?.set(speed)
    case .slower:
      guard let speed = replay.speed.slower else { return tell("1x is the slowest") }
      self.replay?.set(speed)
    default: return false
    }
    return true
  }

  private mutating func tell(_ text: String) -> Bool {
    say(text, .quiet)
    return true
  }

  /// Whoever jumps wants to look: it stands there.
  private mutating func jumpInReplay(_ second: (Replay) -> Int64) {
    guard var replay else { return }
    replay.stop()
    replay.go(to: second(replay))
    self.replay = replay
    // Else a second may pass before the question goes out.
    board.hurry()
    standInReplay()
  }

  /// Panels and cursor at the replay's moment; nothing after it is asked for. While its picture is awaited, what stands
  /// there is of its own time.
  private mutating func standInReplay() {
    guard let replay, let moment = replay.moment else {
      pause = nil
      cursor = nil
      return
    }
    pause = Pause(
      at: moment.time, snapshot: moment, end: replay.position.seconds + ChartSpan.settle)
    let charts = chartSpan
    cursor = charts.filled - charts.step
  }

  /// The past stands still: panels and cursor at the last thing that it has. It can be walked back from there.
  mutating func standAtTheEnd(of snapshot: SystemSnapshot) {
    pause = Pause(
      at: snapshot.time, snapshot: snapshot,
      // So that the last step is drawn, whole or not: it is the one before the end.
      end: snapshot.time.seconds + ConsoleState.lastSteps)
    // Where it stood before would have a place in the charts.
    cursor = nil
    let charts = chartSpan
    cursor = charts.filled - charts.step
  }

  /// What a chart leaves out of a living server's newest seconds, and the finest step less one.
  private static let lastSteps: Int64 = 2 + 4
}

extension Intent {
  /// Of use in a replay alone.
  var isOfReplay: Bool {
    switch self {
    case .faster, .slower, .replayStart, .replayEnd: true
    default: false
    }
  }
}
