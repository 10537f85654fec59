package import Domain
import TextUI

/// The one way in which a console changes.
///
/// - Parameter now: local wall-clock time; there is no other clock in here.
/// - Returns: what to do outside; each comes back as an action.
package func update(
  _ state: inout ConsoleState, _ action: Action, at now: Timestamp
) -> [Effect] {
  state.now = now
  let before = state.selected?.model.name
  var effects: [Effect] = []
  switch action {
  case .input(let batch):
    if !batch.keys.isEmpty {
      state.touchedAt = now
      effects = state.look()
    }
    effects += state.take(batch)
  case .click(let target, let instant):
    state.touchedAt = now
    effects = state.take(target, at: instant)
  case .tick: break
  // A paused picture stands still, this figure too.
  case .cost(let cost): if state.pause == nil { state.cost = cost }
  case .settings(let settings): state.take(settings)
  case .snapshot(let snapshot): effects = state.take(snapshot)
  case .connectionLost(let reason): effects = state.lose(reason: reason)
  case .answered(let slot, let question, let result):
    state.board.take(slot, question, result)
  case .preflight(let version, let result): state.takePreflight(version, result)
  case .outcome(let command, let outcome): effects = state.take(outcome, of: command)
  case .ranAgain(let copy, let version, let result): state.takeRerun(copy, version, result)
  case .copied(let isTaken): state.takeCopy(isTaken)
  case .exported(let result): state.takeExport(result)
  case .incidentExported(let result): state.takeIncidentExport(result)
  case .lookedUp(let id, let result): effects = state.takeLookup(id, result)
  }
  if state.exit == nil {
    state.followCursor(from: before)
    state.settleReading()
    state.takeWish()
    state.playOn()
    effects += state.board.ask(state.needs(), at: now)
    effects += state.keepPace()
    effects += state.announce()
  }
  return effects
}

extension ConsoleState {
  /// What the runtime does before anything else.
  package func start() -> [Effect] { [.connect(after: .zero)] }

  /// One batch of input, event by event. Keys that arrived together with the one that opened a dialog,
  /// or after the one that closed it, were meant for something else.
  fileprivate mutating func take(_ batch: InputBatch) -> [Effect] {
    let wasAsking = dialog != nil
    let events = wasAsking ? admitted(batch) : batch.events
    var effects: [Effect] = []
    for event in events {
      switch event {
      case .resized(let next):
        size = next
        leaveUnseenQuestion()
      case .terminate: exit = .terminated
      case .hangUp: exit = .hangUp
      case .key(let key):
        guard exit == nil else { break }
        guard isSeen else {
          // Whatever is open and not seen takes no key of it.
          if keymap.binding(for: key, in: panel)?.intent == .quit { quit(at: batch.time) }
          break
        }
        guard (dialog != nil) == wasAsking else { break }
        if wasAsking {
          effects += takeInDialog(key)
        } else {
          effects += take(key, at: batch.time)
          if let earlier = lastKeyAt { follow(keyAt: earlier) }
          lastKeyAt = batch.time
        }
      case .paste(let text): if !wasAsking, Frame.fits(size) { paste(text) }
      case .mouse(let event):
        guard !wasAsking, dialog == nil, exit == nil, Frame.fits(size), let key = event.wheelKey
        else { break }
        effects += take(key, at: batch.time)
      case .background(let color): background = color
      case .wake, .resumed: break
      }
    }
    if !batch.keys.isEmpty { lastKeyAt = batch.time }
    return effects
  }

  /// Whether somebody can see what a key does: in a terminal that is too small there is nothing but leaving.
  private var isSeen: Bool {
    if case .quit = dialog { return true }
    return Frame.fits(size)
  }

  /// A question whose answer acts is not kept open where it is not seen.
  private mutating func leaveUnseenQuestion() {
    guard !Frame.fits(size), case .act(let asking) = dialog else { return }
    dialog = nil
    if asking.commandID == nil { say("the question was left: the terminal was too small", .warn) }
  }

  /// A question that was just opened learns when the key before its own was pressed.
  private mutating func follow(keyAt earlier: ContinuousClock.Instant) {
    switch dialog {
    case .act(var asking):
      asking.inputGuard.follow(keyAt: earlier)
      dialog = .act(asking)
    case .quit(var asking):
      asking.inputGuard.follow(keyAt: earlier)
      dialog = .quit(asking)
    case nil: break
    }
  }

  private mutating func admitted(_ batch: InputBatch) -> [InputEvent] {
    switch dialog {
    case .act(var asking):
      defer { dialog = .act(asking) }
      let admitted = asking.inputGuard.admit(batch)
      // The guard drops the head of a word that goes on; its tail is no answer either.
      let isStray = batch.keys.contains {
        $0 != .escape && $0 != .character("y") && $0 != asking.opener
      }
      if isStray, admitted.count < batch.events.count { asking.disarm(at: now) }
      for case .paste(let text) in batch.events
      where !asking.takePaste(text, at: batch.time, now: now) {
        say("a paste is not taken in a question that acts: type it", .warn)
      }
      return admitted
    case .quit(var asking):
      defer { dialog = .quit(asking) }
      return asking.inputGuard.admit(batch)
    case nil: return batch.events
    }
  }

  private mutating func takeInDialog(_ key: Key) -> [Effect] {
    switch dialog {
    case .act(let asking): return take(key, asking: asking)
    case .quit(let asking):
      take(key, leaving: asking)
      return []
    case nil: return []
    }
  }
}
