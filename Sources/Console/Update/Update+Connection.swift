import Domain
import TextUI

extension ConsoleState {
  /// News from the server.
  mutating func take(_ next: SystemSnapshot) -> [Effect] {
    var effects: [Effect] = []
    let isNewConnection = !connection.isUp
    let isFirst = newest == nil
    if let newest, configuration.replayed == nil {
      announce(next, after: newest)
      effects += calls(next, after: newest)
    }
    let previous = newest
    newest = next
    receivedAt = now
    lookOut.note(next, after: previous)
    if isFirst {
      lookFirst(next)
      arrive(in: next)
      if selection == Selection() { selection = next.gravest }
    }
    if let report = configuration.replayed {
      if isFirst { begin(Replay(report, now: next.time)) }
    } else if configuration.isReplay, replay == nil {
      standAtTheEnd(of: next)
    }
    if isNewConnection {
      if !isFirst, case .lost(let since, _, _) = connection {
        say("connected again\(outage(since))", .ok)
      }
      connection = .up
      board.forgetPending()
      effects += unresolved.map { .lookUp($0.command.id, after: .zero) }
    }
    keepWords(of: next)
    refreshDialog(next)
    if let previous, replay == nil { leaveGoneAlert(next, after: previous) }
    return effects
  }

  /// The stream ended: everything stands as it was, and the console tries again by itself.
  mutating func lose(reason: String) -> [Effect] {
    let attempt: Int
    switch connection {
    case .up:
      attempt = 0
      connection = .lost(since: now, reason: reason, attempt: 1)
    case .lost(let since, _, let tried):
      attempt = tried
      connection = .lost(since: since, reason: reason, attempt: tried + 1)
    case .connecting(let since, let tried):
      attempt = tried
      connection =
        newest == nil && tried == 0 && !configuration.hostsServer
        ? .lost(since: since, reason: reason, attempt: 1)
        : .connecting(since: since, attempt: tried + 1)
    }
    return [.connect(after: ConsoleState.backoff(attempt))]
  }

  /// A paused picture needs no figures, only news; a question about the present needs the present.
  mutating func keepPace() -> [Effect] {
    let isCalm = pause != nil && dialog == nil && unresolved.isEmpty
    let wanted = isCalm ? StreamPace.calm : .live
    guard wanted != pace else { return [] }
    pace = wanted
    return [.follow(wanted)]
  }

  /// Half a second, then doubling up to five.
  static func backoff(_ attempt: Int) -> Duration {
    .milliseconds(min(5_000, 500 << min(max(attempt, 0), 5)))
  }

  /// An open question is about the present state: when it moved, the question is asked anew.
  private mutating func refreshDialog(_ snapshot: SystemSnapshot) {
    guard case .act(var asking) = dialog else { return }
    if let alert = asking.alert {
      guard asking.refresh(snapshot.alerts.first { $0.id == alert.id }, now: now) else { return }
      dialog = .act(asking)
      return
    }
    guard let model = snapshot.model(asking.model), let seen = asking.seen,
      model.deployment.revision != seen.revision
    else { return }
    switch asking.stage {
    case .sending, .unknown, .lost: return
    case .asking, .refused: break
    }
    let change = model.lastChange.map { ": \($0.principal.name): \($0.summary)" } ?? ""
    asking.refresh(model, server: snapshot.server, now: now)
    asking.disarm(at: now)
    asking.note = ActDialog.Note(
      tone: .warn, text: "changed meanwhile\(change); this is the state now, look again")
    dialog = .act(asking)
  }

  /// " after 4 s"; nothing for less than one.
  private func outage(_ since: Timestamp) -> String {
    let seconds = Int(max(0, now.secondsSince(since)))
    return seconds > 0 ? " after \(seconds) s" : ""
  }
}
