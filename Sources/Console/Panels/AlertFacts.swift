import Domain
import TextUI

/// What is known of an alert, the gravest first: what it says, whether what was done helped, its figures, what people
/// said, what follows from it.
struct AlertFacts {
  private let state: ConsoleState
  private let alert: Alert
  private let others: [Alert]
  private let words: AlertWords

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot, _ alert: Alert, _ others: [Alert]) {
    self.state = state
    self.alert = alert
    self.others = others
    words = AlertWords(state, snapshot)
  }

  private struct Field {
    var name: String
    var text: StyledText
  }

  func paragraphs(_ look: Look) -> [TextPage.Paragraph] {
    var fields = [
      Field(
        name: "what",
        text: look.text(alert.aside(in: state.shown, isPast: state.showsPast) + alert.summary))
    ]
    fields += proof(look)
    fields += flood(look)
    func add(_ name: String, _ text: String) {
      fields.append(Field(name: name, text: look.text(text)))
    }
    if let words = alert.unseenWords {
      fields.append(Field(name: "unseen", text: look.text(words, .warn)))
    }
    if let precedent { add("before", precedent) }
    add("value", alert.valueText)
    if let source = alert.source { add("source", words.source(source)) }
    if let owner = alert.owner { add("owner", owner) }
    for (name, text) in times + said { add(name, text) }
    fields += versions(look)
    // The summary stands there already.
    let notes = alert.annotations.filter { $0.key != "summary" && !$0.value.isEmpty }
    for (name, text) in notes.sorted(by: { $0.key < $1.key }) { add(name, text) }
    add(
      "labels",
      alert.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        .joined(separator: "  "))
    if !alert.group.isEmpty { add("group", alert.group) }
    add("id", "\(alert.id)")
    let width = min(16, fields.map(\.name.sanitized.displayWidth).max() ?? 0) + 2
    return fields.map { field in
      TextPage.Paragraph(
        field.text,
        marker: look.text(field.name.truncated(to: width - 2).padded(to: width), .quiet))
    } + consequences(look)
  }

  /// Whether what was done helped, and, apart from it, when the alert itself will be over.
  private func proof(_ look: Look) -> [Field] {
    var fields: [Field] = []
    if let recovery = state.recovery(since: alert) {
      let line = recovery.line
      fields.append(Field(name: "proof", text: look.status(line.tone, line.text)))
      if recovery.stage == .notRecovering || recovery.stage == .relapsed {
        let next =
          state.nextStep.map { "next step: \($0)" } ?? "read on: what else does the page offer?"
        fields.append(Field(name: "", text: look.text(next, .warn)))
      }
    }
    if let forecast = state.forecast(of: alert) {
      fields.append(Field(name: "this alert", text: look.text(forecast.words, .quiet)))
    }
    return fields
  }

  /// Another alert that knows which client it is, also where it has not held for long enough to page.
  private func flood(_ look: Look) -> [Field] {
    guard alert.labels["client"] == nil, !isOver, let model = alert.model,
      let named = state.shown?.client(namedBeside: alert, of: model)
    else { return [] }
    return [
      Field(
        name: "client",
        text: look.status(.warn, named.by.summary)
          + look.text("  (\(named.by.name), \(named.by.standing))", .quiet))
    ]
  }

  private var isOver: Bool { alert.state == .resolved }

  private var precedent: String? {
    state.shown?.precedent(of: alert.name).map {
      "\($0.words)  (\($0.last), \(state.wall.dateAndTime($0.lastOpenedAt)))"
    }
  }

  private var times: [(String, String)] {
    func line(_ time: Timestamp) -> String {
      "\(words.clock(time)), \(Figures.ago(time, state.shownTime))"
    }
    var times = [("true since", line(alert.activeAt))]
    if let fired = alert.firedAt { times.append(("fires since", line(fired))) }
    if let over = alert.resolvedAt {
      times.append(("over since", line(over) + (alert.tookText.map { ", it \($0)" } ?? "")))
    }
    if alert.state == .resolved, alert.firedAt != nil, times.count > 1 { times[1].0 = "fired" }
    return times
  }

  private var said: [(String, String)] {
    var said: [(String, String)] = []
    if let one = alert.acknowledgement { said.append(("in hand", words.acknowledgement(one))) }
    if !alert.silencedBy.isEmpty { said.append(("silenced by", words.silenced(alert))) }
    if let id = alert.inhibitedBy { said.append(("cause", words.cause(id))) }
    return said
  }

  /// Those of its model that answered of late, to compare.
  private func versions(_ look: Look) -> [Field] {
    guard let name = alert.model, let model = state.shown?.model(name) else { return [] }
    return model.measuredVersions.compactMap(model.version).map { version in
      let part = version.variant?.name(isShort: true) ?? (version.isRollbackTarget ? "before" : "")
      let figures: [StyledText] = [
        look.text("p99 ", .quiet) + Figures.p99(version, model.objective, look),
        look.text("errors ", .quiet) + Figures.errors(version, model.objective, look),
        Figures.rate(version, look) + look.text(" req/s", .quiet),
      ]
      return Field(
        name: [version.version, part].filter { !$0.isEmpty }.joined(separator: " "),
        text: version.recent.requests == 0
          ? look.text("no request in the last minute", .quiet)
          : StyledText.joined(figures, separator: "  "))
    }
  }

  /// Those of the same cause, a line each.
  private func consequences(_ look: Look) -> [TextPage.Paragraph] {
    guard !others.isEmpty else { return [] }
    let title = StyledText("of the same cause: \(others.count)", look.theme.title)
    return [.gap, TextPage.Paragraph(title)]
      + others.map { alert in
        let told = words.standing(of: alert)
        let rest = [alert.subject, alert.valueText, alert.summary, told].filter { !$0.isEmpty }
        return TextPage.Paragraph(
          look.text("\(alert.name)  ") + look.text(rest.joined(separator: "  "), .quiet),
          marker: Figures.status(alert.health, look)
            + look.text("  \(alert.standing.truncated(to: 12).padded(to: 12)) ", .quiet), indent: 1)
      }
  }
}
