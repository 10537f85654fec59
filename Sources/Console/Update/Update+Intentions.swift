package import Domain

/// What this console has said of the act that it asks about.
package struct Announcement: Sendable, Equatable {
  package var notice: Intention.Notice
  package var sentAt: Timestamp
}

extension ConsoleState {
  /// Seconds between two announcements of one question; an intention that nobody renews ends by itself.
  private static let renewal = 5.0
  /// Seconds without a key after which a question is open, but nobody is about to act.
  private static let patience = 120.0

  /// Says what is about to be done: when a question was opened, from time to time while it is open, and when it is not any
  /// more.
  mutating func announce() -> [Effect] {
    let wanted = intended
    var effects: [Effect] = []
    if let before = announced, before.notice.id != wanted?.id {
      announced = nil
      var over = before.notice
      over.isOver = true
      // What became a command ends with it: said apart it could come first, and another one's turn with it.
      if !isSent(before.notice.id) { effects.append(.announce(over)) }
    }
    guard let wanted else { return effects }
    if let before = announced, before.notice == wanted,
      now.secondsSince(before.sentAt) < Self.renewal
    {
      return effects
    }
    announced = Announcement(notice: wanted, sentAt: now)
    return effects + [.announce(wanted)]
  }

  private func isSent(_ id: CommandID) -> Bool {
    if case .act(let asking) = dialog { asking.commandID == id } else { false }
  }

  /// Under the id that the command will have.
  private var intended: Intention.Notice? {
    guard case .act(let asking) = dialog, let words = asking.intention, actingObstacle == nil,
      now.secondsSince(touchedAt) < Self.patience
    else { return nil }
    var next = ids
    return Intention.Notice(id: next.next(), model: asking.model, words: words)
  }

  /// Who else is about to act.
  var otherIntentions: [Intention] {
    (newest?.intentions ?? []).filter { $0.id != announced?.notice.id }
  }
}

extension ActDialog {
  /// What others read after "is about to"; nil where nobody has to wait for it, or where it was answered.
  var intention: String? {
    guard seen != nil else { return nil }
    switch stage {
    case .asking, .refused: break
    case .sending, .unknown, .lost: return nil
    }
    switch act {
    case .rollBack: return "roll \(model) back to \(version)"
    case .endChallenger: return "take challenger \(version) of \(model) out"
    case .endShadow: return "end shadow \(version) of \(model)"
    case .promote: return "promote \(model) \(version)"
    case .setWeight: return "set the share of \(model) \(version)"
    case .startShadow: return "shadow \(model) \(version)"
    case .freeze: return "freeze \(model)"
    case .unfreeze: return "lift the freeze of \(model)"
    case .release: return "release \(model) \(version) from quarantine"
    case .undo: return undoWords
    case .pin: return "pin \(model)"
    case .unpin: return "lift the pin of \(model)"
    case .limit: return "limit \(model)"
    case .shed: return "shed requests of \(model)"
    case .eject: return "eject an upstream of \(model) \(version)"
    case .load: return "load \(model) \(version)"
    case .unload: return "unload \(model) \(version)"
    case .acknowledge, .takeBack, .silence, .endSilence, .note: return nil
    }
  }
}
