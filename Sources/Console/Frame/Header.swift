import Domain
import TextUI

/// The first line: where this is, whether it is live, and how old it is.
struct Header {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    StatusLine(left: left(look), right: right(look)).draw(in: rect, on: &grid, look: look)
  }

  private func left(_ look: Look) -> [StyledText] {
    // What is past must be seen to be, whatever else has room.
    if let replay = state.replay {
      return [
        state.replayStanding(replay, look), outage(look) ?? "", environment(look), clock(look),
        look.text(state.live?.server.host ?? "", .quiet),
      ]
    }
    return [
      StyledText("vigia", look.theme.accent.bold), environment(look), standing(look), cursor(look),
      clock(look), age(look), look.text(state.live?.server.host ?? "", .quiet),
    ]
  }

  private func environment(_ look: Look) -> StyledText {
    guard let server = state.live?.server else {
      return look.text(state.configuration.endpoint, .quiet)
    }
    if server.isProduction { return StyledText(" PROD ", look.theme.headerBand) }
    if server.isDemo, server.environment.isEmpty { return StyledText("demo", look.theme.text.bold) }
    return StyledText(server.environment, look.theme.text.bold)
  }

  /// That there is no connection; nil while there is one.
  private func outage(_ look: Look) -> StyledText? {
    switch state.connection {
    case .connecting(let since, let attempt):
      return look.text(
        attempt == 0 ? "CONNECTING" : "CONNECTING since \(state.wall.time(since))", .info
      )
      .styled { $0.bold }
    case .lost(let since, _, _):
      // Beside a replay there is little room, and without room it would not be said at all.
      let isShort = state.replay != nil && state.size.width < 110
      let details = isShort ? "" : " since \(state.wall.time(since)), retrying"
      return StyledText(" NO CONNECTION\(details) ", look.theme.alarmBand)
    case .up: return nil
    }
  }

  private func standing(_ look: Look) -> StyledText {
    if let outage = outage(look) { return outage }
    if state.configuration.isReplay, let live = state.live {
      return StyledText(
        "\(state.configuration.replayWord) until \(state.wall.dateAndTime(live.time))",
        look.theme.warn.bold)
    }
    if let pause = state.pause {
      return StyledText("PAUSED at \(state.wall.time(pause.at))", look.theme.warn.bold)
    }
    if state.live?.server.isStopping ?? false {
      return StyledText("STOPPING", look.theme.warn.bold)
    }
    return StyledText("LIVE", look.theme.ok.bold)
  }

  /// The time that the cursor stands at, on whatever panel.
  private func cursor(_ look: Look) -> StyledText {
    guard let cursor = state.cursor, !state.configuration.isReplay else { return "" }
    return look.text("cursor \(state.wall.time(Timestamp(seconds: cursor)))", .info)
  }

  /// A paused picture shows no running clock.
  private func clock(_ look: Look) -> StyledText {
    let zone = state.wall.zone(at: state.shownTime)
    if state.pause != nil || state.replay != nil { return look.text(zone, .quiet) }
    return look.text(state.wall.time(state.serverNow)) + look.text(" " + zone, .quiet)
  }

  private func age(_ look: Look) -> StyledText {
    guard state.pause == nil, state.replay == nil, let age = state.dataAge, age > 2 else {
      return StyledText()
    }
    return look.text(
      "data \(Format.age(seconds: age.rounded(.down)).shortText) old", age > 5 ? .warn : .quiet)
  }

  /// The selected model's, else the newest.
  private func incident(_ live: SystemSnapshot) -> Incident? {
    let selected = live.incidents.first { $0.incident.model == state.selected?.model.name }
    return (selected ?? live.incidents.first)?.incident
  }

  private func right(_ look: Look) -> [StyledText] {
    guard let live = state.live else { return [] }
    var facts: [StyledText] = []
    if let incident = incident(live), incident.id != state.replay?.report.incident.id {
      facts.append(
        incident.text(
          look, at: state.pause == nil ? state.serverNow : nil, isShort: state.size.width < 110))
    }
    // What an incident freezes thaws with it: the hour in the freeze says nothing.
    let frozen = live.models.filter {
      $0.deployment.activeFreeze(at: state.serverNow).map { $0.incident == nil } ?? false
    }
    if let first = frozen.first, let freeze = first.deployment.freeze {
      let names = frozen.count == 1 ? first.name : "\(frozen.count) models"
      facts.append(
        look.text("frozen \(names) until \(state.wall.minute(freeze.until.seconds))", .info))
    }
    if !state.isPast,
      live.server.isReadOnly || state.configuration.isReadOnly || state.configuration.isUnknown
    {
      facts.append(look.text("READ-ONLY", .info))
    }
    let counted = Notices.counted(state)
    facts += AlertCounts(counted.filter { $0.alert != nil }.map(\.tone)).texts(look)
      .map { $0.styled { $0.bold } }
    // What no alert says of, the gravest first.
    let others = counted.filter { $0.alert == nil && $0.tone != .info }
    if let gravest = others.first {
      facts.append(
        look.status(gravest.tone, "\(others.count) notice\(others.count > 1 ? "s" : "")")
          .styled { $0.bold })
    }
    return facts
  }
}
