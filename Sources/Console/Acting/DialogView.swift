import Domain
import TextUI

extension ConsoleState {
  func drawDialog(in rect: Rect, on grid: inout CellGrid, look: Look) {
    switch dialog {
    case .act(let asking):
      ActDialogView(self, asking).dialog(look).draw(in: rect, on: &grid, look: look)
    case .quit(let asking): quitDialog(asking, look).draw(in: rect, on: &grid, look: look)
    case nil: break
    }
  }
}

/// The question before an act as it is drawn. Its figures are live, also while the panels are paused.
struct ActDialogView {
  let state: ConsoleState
  let asking: ActDialog
  private let model: ModelSnapshot?

  init(_ state: ConsoleState, _ asking: ActDialog) {
    self.state = state
    self.asking = asking
    model = state.live?.model(asking.model)
  }

  func dialog(_ look: Look) -> TextUI.Dialog {
    var rows = subject(look)
    rows += preflight(look)
    rows.append(.gap)
    for (index, one) in asking.fields.enumerated() {
      rows.append(.pair(one.label, field(index, one, look)))
      if one.kind == .matchers { rows += reach(look) }
    }
    rows += consequences(look)
    rows += standing(look)
    return TextUI.Dialog(
      title: title, rows: rows, buttons: buttons,
      focusedButton: asking.focus == .buttons ? 0 : nil, width: 72,
      tone: asking.act.isFelt ? .warn : .accent)
  }

  private var title: String {
    if let alertTitle { return alertTitle }
    let name = asking.model
    return switch asking.act {
    case .rollBack: "roll back \(name)"
    case .endChallenger: "take challenger \(asking.version) of \(name) out"
    case .endShadow: "end shadow \(asking.version) of \(name)"
    case .promote: "promote \(name) \(asking.version)"
    case .setWeight: "share of \(name) \(asking.version)"
    case .startShadow: "shadow \(name) \(asking.version)"
    case .freeze: "freeze \(name)"
    case .unfreeze: "lift the freeze of \(name)"
    case .release: "release \(name) \(asking.version) from quarantine"
    case .note: "note on \(name)"
    case .undo: asking.undoWords
    case .pin, .unpin, .limit, .shed, .eject, .load, .unload, .acknowledge, .takeBack, .silence,
      .endSilence:
      leverTitle ?? asking.act.verb
    }
  }

  /// From, to, and what moves.
  private func subject(_ look: Look) -> [TextUI.Dialog.Row] {
    if let alert = asking.alert { return alertSubject(alert, look) }
    guard let model, let champion = asking.seen?.champion else {
      return [.text(look.text("the model is gone", .critical))]
    }
    switch asking.act {
    case .rollBack, .promote:
      return [
        .pair("from", line(champion, asking.championSHA256, model, look)),
        .pair("to", line(asking.version, asking.versionSHA256, model, look)),
        .pair("target", readiness(asking.version, model, look)),
        // A challenger keeps its part; only what the champion answers goes elsewhere.
        .pair("moves", moves(model, share: model.deployment.share(of: champion), look)),
      ]
    case .endChallenger:
      return [
        .pair("out", line(asking.version, asking.versionSHA256, model, look)),
        .pair("to", line(champion, asking.championSHA256, model, look)),
        .pair("moves", moves(model, share: model.deployment.share(of: asking.version), look)),
      ]
    case .setWeight:
      let old = model.deployment.share(of: asking.version)
      let share = asking.weight.map { abs($0 - old) } ?? 0
      return [
        .pair("champion", line(champion, asking.championSHA256, model, look)),
        .pair("version", line(asking.version, asking.versionSHA256, model, look)),
        .pair("target", readiness(asking.version, model, look)),
        .pair("now", Format.percent(old).styled(look)),
        .pair("moves", moves(model, share: share, look)),
      ]
    case .startShadow, .endShadow, .release:
      return [.pair("version", line(asking.version, asking.versionSHA256, model, look))]
        + quarantine(model, look)
    case .freeze, .unfreeze:
      var rows: [TextUI.Dialog.Row] = [
        .pair("champion", line(champion, asking.championSHA256, model, look))
      ]
      if let freeze = model.deployment.freeze, asking.act == .unfreeze {
        rows.append(
          .pair(
            "frozen",
            look.text(
              "until \(state.wall.dateAndTime(freeze.until)) by \(freeze.by): \(freeze.reason)")))
      }
      return rows
    case .note:
      let open = state.live?.incident(of: model.name)?.incident
      return [
        .pair(
          "into",
          look.text(
            open.map { "\($0.id), \($0.title)" } ?? "the timeline: no incident is open"))
      ]
    case .undo:
      return [.pair("now", line(champion, asking.championSHA256, model, look))] + undone(look)
    case .pin:
      return [.pair("champion", line(champion, asking.championSHA256, model, look))]
        + accuracy(champion, model, look) + leverRows(model, look) + pinTarget(model, look)
    case .unpin, .limit, .shed:
      return [.pair("champion", line(champion, asking.championSHA256, model, look))]
        + leverRows(model, look)
    case .eject: return leverRows(model, look)
    case .load, .unload:
      return [
        .pair("version", line(asking.version, asking.versionSHA256, model, look)),
        .pair("is", readiness(asking.version, model, look)),
      ]
    case .acknowledge, .takeBack, .silence, .endSilence: return []
    }
  }

  /// The version as it is typed, which is to answer everything; nothing before one is.
  private func pinTarget(_ model: ModelSnapshot, _ look: Look) -> [TextUI.Dialog.Row] {
    guard let name = asking.pinned else { return [] }
    let sha256 = model.version(name)?.sha256 ?? ""
    return [.pair("to", line(name, sha256, model, look))] + accuracy(name, model, look) + [
      .pair("target", readiness(name, model, look)),
      .pair("moves", moves(model, share: 1 - model.deployment.share(of: name), look)),
    ]
  }

  /// How often a version is right, beside the other one's; none where no label says so of either.
  private func accuracy(_ name: String, _ model: ModelSnapshot, _ look: Look)
    -> [TextUI.Dialog.Row]
  {
    let names = [asking.seen?.champion ?? model.deployment.champion, asking.pinned ?? name, name]
    guard names.contains(where: { model.version($0).map { $0.recent.labels > 0 } ?? false }),
      let version = model.version(name)
    else { return [] }
    let recent = version.recent
    guard recent.labels > 0 else {
      return [.pair("accuracy", look.text("no label in 15 min", .quiet))]
    }
    let count = "\(Format.count(Int(recent.labels))) label\(recent.labels == 1 ? "" : "s")"
    return [
      .pair(
        "accuracy",
        Figures.quality(recent, model.judgement?.accuracyHealth(of: name), look)
          + look.text(" of \(count) in 15 min", .quiet))
    ]
  }

  private func quarantine(_ model: ModelSnapshot, _ look: Look) -> [TextUI.Dialog.Row] {
    guard asking.act == .release, let quarantine = model.deployment.quarantine[asking.version]
    else { return [] }
    return [
      .pair(
        "since",
        look.text(
          "\(state.wall.dateAndTime(quarantine.since)) by \(quarantine.by): \(quarantine.reason)"))
    ]
  }

  /// A version with its file and its last minute.
  private func line(_ name: String, _ sha256: String, _ model: ModelSnapshot, _ look: Look)
    -> StyledText
  {
    var text = StyledText(name.padded(to: 4), look.theme.text.bold)
    guard let version = model.version(name) else {
      return text + look.text("not in the repository", .critical)
    }
    if version.recent.requests > 0 {
      text += look.text(" p99 ", .quiet) + Figures.p99(version, model.objective, look)
      text += look.text("  errors ", .quiet) + Figures.errors(version, model.objective, look)
    } else {
      text += look.text(" no request in the last minute", .quiet)
    }
    return text + look.text("  sha256 \(Figures.sha(sha256))", .quiet)
  }

  private func readiness(_ name: String, _ model: ModelSnapshot, _ look: Look) -> StyledText {
    guard let version = model.version(name) else { return look.text("missing", .critical) }
    switch version.state {
    case .ready:
      return look.status(.ok, "loaded\(version.execution.isEmpty ? "" : ", \(version.execution)")")
    case .loading: return look.status(.info, "loading")
    case .unloaded: return look.status(.info, "not loaded; it is loaded first")
    case .failed(let reason): return look.status(.critical, reason)
    }
  }

  private func moves(_ model: ModelSnapshot, share: Double, _ look: Look) -> StyledText {
    Format.wholePercent(share).styled(look)
      + look.text(
        " of \(model.name), \(Format.rate(model.requestRate * share).text); nothing is dropped")
  }

  private func preflight(_ look: Look) -> [TextUI.Dialog.Row] {
    switch asking.preflight {
    case .notNeeded: return []
    case .running(let since):
      let seconds = Int(max(0, state.now.secondsSince(since)))
      return [
        .pair(
          "preflight",
          look.text("running, at most 2 s\(seconds > 2 ? " (\(seconds) s)" : "")", .info))
      ]
    case .failed(let reason):
      return [.pair("preflight", look.status(.critical, "no answer: \(reason)"))] + waiver(look)
    case .report(let report):
      return report.checks.enumerated().map { index, check in
        .pair(
          index == 0 ? "preflight" : "",
          look.status(check.passed ? .ok : .critical, check.name)
            + look.text("  \(check.detail)", .quiet))
      } + (report.passed ? [] : waiver(look))
    }
  }

  private func waiver(_ look: Look) -> [TextUI.Dialog.Row] {
    [
      .pair(
        "",
        look.text(asking.isWaived ? "[x] " : "[ ] ", .warn)
          + StyledText("w", look.theme.accent.bold)
          + look.text(
            " proceed unverified; it will stand in the audit", asking.isWaived ? .warn : .normal))
    ]
  }

  private func field(_ index: Int, _ field: ActDialog.Field, _ look: Look) -> StyledText {
    let style = look.theme.field
    let isFocused = asking.focus == .field(index)
    let text = field.input.text.sanitized
    if !isFocused {
      let shown = text.isEmpty ? look.text("(empty) ", .quiet) : StyledText(" \(text) ", style)
      return shown + look.text(field.hint.isEmpty ? "" : " \(field.hint)", .quiet)
    }
    let characters = field.input.characters
    let cursor = field.input.cursor
    let before = String(characters[..<cursor]).sanitized
    let under =
      cursor < characters.count
      ? String(characters[cursor]).sanitized : look.glyphs.isUnicode ? "\u{2581}" : "_"
    let after = cursor < characters.count ? String(characters[(cursor + 1)...]).sanitized : ""
    return StyledText(" " + before, style) + StyledText(under, style.reverse)
      + StyledText(after + " ", style)
      + look.text(field.hint.isEmpty ? "" : " \(field.hint)", .quiet)
  }

  private func consequences(_ look: Look) -> [TextUI.Dialog.Row] {
    var text: [String] = []
    var warnings: [String] = []
    switch asking.act {
    case .rollBack:
      text.append(
        "\(asking.seen?.champion ?? asking.version) goes into quarantine. Requests after the switch are watched for 2 min."
      )
      if let advice {
        warnings.append(advice)
      }
    case .promote:
      text.append("Undone by R.")
      if let doubt = state.live?.model(asking.model)
        .flatMap({ state.promotionDoubt(of: asking.version, $0) })
      {
        warnings.append(doubt)
      }
    case .undo:
      text.append("What was before is in force again; the row stays, and another one says that.")
    case .freeze:
      text.append("Promotions are refused until then, from CI too; rolling back stays possible.")
    default: if let words = alertConsequence ?? leverConsequence { text.append(words) }
    }
    if let trouble = receiver.flatMap({ model?.trouble(of: $0) ?? alarm(of: $0) }) {
      warnings.append("\(trouble): this moves requests to it")
    }
    if state.pause != nil { text.append("The panels are paused; the figures in here are live.") }
    let rows =
      warnings.map { TextUI.Dialog.Row.text(look.status(.warn, $0)) }
      + text.map { .text(look.text($0, .quiet)) }
    return rows.isEmpty ? [] : [.gap] + rows
  }

  /// The version that would get requests; nil where none move.
  private var receiver: String? {
    let champion = asking.seen?.champion
    switch asking.act {
    case .rollBack, .promote: return asking.version
    case .endChallenger: return champion
    case .pin: return asking.pinned
    case .setWeight:
      guard let model, let weight = asking.weight else { return nil }
      let old = model.deployment.share(of: asking.version)
      return weight == old ? nil : weight > old ? asking.version : champion
    default: return nil
    }
  }

  /// A page that fires for this very version.
  private func alarm(of version: String) -> String? {
    let alerts = (state.live?.openAlerts ?? []).flatMap(\.members)
    return alerts.first {
      $0.model == asking.model && $0.version == version && $0.severity == .critical
        && $0.needsSomebody
    }.map { "\($0.name) fires for \(version)" }
  }

  /// Of the model that is asked about, not of another one that is selected.
  private var advice: String? {
    state.selected?.model.name == asking.model ? state.rollbackAdvice : nil
  }

  /// How far it has come: the note, a refusal, the wait for an answer.
  private func standing(_ look: Look) -> [TextUI.Dialog.Row] {
    var lines: [StyledText] = []
    switch asking.stage {
    case .asking:
      lines += state.otherIntentions.filter { $0.model == asking.model }.map { other in
        let seconds = Int(max(0, state.serverNow.secondsSince(other.since)))
        return look.status(.warn, "\(other.by) is about to \(other.words), asked \(seconds) s ago")
      }
    case .sending(_, let since):
      let seconds = Int(max(0, state.now.secondsSince(since)))
      lines.append(
        look.text(
          seconds < 2 ? "sent, waiting for the answer" : "sent, no answer for \(seconds) s", .info))
    case .refused(let refusal):
      lines.append(look.status(.critical, "refused: \(state.reading(refusal.message))"))
      if asking.offersBreakGlass {
        lines.append(
          look.text(
            "y rolls back without the audit row (break-glass): it is written to a file and the system log instead",
            .warn))
      } else if refusal.code == .someoneActs {
        lines.append(look.text("y acts before them, Esc leaves it to them", .warn))
      } else if refusal.code == .preflightFailed {
        lines.append(
          look.text("\(asking.isWaived ? "[x]" : "[ ]") w proceed unverified, then y", .warn))
      }
    case .unknown(_, let reason, let lookups):
      lines.append(look.status(.warn, "outcome unknown: \(reason)"))
      lines.append(
        look.text(
          "asking again by its id\(lookups > 0 ? ", \(lookups) times so far" : ""); it is not sent twice",
          .quiet))
    case .lost:
      lines.append(
        look.status(.warn, "it never reached the server: nothing was done. y sends it again"))
    }
    if let note = asking.note { lines.append(look.text(note.text, note.tone)) }
    return lines.isEmpty ? [] : [.gap] + lines.map { .text($0) }
  }

  private var buttons: [TextUI.Dialog.Button] {
    let cancel = TextUI.Dialog.Button(key: "Esc", "Cancel", role: .cancel)
    switch asking.stage {
    case .sending, .unknown: return [TextUI.Dialog.Button(key: "Esc", "Close", role: .cancel)]
    case .asking, .refused, .lost: break
    }
    if case .field = asking.focus {
      return [cancel, TextUI.Dialog.Button(key: "Enter", "Done typing", role: .normal)]
    }
    let role: TextUI.Dialog.Button.Role = asking.act.isFelt ? .danger : .normal
    let isReady = if case .success = asking.command(at: state.now) { true } else { false }
    var verb = asking.act.verb
    if asking.isBreakGlass || asking.offersBreakGlass { verb += " without audit" }
    if asking.isWaived { verb += " unverified" }
    return [
      cancel, TextUI.Dialog.Button(key: "Tab", "Edit", role: .cancel),
      TextUI.Dialog.Button(key: "y", verb, role: role, isEnabled: isReady),
    ]
  }
}
