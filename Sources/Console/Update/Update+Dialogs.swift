import Domain
import TextUI

extension ConsoleState {
  /// A key while an act is asked about. The guard has let it through already.
  mutating func take(_ key: Key, asking: ActDialog) -> [Effect] {
    var asking = asking
    if key == .escape {
      leave(asking)
      return []
    }
    let effects: [Effect]
    if case .field(let index) = asking.focus, asking.fields.indices.contains(index) {
      asking.type(key, into: index)
      effects = []
    } else {
      effects = answer(key, &asking)
    }
    if dialog != nil { dialog = .act(asking) }
    return effects
  }

  /// A key that is an answer: `y` does it, Enter and Esc leave.
  private mutating func answer(_ key: Key, _ asking: inout ActDialog) -> [Effect] {
    switch key {
    case .enter:
      leave(asking)
      return []
    case _ where key == asking.opener: break
    case .tab, .down: asking.moveFocus(by: 1)
    case .backTab, .up: asking.moveFocus(by: -1)
    case .character("y"): return confirm(&asking)
    case .character("w") where asking.offersWaiver:
      asking.isWaived.toggle()
      asking.note = nil
    case .character(let character) where asking.act == .setWeight && character.isNumber:
      asking.focusOnWeight(typing: character)
    case .character(let character) where asking.act == .silence:
      guard let duration = ActDialog.silenceDurations[character] else { fallthrough }
      asking.choose(duration: duration)
    default:
      asking.disarm(at: now)
      asking.note = ActDialog.Note(
        tone: .quiet, text: "\(key.label) is no answer here; y does it, Esc leaves")
    }
    return []
  }

  private mutating func confirm(_ asking: inout ActDialog) -> [Effect] {
    if let until = asking.disarmedUntil, now < until { return [] }
    if asking.inputGuard.isRestless {
      asking.note = ActDialog.Note(tone: .warn, text: hastyWords)
      return []
    }
    if let actingObstacle {
      asking.note = ActDialog.Note(tone: .warn, text: actingObstacle)
      return []
    }
    switch asking.stage {
    case .sending, .unknown: return []
    case .lost(let command):
      asking.stage = .sending(command.id, since: now)
      return [.send(command)]
    case .refused(let refusal):
      guard asking.prepareAgain(after: refusal) else {
        leave(asking)
        return []
      }
    case .asking: break
    }
    switch asking.command(at: serverNow) {
    case .failure(let blocked):
      asking.note = ActDialog.Note(tone: .warn, text: blocked.why)
      return []
    case .success(let action):
      let command = Command(
        id: ids.next(), action: action, reason: asking.trimmedReason, origin: .console,
        expected: asking.expectation, takesOver: asking.takesOver ? true : nil)
      asking.stage = .sending(command.id, since: now)
      asking.note = nil
      return [.send(command)]
    }
  }

  /// Closes the question. A command that is on its way stays on its way, and that is said.
  private mutating func leave(_ asking: ActDialog) {
    dialog = nil
    switch asking.stage {
    case .asking, .refused, .lost: say("nothing was done", .quiet)
    case .sending: say("\(asking.act.verb) is on its way; its outcome will stand here", .warn)
    case .unknown: say("\(asking.act.verb): no answer yet, asking again", .warn)
    }
  }

  /// Leaving a console that serves.
  mutating func take(_ key: Key, leaving asking: QuitDialog) {
    switch key {
    case .escape, .character("n"):
      dialog = nil
      say("still here", .quiet)
    case .enter, .character("d"): exit = .detach
    case .character("y") where asking.isStopping:
      if asking.inputGuard.isRestless {
        var next = asking
        next.isHasty = true
        dialog = .quit(next)
      } else {
        exit = .stop
      }
    case .character("x"):
      var next = asking
      next.isStopping = true
      dialog = .quit(next)
    default: break
    }
  }
}

extension ActDialog {
  /// Takes what was pasted where it is words for people and nothing else; what follows it at once answers nothing.
  ///
  /// - Returns: whether it was taken.
  mutating func takePaste(
    _ text: String, at instant: ContinuousClock.Instant, now: Timestamp
  ) -> Bool {
    guard case .field(let index) = focus, fields.indices.contains(index),
      fields[index].kind == .reason, inputGuard.isSettled(at: instant)
    else { return false }
    fields[index].input.paste(text)
    disarm(at: now)
    return true
  }

  /// How long an answer is not taken after a stray key or a change of the state.
  static let disarmSeconds = 1.0

  mutating func disarm(at now: Timestamp) {
    disarmedUntil = now.adding(seconds: ActDialog.disarmSeconds)
    inputGuard.unsettle()
  }

  var commandID: CommandID? {
    switch stage {
    case .sending(let id, _): id
    case .unknown(let command, _, _), .lost(let command): command.id
    case .asking, .refused: nil
    }
  }

  /// Whether the operator may go on without a preflight that passed.
  package var offersWaiver: Bool {
    guard act == .promote else { return false }
    if case .refused(let refusal) = stage { return refusal.code == .preflightFailed }
    switch preflight {
    case .report(let report): return !report.passed
    case .failed: return true
    case .notNeeded, .running: return false
    }
  }

  /// Whether the next confirm would go on without an audit row.
  var offersBreakGlass: Bool {
    guard case .refused(let refusal) = stage else { return false }
    return refusal.code == .auditUnavailable && act == .rollBack
  }

  enum NoteKind { case none, blocked, other }

  /// A note about a preflight that is still running goes when it has ended.
  var noteKind: NoteKind {
    guard let note else { return .none }
    return note.text.hasPrefix("the preflight is running") ? .blocked : .other
  }

  /// Prepares another try after a refusal.
  ///
  /// - Returns: false when another try makes no sense.
  mutating func prepareAgain(after refusal: Refusal) -> Bool {
    switch refusal.code {
    case .auditUnavailable where act == .rollBack: isBreakGlass = true
    case .someoneActs: takesOver = true
    case .preflightFailed where act == .promote:
      if !isWaived {
        note = Note(tone: .warn, text: "w goes on without the preflight, y confirms it")
        return true
      }
    case .stateMoved, .invalid, .notLoaded, .frozen, .notAllowed: break
    default: return false
    }
    stage = .asking
    return true
  }

  mutating func moveFocus(by step: Int) {
    let places = fields.count + 1
    let at = if case .field(let index) = focus { index + 1 } else { 0 }
    let next = (at + step + places) % places
    focus = next == 0 ? .buttons : .field(next - 1)
  }

  /// A key for the field that has the focus. Enter goes back to the answers, and never further.
  mutating func type(_ key: Key, into index: Int) {
    switch key {
    case .enter: focus = .buttons
    case .tab, .down: moveFocus(by: 1)
    case .backTab, .up: moveFocus(by: -1)
    default: _ = fields[index].input.handle(key)
    }
    note = nil
  }

  mutating func focusOnWeight(typing character: Character) {
    guard let index = fields.firstIndex(where: { $0.kind == .weight }) else { return }
    focus = .field(index)
    fields[index].input = TextInput(String(character))
  }
}
