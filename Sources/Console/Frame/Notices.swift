import Domain
import TextUI

/// What stands under the header until its cause is gone. While the panels are paused they are as they were but for what wakes
/// somebody, and for who is about to act.
enum Notices {
  struct Line: Equatable {
    var tone: Tone
    var text: String
    /// The panel that says the same of the same model at more length.
    var panel: PanelID?
    /// Where there is more of it; nil: where `panel` is, if anywhere.
    var place: PanelID?
    var model: String?
    /// The alert that it is.
    var alert: AlertID?

    /// What it is about: stays while its figures change.
    var subject: String {
      alert.map { "\($0)" } ?? "\(panel?.key ?? " ") \(text.prefix { $0 != ":" })"
    }

    fileprivate var hint: Hint? { (place ?? panel).map { Hint("\($0.key)", "for \($0.name)") } }
  }

  /// Everything worth knowing, the gravest first.
  static func all(_ state: ConsoleState) -> [Line] {
    let settings = state.settings.problems.map { Line(tone: .warn, text: $0) }
    guard let live = state.live else { return settings }
    var lines = settings
    if let pause = state.pause {
      lines += standing(pause.snapshot, state).filter { $0.tone != .critical }
      lines += grave(live, state).map { line in
        var line = line
        if state.replay == nil, let first = pause.words[line.subject] { line.text = first }
        return line
      }
    } else {
      lines += standing(live, state)
    }
    if !state.isPast {
      // It is of now, and nothing can be done here that it would be in the way of.
      lines += state.otherIntentions.map { other in
        let since = state.wall.short(other.since, now: state.serverNow)
        return Line(tone: .warn, text: "\(other.by) is about to \(other.words), since \(since)")
      }
    }
    let order: [Tone] = [.critical, .warn, .info]
    return order.flatMap { tone in lines.filter { $0.tone == tone } }
  }

  /// What wakes somebody, of one moment.
  static func grave(_ live: SystemSnapshot, _ state: ConsoleState) -> [Line] {
    standing(live, state).filter { $0.tone == .critical }
  }

  /// Of one moment.
  private static func standing(_ live: SystemSnapshot, _ state: ConsoleState) -> [Line] {
    var lines: [Line] = []
    if case .unavailable(let reason) = live.engine {
      lines.append(Line(tone: .critical, text: reason))
    }
    for model in live.models {
      for version in model.versions {
        if let failure = version.failure(of: model.name) {
          lines.append(
            Line(
              tone: .critical, text: "\(model.name) \(version.version): \(failure)",
              model: model.name))
        }
        lines += unreachable(version, of: model)
      }
    }
    // The server says it among its notices.
    if let paused = live.store.paused, !live.notices.contains(where: { $0.text.hasSuffix(paused) })
    {
      lines.append(Line(tone: .warn, text: "telemetry is not written: \(paused)"))
    }
    lines += live.notices.map { Line(tone: $0.severity.tone, text: state.reading($0.text)) }
    for model in live.models {
      let failures = model.versions.compactMap { version -> String? in
        if case .failed(let reason) = version.state { reason } else { nil }
      }
      lines += model.notices.filter { !failures.contains($0.text) }
        .map { Line(tone: $0.severity.tone, text: "\(model.name): \(state.reading($0.text))") }
    }
    lines += live.models.flatMap { judged($0, state) }
    lines += live.pressingAlerts.map(\.addressed).map { alert in
      Line(
        tone: alert.severity.tone, text: "\(alert.name): \(alert.aside(in: live))\(alert.summary)",
        panel: .alerts,
        alert: alert.id)
    }
    return lines
  }

  /// Servers behind a version that serves and are passed over: with the last of them it answers nothing.
  private static func unreachable(_ version: VersionSnapshot, of model: ModelSnapshot) -> [Line] {
    guard version.variant != nil, let upstreams = version.upstreams else { return [] }
    let away = upstreams.compactMap { one in one.obstacle.map { "\(one.name) \($0)" } }
    guard let first = away.first else { return [] }
    let count = "\(away.count) of \(upstreams.count) upstreams"
    let subject = "\(model.name) \(version.version)"
    return [
      away.count == upstreams.count
        ? Line(
          tone: .critical,
          text: "\(subject): no upstream answers: \(first)"
            + (away.count > 1 ? ", and \(away.count - 1) more" : ""), place: .models,
          model: model.name)
        : Line(
          tone: .warn, text: "\(subject): \(count) passed over: \(first)",
          place: .models, model: model.name)
    ]
  }

  /// What is concluded and needs a person, in short, with the key that shows the rest.
  private static func judged(_ model: ModelSnapshot, _ state: ConsoleState) -> [Line] {
    guard let judgement = model.judgement else { return [] }
    func line(_ tone: Tone, _ version: String, _ words: String, _ panel: PanelID) -> Line {
      Line(
        tone: tone, text: "\(model.name) \(version): \(words)", panel: panel,
        model: model.name)
    }
    func since(_ time: Timestamp?) -> String {
      time.map { " since \(state.wall.short($0, now: state.serverNow))" } ?? ""
    }
    var lines: [Line] = []
    if let experiment = judgement.experiment, experiment.dryRun != nil {
      let worse = "\(experiment.failing) than \(experiment.champion)"
      let next =
        state.isPast
        ? "; would be rolled back" : "; \(state.key(.rollBack)) takes it out, nothing else will"
      lines.append(line(.critical, experiment.challenger, worse + next, .experiment))
    }
    for concept in judgement.concept where concept.state == .drift {
      lines.append(
        line(.critical, concept.version, "wrong more often\(since(concept.openSince))", .drift))
    }
    if let compared = judgement.championAccuracy, let words = compared.sentence {
      lines.append(line(compared.health.tone, compared.champion.version, words, .drift))
    }
    for drift in judgement.drift where drift.openSince != nil {
      let drifted = drift.worst.filter(\.verdict.isDrift)
      // An input that drifted takes the score and the class with it.
      let worst = (drifted.first { $0.subject == .feature } ?? drifted.first)
        .map { ", worst \"\($0.name)\"" }
      let count = drift.extent ?? "drift, calm in the last window,"
      lines.append(
        line(.warn, drift.version, count + since(drift.openSince) + (worst ?? ""), .drift))
    }
    return lines
  }

  /// Those that are counted: what an open alert says of a model is not counted again.
  static func counted(_ state: ConsoleState) -> [Line] {
    let alerted = Set((state.live?.pressingAlerts ?? []).compactMap(\.addressed.model))
    return all(state).filter { line in
      line.alert != nil || line.model.map { !alerted.contains($0) } ?? true
    }
  }

  /// Those that get a line: not what the panel says anyway, and where the alerts are listed nothing less grave of a model
  /// than what pages for it: the table has that.
  static func lines(_ state: ConsoleState) -> [Line] {
    let model = state.selected?.model.name
    // A paused picture does not show what began to fire since.
    let open =
      state.panel == .alerts || state.panel == .overview ? state.shown?.openAlerts ?? [] : []
    let listed = Set(open.flatMap(\.members).map(\.id))
    let paged = Set(
      open.map(\.addressed).filter { $0.severity == .critical && $0.needsSomebody }
        .compactMap(\.model))
    return all(state).filter { line in
      if let alert = line.alert { return !listed.contains(alert) }
      if line.tone == .warn, let model = line.model, paged.contains(model) { return false }
      return line.panel == nil || line.panel != state.panel || line.model != model
    }
  }

  static func draw(_ state: ConsoleState, in rect: Rect, on grid: inout CellGrid, look: Look) {
    let lines = lines(state)
    for (index, line) in lines.prefix(rect.height).enumerated() {
      let hidden = lines.count - rect.height
      let more =
        index == rect.height - 1 && hidden > 0 ? look.text("  and \(hidden) more", .quiet) : ""
      let place = rect.row(index)
      TextUI.Notice(line.tone, line.text, hint: line.hint).draw(
        in: place.inset(right: more.width), on: &grid, look: look)
      grid.write(more, in: place, align: .right)
    }
  }
}
