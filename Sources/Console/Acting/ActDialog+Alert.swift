package import Domain
import TextUI

/// Questions about an alert rather than about a deployment.
extension ActDialog {
  /// - Parameter alert: as it is now, never the paused picture.
  package init(
    _ act: Act, alert: Alert, openedAt: ContinuousClock.Instant
  ) {
    self.act = act
    self.alert = alert
    model = alert.model ?? ""
    version = alert.version ?? ""
    seen = nil
    championSHA256 = ""
    versionSHA256 = ""
    fields = []
    inputGuard = InputGuard(openedAt: openedAt)
    switch act {
    case .acknowledge:
      fields.append(
        Field(kind: .until, label: "for", text: "", hint: "30m, 4h; empty: until it is over"))
    case .silence:
      let line = AlertMatcher.line(SilenceScope.usual(of: alert))
      fields.append(Field(kind: .matchers, label: "matches", text: line, hint: ""))
      fields.append(Field(kind: .until, label: "for", text: "1h", hint: "1: 1h  2: 4h  3: 1d"))
    default: break
    }
    fields.append(Field(kind: .reason, label: "because", text: act.usualReason, hint: ""))
  }

  /// What a digit means while a silence is asked about.
  static let silenceDurations: [Character: String] = ["1": "1h", "2": "4h", "3": "1d"]

  mutating func choose(duration: String) {
    guard let index = fields.firstIndex(where: { $0.kind == .until }) else { return }
    fields[index].input = TextInput(duration)
    note = nil
  }

  /// What the silence would be about, as typed; nil where nothing is to be silenced.
  var silenceScope: Result<SilenceScope, SilenceScope.Fault>? {
    guard let text = text(.matchers) else { return nil }
    return Result { () throws(SilenceScope.Fault) in try SilenceScope(text) }
  }

  /// The command's action of a question about an alert.
  func alertAction(_ alert: Alert, at now: Timestamp) -> Result<Command.Action, Blocked> {
    let typed = (text(.until) ?? "").filter { $0 != " " }
    let until = ActDialog.duration(typed).map { now.adding(seconds: $0) }
    switch act {
    case .acknowledge:
      guard typed.isEmpty || until != nil else { return .failure(ActDialog.badDuration) }
      return .success(.acknowledge(alert: alert.id, until: until))
    case .silence:
      guard case .success(let scope)? = silenceScope else {
        return .failure(Blocked("the matchers are not right yet: Tab, then mend them"))
      }
      guard let until else { return .failure(ActDialog.badDuration) }
      return .success(.silence(matchers: scope.matchers, until: until))
    case .endSilence:
      guard let id = alert.silencedBy.first else {
        return .failure(Blocked("\(alert.name) is not silenced any more"))
      }
      return .success(.expireSilence(id: id))
    default: return .success(.unacknowledge(alert: alert.id))
    }
  }

  static let badDuration = Blocked("how long is written as 30m, 4h or 2d")

  /// Takes the alert as it is now; what changed by others' hands is said, and the answer waits.
  ///
  /// - Parameter next: nil when it is there no more.
  /// - Returns: whether anything changed.
  mutating func refresh(_ next: Alert?, now: Timestamp) -> Bool {
    switch stage {
    case .sending, .unknown, .lost: return false
    case .asking, .refused: break
    }
    guard let alert, next != alert else { return false }
    let isMoved =
      next?.acknowledgement != alert.acknowledgement || next?.silencedBy != alert.silencedBy
      || next?.isFiring != alert.isFiring
    if let next { self.alert = next }
    guard isMoved else { return true }
    disarm(at: now)
    let change =
      switch next {
      case .none: "it is there no more"
      case .some(let next) where next.state == .resolved: "it is over"
      case .some(let next): "it is \(next.standing) now"
      }
    note = Note(tone: .warn, text: "changed meanwhile: \(change); look again")
    return true
  }
}

extension Alert {
  /// Why a word about an alert would mean nothing; nil when it may be said.
  func obstacle(to act: Act) -> String? {
    guard state == .resolved else { return nil }
    switch act {
    case .acknowledge: return "\(name) is over: there is nothing to have in hand"
    default: return nil
    }
  }
}

extension ActDialogView {
  var alertTitle: String? {
    guard let name = asking.alert?.name else { return nil }
    return switch asking.act {
    case .acknowledge: "acknowledge \(name)"
    case .takeBack: "give \(name) back"
    case .silence: "silence \(name)"
    case .endSilence: "end the silence of \(name)"
    default: nil
    }
  }

  /// What it is about, and what will be otherwise.
  func alertSubject(_ alert: Alert, _ look: Look) -> [TextUI.Dialog.Row] {
    var rows: [TextUI.Dialog.Row] = [
      .pair(
        "alert",
        Figures.status(alert.health, look) + look.text("  \(alert.standing)  ")
          + look.text(alert.subject, .accent)),
      .pair("what", look.text(alert.aside(in: state.live) + alert.summary)),
    ]
    if let one = alert.acknowledgement, asking.act == .acknowledge || asking.act == .takeBack {
      rows.append(
        .pair("in hand", look.text("\(one.by), since \(state.wall.short(one.at, now: state.now))")))
    }
    switch asking.act {
    case .acknowledge:
      let others = besides(alert)
      if let next = others.first {
        let more = others.count == 1 ? "" : " and \(others.count - 1) more"
        rows.append(
          .pair(
            "leaves",
            look.text("\(next.named)\(more), \(state.key(.acknowledge)) again takes it")))
      }
    case .endSilence:
      let first = alert.silences?.first.map { "by \(state.words(of: $0))" }
      rows.append(.pair("silence", look.text(first ?? alert.silencedBy.first ?? "none")))
      if alert.silencedBy.count > 1 {
        rows.append(
          .pair("", look.text("\(alert.silencedBy.count - 1) more still match it", .warn)))
      }
    default: break
    }
    return rows
  }

  /// The others of its group that still ask for somebody when this one is in hand.
  private func besides(_ alert: Alert) -> [Alert] {
    let group = state.live?.alertGroups.first { $0.members.contains { $0.id == alert.id } }
    return (group?.members ?? []).filter { $0.needsSomebody && $0.id != alert.id }
  }

  /// Under the field of matchers: what they fit, or why they are none.
  func reach(_ look: Look) -> [TextUI.Dialog.Row] {
    guard let scope = asking.silenceScope, let alert = asking.alert else { return [] }
    switch scope {
    case .failure(let fault): return [.pair("", look.status(.warn, fault.sentence))]
    case .success(let scope):
      var rows: [TextUI.Dialog.Row] = [
        .pair("", look.text(scope.reach(in: state.live?.alerts ?? []), .quiet))
      ]
      if !scope.fits(alert) {
        rows.append(
          .pair("", look.status(.warn, "leaves out \(alert.named), from which this was opened")))
      }
      return rows
    }
  }

  var alertConsequence: String? {
    switch asking.act {
    case .acknowledge:
      "Others here see that you have it. A pager that vigia does not know is not told."
    case .takeBack: "It asks for somebody again."
    case .silence: "What matches pages nobody until then; it still stands in this list."
    case .endSilence: "What it matched pages again, other alerts of it too."
    default: nil
    }
  }
}
