package import Domain
package import TextUI

/// A question before an act: what was on the screen when it was decided, and how far it has come.
package struct ActDialog: Sendable, Equatable {
  package var act: Act
  package var model: String
  /// The version that comes in, or that the act is about.
  package var version: String
  /// The alert that the question is about; nil where it is about a deployment.
  package var alert: Alert?
  /// The row of the ledger that is to be taken back.
  package var entry: AuditEntry?
  /// The deployment that the operator decided on; the command names it. Nil where the question is about an alert.
  package var seen: Deployment?
  package var championSHA256: String
  package var versionSHA256: String
  package var fields: [Field]
  package var focus: Focus = .buttons
  package var inputGuard: InputGuard
  /// The key that opened it: pressed again it is no answer.
  package var opener: Key?
  /// Keys are ignored until then: a stray key was pressed, or the state moved.
  package var disarmedUntil: Timestamp?
  package var preflight: Preflight = .notNeeded
  /// Proceed although the preflight did not pass.
  package var isWaived = false
  /// Proceed although the audit row cannot be written.
  package var isBreakGlass = false
  /// Proceed although somebody else was about to act.
  package var takesOver = false
  package var stage: Stage = .asking
  /// A word under the fields: why the last key did nothing, or what has changed meanwhile.
  package var note: Note?

  package enum Focus: Sendable, Equatable {
    /// Cancel has the focus; letters are answers.
    case buttons
    /// Letters go into this field.
    case field(Int)
  }

  package enum Preflight: Sendable, Equatable {
    case notNeeded
    case running(since: Timestamp)
    case report(PreflightReport)
    case failed(reason: String)
  }

  package enum Stage: Sendable, Equatable {
    case asking
    case sending(CommandID, since: Timestamp)
    case refused(Refusal)
    /// No answer came; `lookups` counts how often it was asked about since.
    case unknown(Command, reason: String, lookups: Int)
    /// The server never saw the command: it may be sent again under the same id.
    case lost(Command)
  }

  package struct Note: Sendable, Equatable {
    package var tone: Tone
    package var text: String
  }

  package struct Field: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// In production: the version must be typed.
      case typedVersion
      case weight
      case until
      /// What a silence is about.
      case matchers
      case version
      case client
      case rate
      case share
      case upstream
      case reason
    }

    package var kind: Kind
    package var label: String
    package var input: TextInput
    package var hint: String

    package init(kind: Kind, label: String, text: String, hint: String) {
      self.kind = kind
      self.label = label
      input = TextInput(text)
      self.hint = hint
    }
  }

  package func text(_ kind: Field.Kind) -> String? { fields.first { $0.kind == kind }?.input.text }
}

/// Leaving a console that serves: what becomes of the server.
package struct QuitDialog: Sendable, Equatable {
  package var inputGuard: InputGuard
  package var isStopping = false
  /// It was answered as if typing; it is told.
  var isHasty = false
}

extension ActDialog {
  /// A fresh question about the present state.
  ///
  /// - Parameters:
  ///   - model: as it is now, never the paused picture.
  ///   - server: nil leaves out what production asks for.
  ///   - alert: that it was opened from, which is its reason until the operator writes another.
  ///   - client: whom an alert about the model names.
  package init(
    _ act: Act, version: String, model: ModelSnapshot, server: ServerInfo?, now: Timestamp,
    openedAt: ContinuousClock.Instant, because alert: Alert? = nil, client: String? = nil
  ) {
    let deployment = model.deployment
    let version = act == .rollBack ? deployment.rollbackTarget ?? version : version
    self.act = act
    self.model = model.name
    self.version = version
    seen = deployment
    championSHA256 = model.version(deployment.champion)?.sha256 ?? ""
    versionSHA256 = model.version(version)?.sha256 ?? ""
    fields = []
    inputGuard = InputGuard(openedAt: openedAt)
    if act.movesTraffic, server?.isProduction ?? false {
      fields.append(
        Field(kind: .typedVersion, label: "type", text: "", hint: "\(version) to confirm"))
    }
    if act == .setWeight {
      let weight =
        deployment.challenger?.version == version ? deployment.challenger?.weight ?? 0.1 : 0.1
      fields.append(
        Field(
          kind: .weight, label: "share",
          text: Format.decimal(
            weight * 100, places: weight * 100 == (weight * 100).rounded() ? 0 : 1),
          hint: "per cent of the traffic"))
    }
    if act == .freeze {
      fields.append(Field(kind: .until, label: "for", text: "1h", hint: "30m, 4h, 2d"))
    }
    fields += ActDialog.leverFields(
      act, version: version, model: model, server: server, alert: alert, client: client)
    let isNote = act == .note
    let reason = isNote ? nil : alert.map { $0.isFlag ? $0.name : "\($0.name) \($0.valueText)" }
    fields.append(
      Field(
        kind: .reason, label: isNote ? "note" : "because", text: reason ?? act.usualReason, hint: ""
      ))
    if isNote { focus = .field(0) }
    if act == .promote { preflight = .running(since: now) }
  }

  /// The same question about a state that moved, what was typed kept.
  package mutating func refresh(_ snapshot: ModelSnapshot, server: ServerInfo?, now: Timestamp) {
    var next = ActDialog(
      act, version: version, model: snapshot, server: server, now: now, openedAt: .now)
    next.inputGuard = inputGuard
    for index in next.fields.indices {
      if next.fields[index].kind != .typedVersion, let text = text(next.fields[index].kind) {
        next.fields[index].input = TextInput(text)
      }
    }
    next.focus = .buttons
    next.entry = entry
    next.preflight = preflight
    next.isWaived = isWaived
    next.isBreakGlass = isBreakGlass
    self = next
  }

  /// What the command will say it was decided on.
  package var expectation: Command.Expectation? {
    guard let seen else { return nil }
    func prefix(_ sha256: String) -> String? {
      sha256.utf8.count >= 12 ? String(sha256.prefix(12)) : nil
    }
    return Command.Expectation(
      revision: seen.revision, champion: seen.champion, championSHA256: prefix(championSHA256),
      targetSHA256: bringsIn ? prefix(versionSHA256) : nil)
  }

  private var bringsIn: Bool {
    switch act {
    case .rollBack, .promote, .setWeight, .startShadow: true
    case .endChallenger, .endShadow, .freeze, .unfreeze, .release, .undo, .pin, .unpin, .limit,
      .shed, .eject, .load, .unload, .acknowledge, .takeBack, .silence, .endSilence, .note:
      false
    }
  }
}
