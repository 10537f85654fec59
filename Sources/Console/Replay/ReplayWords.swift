import Domain
import TextUI

extension ConsoleState {
  /// What the header says of the replay: what of, when, and whether it moves.
  func replayStanding(_ replay: Replay, _ look: Look) -> StyledText {
    let day = wall.date(replay.position) == wall.date(now)
    let time = day ? wall.time(replay.position) : wall.dateAndTime(replay.position)
    return StyledText("\(Replay.word) \(replay.report.incident.id) \(time)", look.theme.warn.bold)
      + look.text("  \(lateness(replay) ?? replay.pace)", .warn)
  }

  /// Of which moment the figures are while they are not of the one at which it stands, and why; nil while they are, or
  /// there are none.
  private func lateness(_ replay: Replay) -> String? {
    guard let moment = replay.moment, moment.time != replay.position else { return nil }
    let figures = "figures of \(wall.time(moment.time))"
    // That there is no connection is said beside it.
    guard connection.isUp else { return figures }
    let failure = board.failure(.past)
    if replay.isPlaying, failure == nil {
      // From one step to the next a picture is always awaited for a moment.
      guard let since = board.waitingSince(.past), now.secondsSince(since) >= 1 else { return nil }
    }
    return "\(failure ?? "reading"), \(figures)"
  }

  /// What has happened by now, and when the next thing does.
  func drawReplayLine(
    _ replay: Replay, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    func time(_ mark: Replay.Mark) -> String { wall.time(Timestamp(seconds: mark.second)) }
    let next =
      replay.nextMark.map {
        Hint(key(.nextMark), "next").text(look) + look.text(" \(time($0))", .quiet)
      } ?? StyledText()
    grid.write(next, in: rect, align: .right)
    let room = rect.inset(right: next.isEmpty ? 0 : next.width + 2)
    guard let last = replay.lastMark else { return }
    grid.write(
      look.text(time(last) + " ", .quiet) + look.text(last.text), in: room,
      ellipsis: look.glyphs.ellipsis)
  }

  /// Keys for the hint bar while an incident is replayed.
  func replayHints(_ replay: Replay) -> [Hint] {
    let back =
      configuration.replayed != nil ? "end" : configuration.isReplay ? "leave" : "live"
    return [
      Hint(key(.pause), replay.isPlaying ? "stop" : "play"),
      Hint("\(key(.slower)) \(key(.faster))", "speed"),
      Hint("\(key(.earlier)) \(key(.later))", "step"),
      Hint("\(key(.previousMark)) \(key(.nextMark))", "mark"),
      Hint("\(key(.zoomIn)) \(key(.zoomOut))", "zoom"),
      Hint(key(.goLive), back), Hint(key(.palette), "palette"), Hint(key(.help), "help"),
    ]
  }

  /// While the first picture of it is awaited, or why it does not come.
  func replayWaiting(_ replay: Replay) -> EmptyState {
    let id = replay.report.incident.id
    let back = configuration.replayed == nil ? [Hint(key(.goLive), "back")] : []
    guard let failure = board.failure(.past) else {
      return EmptyState("reading what was recorded of \(id)", hints: back)
    }
    return EmptyState(
      "what was recorded of \(id) cannot be read: \(failure)",
      hints: back + [Hint(key(.quit), "quit")], tone: .warn)
  }
}

extension Replay {
  fileprivate var pace: String { isPlaying ? speed.name : isAtEnd ? "at its end" : "stopped" }
}

extension Incident {
  /// As a list names it.
  func replayTitle(_ wall: Wall, now: Timestamp) -> String {
    "replay \(id), \(title), \(wall.short(openedAt, now: now))\(isOpen ? ", open" : "")"
  }
}
