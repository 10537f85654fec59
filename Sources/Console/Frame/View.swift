import Domain
package import TextUI

/// The picture of a state: pure, and the same at every call.
package func view(
  _ state: ConsoleState, size: Size, look: Look
) -> CellGrid {
  var grid = CellGrid(size)
  guard Frame.fits(size) else {
    state.drawTooSmall(on: &grid, look: look)
    return grid
  }
  let frame = Frame(size, notices: Notices.lines(state).count)
  Header(state).draw(in: frame.header, on: &grid, look: look)
  Notices.draw(state, in: frame.notices, on: &grid, look: look)
  state.drawBody(in: frame.body, on: &grid, look: look)
  state.drawMessage(in: frame.message, on: &grid, look: look)
  HintBar(state.hints).draw(in: frame.hints, on: &grid, look: look)
  if let palette = state.palette {
    PaletteView(state, palette).draw(in: frame.body, on: &grid, look: look)
  }
  state.drawDialog(in: frame.dialog, on: &grid, look: look)
  grid.makeLegible()
  return grid
}

/// Where the parts of the screen stand.
struct Frame {
  static let least = Size(width: 60, height: 15)

  let header: Rect
  let notices: Rect
  let body: Rect
  let message: Rect
  let hints: Rect
  /// What a dialog may cover: all but header and hints.
  let dialog: Rect

  init(_ size: Size, notices count: Int) {
    let shown = min(count, size.height >= 22 ? 2 : 1)
    let rows = Rect(size).rows([.fixed(1), .fixed(shown), .rest, .fixed(1), .fixed(1)])
    header = rows[0].inset(horizontal: 1)
    notices = rows[1].inset(horizontal: 1)
    body = rows[2]
    message = rows[3].inset(horizontal: 1)
    hints = rows[4].inset(horizontal: 1)
    dialog = Rect(x: 0, y: 1, width: size.width, height: size.height - 2)
  }

  static func fits(_ size: Size) -> Bool {
    size.width >= least.width && size.height >= least.height
  }
}

extension ConsoleState {
  /// What quits comes first: of the rest there may be no room.
  fileprivate func drawTooSmall(on grid: inout CellGrid, look: Look) {
    var text =
      "\(key(.quit)) quits. vigia needs \(Frame.least.width)x\(Frame.least.height), "
      + "this is \(grid.width)x\(grid.height)"
    if case .quit(let asking) = dialog {
      text = asking.isStopping ? "y stops it, n not" : "Enter: leave it on, x: stop it, n: stay"
    }
    let lines = StyledText(text, look.theme.warn).wrapped(to: grid.width)
    for (index, line) in lines.prefix(grid.height).enumerated() {
      grid.write(line, at: Point(x: 0, y: index), maxWidth: grid.width)
    }
  }
}

extension ConsoleState {
  fileprivate func drawBody(
    in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    if let help {
      HelpPage(keymap: keymap, help).draw(in: rect, on: &grid, look: look)
      return
    }
    guard let shown else {
      if let replay, connection.isUp {
        let inner = Panel(panel.name, hotkey: panel.key, isFocused: true)
          .draw(in: rect, on: &grid, look: look)
        replayWaiting(replay).draw(in: inner, on: &grid, look: look)
        return
      }
      drawWaiting(in: rect, on: &grid, look: look)
      return
    }
    if shown.models.isEmpty, ![.alerts, .runbooks, .timeline, .system].contains(panel) {
      drawNoModels(shown, in: rect, on: &grid, look: look)
      return
    }
    if let list = openRequests {
      if let page = list.page {
        RequestPage(self, page).draw(in: rect, on: &grid, look: look)
      } else {
        RequestListPanel(self, list).draw(in: rect, on: &grid, look: look)
      }
      return
    }
    switch panel {
    case .overview: drawOverview(shown, in: rect, on: &grid, look: look)
    case .latency: LatencyPanel(self).draw(in: rect, on: &grid, look: look)
    case .traffic: TrafficPanel(self).draw(in: rect, on: &grid, look: look)
    case .models: ModelsPanel(self).draw(in: rect, on: &grid, look: look)
    case .drift: DriftPanel(self).draw(in: rect, on: &grid, look: look)
    case .experiment: ExperimentPanel(self).draw(in: rect, on: &grid, look: look)
    case .alerts: AlertsPanel(self, shown).draw(in: rect, on: &grid, look: look)
    case .runbooks: RunbooksPanel(self).draw(in: rect, on: &grid, look: look)
    case .timeline: TimelinePanel(self).draw(in: rect, on: &grid, look: look)
    case .business: BusinessPanel(self, shown).draw(in: rect, on: &grid, look: look)
    case .system: SystemPanel(self, shown).draw(in: rect, on: &grid, look: look)
    }
  }

  private func drawOverview(
    _ shown: SystemSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    var rest = rect
    if let absence {
      let box = AbsenceBox(self, absence)
      let parts = rect.rows([.fixed(box.height(in: rect.height, look: look)), .rest])
      box.draw(in: parts[0], on: &grid, look: look)
      rest = parts[1]
    }
    OverviewPanel(self, shown).draw(in: rest, on: &grid, look: look)
  }

  /// Before the first snapshot: where it is looking, since when, and what it found.
  private func drawWaiting(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(panel.name, hotkey: panel.key, isFocused: true)
      .draw(in: rect, on: &grid, look: look)
    let empty =
      switch connection {
      case .connecting, .up:
        EmptyState("connecting to \(configuration.endpoint)", hints: [Hint("q", "quit")])
      case .lost(let since, let reason, _):
        EmptyState(
          "\(configuration.endpoint) cannot be reached since \(wall.time(since)): \(reason)"
            + (reason.hasSuffix("?") ? " " : ". ") + "Trying again every few seconds.",
          hints: [Hint("q", "quit")], tone: .warn)
      }
    empty.draw(in: inner, on: &grid, look: look)
  }

  private func drawNoModels(
    _ shown: SystemSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let inner = Panel(panel.name, hotkey: panel.key, isFocused: true)
      .draw(in: rect, on: &grid, look: look)
    let empty =
      if case .starting = shown.engine {
        EmptyState("the engine is starting; models appear here as they load")
      } else {
        EmptyState(
          "no model is served: the model repository holds none. A model is a folder NAME/1/model.onnx "
            + "in it; the reasons why one was left out stand above.",
          hints: [Hint("9", "timeline"), Hint("?", "help"), Hint("q", "quit")])
      }
    empty.draw(in: inner, on: &grid, look: look)
  }

  /// The line above the hints: what is typed there, what the last key did, else a filter, else the proof of the last rollback.
  fileprivate func drawMessage(in rect: Rect, on grid: inout CellGrid, look: Look) {
    if isFiltering {
      drawPlace(in: rect, on: &grid, look: look)
    } else if let status, now < status.end, !isOutdated(status) {
      TextUI.Notice(status.tone, status.text).draw(in: rect, on: &grid, look: look)
    } else if let pending = unresolved.first {
      TextUI.Notice(
        .warn,
        "\(pending.command.action.name) \(pending.command.action.model ?? ""): outcome unknown since "
          + "\(wall.time(pending.since)), asking again"
      ).draw(in: rect, on: &grid, look: look)
    } else if let replay {
      drawReplayLine(replay, in: rect, on: &grid, look: look)
    } else if !filterText.isEmpty {
      drawPlace(in: rect, on: &grid, look: look)
    } else if let recovery = live?.recoveries.first,
      recovery.isFresh(at: serverNow)
    {
      let line = recovery.line
      TextUI.Notice(line.tone, line.text).draw(in: rect, on: &grid, look: look)
    } else {
      drawPlace(in: rect, on: &grid, look: look)
    }
  }

  /// What went wrong before a rollback does not hide whether that rollback helped.
  private func isOutdated(_ status: StatusMessage) -> Bool {
    guard status.tone == .critical, let recovery = live?.recoveries.first else { return false }
    return serverNow.secondsSince(recovery.switchedAt) < now.secondsSince(status.at)
  }

  /// In a replay no key that acts, and those that move it.
  fileprivate var hints: [Hint] {
    guard let replay, dialog == nil else { return presentHints.map { dimmed(worded($0)) } }
    let hints = presentHints
    guard hints.contains(where: { $0.key == "Esc" }) else {
      return palette == nil && !isFiltering && help == nil ? replayHints(replay) : hints
    }
    let acts = Set(keymap.bindings.filter { $0.intent.isAct || $0.intent == .tick }.map(\.hint))
    return Array(replayHints(replay).prefix(1)) + hints.filter { !acts.contains($0.word) }
  }

  private var presentHints: [Hint] {
    if dialog != nil { return [] }
    if palette != nil {
      return [Hint("Enter", "do it"), Hint("Down", "next"), Hint("Esc", "close")]
    }
    if isFiltering { return [Hint("Enter", "keep"), Hint("Esc", "clear")] }
    if let help { return help.hints }
    if shown == nil, replay == nil { return [Hint(key(.quit), "quit"), Hint(key(.help), "help")] }
    if panel == .drift, drift.isOpen {
      return [Hint("Esc", "back"), Hint("Down", "scroll"), Hint("?", "help")]
    }
    if panel == .experiment, experiment.isOpen, shownGuardrail != nil {
      return [Hint("Esc", "back"), Hint("Down", "next guardrail")]
        + hints([.rollBack, .promote, .setWeight]) + [Hint("?", "help")]
    }
    if panel == .alerts, alertList.isOpen {
      return [Hint("Esc", "back")] + (alertList.isReading ? [Hint("Enter", "do")] : [])
        + [Hint("Tab", "other half")]
        + hints([.tick, .acknowledge, .silence] + pageLevers + [.runbook]) + [Hint("?", "help")]
    }
    if panel == .runbooks, runbooks.reading != nil {
      return [Hint("Esc", "back"), Hint("Down", "next"), Hint("Enter", "do")]
        + hints([.tick] + pageLevers + [.export]) + [Hint("?", "help")]
    }
    if let list = openRequests { return requestHints(list) }
    if timeline.isOpen {
      return [Hint("Esc", "back"), Hint("Down", "scroll")] + hints([.undo]) + [Hint("?", "help")]
    }
    var hints = keymap.hints(for: panel).map { Hint($0.keys, $0.words) }
    if let roll = hints.firstIndex(where: { $0.key == key(.rollBack) }), isIdle(.rollBack),
      limitedClient != nil
    {
      hints.insert(contentsOf: self.hints([.limit]), at: roll)
    }
    if configuration.isReplay {
      let live = Set(
        keymap.bindings.filter { $0.intent.isAct || $0.intent == .pause }.map { key($0.intent) })
      return [Hint(key(.earlier), "back in time")]
        + hints.filter { !live.contains($0.key) && $0.key != "\(key(.earlier)) \(key(.later))" }
    }
    if pause != nil {
      hints = hints.map { $0.word == "pause" ? Hint($0.key, "go on") : $0 }
    }
    return hints
  }
}

extension ConsoleState {
  /// The same hint, dim where its key would do nothing now, or nothing that helps.
  fileprivate func dimmed(_ hint: Hint) -> Hint {
    var hint = hint
    hint.isDim = keymap.acts(with: hint.key).contains(where: isIdle)
    return hint
  }

  /// The same hint, in the words of what `R` would ask on this row.
  fileprivate func worded(_ hint: Hint) -> Hint {
    guard hint.key == key(.rollBack), dialog == nil, palette == nil, let words = rollBackHint,
      keymap.bindings.contains(where: { $0.intent == .rollBack && $0.hint == hint.word })
    else { return hint }
    // As wide as on the other rows: the bar stays where it is while the cursor moves, and is not sent anew.
    let width = rollBackHints.map(\.count).max() ?? 0
    return Hint(hint.key, words + String(repeating: " ", count: max(0, width - words.count)))
  }

  /// Whether pressing an act's key would only say why not, or something advises against it, which its question says.
  private func isIdle(_ intent: Intent) -> Bool {
    if configuration.isReplay { return intent == .rollBack && rollbackAdvice != nil }
    if obstacle(to: intent) != nil { return true }
    return switch intent {
    case .rollBack: rollbackAdvice != nil
    case .promote: promotionAdvice != nil
    default: false
    }
  }

  /// A rollback or a pin is offered beside a page only where the page does.
  private var pageLevers: [Intent] {
    guard let actions = readPage?.frontMatter.actions.map(\.text) else { return [.rollBack] }
    let levers: [(Intent, LeverName)] = [(.rollBack, .rollback), (.pin, .pin)]
    return levers.filter { actions.contains($0.1.rawValue) }.map(\.0)
  }

  private func hints(_ intents: [Intent]) -> [Hint] {
    intents.compactMap { intent in
      keymap.bindings.first { $0.intent == intent }.map { Hint(key(intent), $0.hint) }
    }
  }
}

extension HelpState {
  fileprivate var hints: [Hint] {
    if isSearching { return [Hint("Enter", "keep"), Hint("Esc", "clear")] }
    return [
      Hint("/", "search"), Hint("Down", "scroll"), Hint("PgDn", "page"), Hint("Esc", "close"),
    ]
  }
}
