import Domain
import TextUI

/// Every model and version in a line, and below what the height allows: what changed last and the proof
/// of a rollback, the latency map of the selected model, the latest changes, the alerts that are open.
struct OverviewPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let alerts = snapshot.pressingAlerts
    let foot = OverviewLayout.alertsHeight(in: rect.height, snapshot, alerts)
    let parts = rect.rows([.rest, .fixed(foot)])
    drawFigures(in: parts[0], on: &grid, look: look)
    if foot > 0 { AlertsBox(state, alerts).draw(in: parts[1], on: &grid, look: look) }
  }

  private func drawFigures(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let hasLower = OverviewLayout.hasLower(in: rect.height, snapshot)
    let upper = hasLower ? OverviewLayout.upperHeight(in: rect.height, snapshot) : rect.height
    let parts = rect.rows([.fixed(upper), .rest])
    let inner = Panel(
      "overview", detail: detail(width: parts[0].width), hotkey: "1",
      value: Format.rate(snapshot.requestRate).styled(look),
      isFocused: true
    ).draw(in: parts[0], on: &grid, look: look)
    let facts = facts(in: inner, look)
    let body = inner.rows([.rest, .fixed(min(facts.count, max(0, inner.height - 4)))])
    let isSpaced =
      snapshot.servingRows.count + snapshot.models.count <= body[0].height
    OverviewTable(state, snapshot, width: inner.width, isSpaced: isSpaced)
      .draw(in: body[0], on: &grid, look: look)
    for (index, fact) in facts.enumerated() where index < body[1].height {
      grid.write(fact, in: body[1].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    if hasLower { drawLower(in: parts[1], on: &grid, look: look) }
  }

  /// The moment under the cursor; else over how long figures are counted: alerts have windows of their own.
  private func detail(width: Int) -> String {
    let time = state.cursorTime
    guard time.isEmpty else { return time }
    return switch width {
    case 100...: "latency and errors of 1 min, accuracy of 15 min, budget of 30 d"
    case 72...: "latency and errors of 1 min, accuracy of 15 min"
    default: "latency and errors of 1 min"
    }
  }

  /// The first of them, mostly what to do, whole where there is room below the table.
  private func facts(in inner: Rect, _ look: Look) -> [StyledText] {
    let facts = facts(look)
    let taken = snapshot.servingRows.count + snapshot.models.count + facts.count
    guard let first = facts.first, inner.height > taken else { return facts }
    return first.wrapped(to: max(1, inner.width - 2), lines: 2, look) + facts.dropFirst()
  }

  /// What the runbook says to do first, what changed last for the selected model, and what `R` would do; not where the
  /// runbook does not begin with it.
  private func facts(_ look: Look) -> [StyledText] {
    guard let (model, version) = state.selected else { return [] }
    var facts: [StyledText] = []
    let first = state.firstAction
    if let first, let alert = state.pressingAlert {
      facts.append(
        StyledText(state.key(.runbook), look.theme.accent.bold)
          + look.text(" \(alert.name): ", .quiet) + look.text(first))
    }
    let now = state.shownTime
    if let change = model.lastChange {
      let tone: Tone =
        now.secondsSince(change.time) >= 600
        ? .normal : change.outcome == .done ? .warn : change.health.tone
      facts.append(
        look.text("\(Figures.ago(change.time, now))  ", .quiet) + look.text(change.summary, tone)
          + look.text("  by \(change.principal.name)", .quiet))
    }
    // Pages name the keys as they are without remapping.
    let isBeside = first.map { !$0.contains("press R") } ?? false
    if !state.showsPast, !isBeside, let sentence = model.rollBackSentence(on: version) {
      let isOntoTrouble = model.rollBackAct(on: version) == .endChallenger
      let trouble = isOntoTrouble ? model.trouble(of: model.deployment.champion) : nil
      facts.append(
        StyledText(state.key(.rollBack), look.theme.accent.bold)
          + look.text(" \(sentence)", .quiet)
          + (trouble.map { "  " + look.status(.warn, $0) } ?? StyledText()))
    }
    return facts
  }

  private func drawLower(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard rect.width >= 100 else {
      ChangesBox(state).draw(in: rect, on: &grid, look: look)
      return
    }
    let halves = rect.columns([.share(1), .share(1)])
    if let model = state.previewed {
      HeatmapBox(state, model, version: nil, isFocused: false)
        .draw(in: halves[0], on: &grid, look: look)
    }
    ChangesBox(state).draw(in: halves[1], on: &grid, look: look)
  }
}

/// What changed lately, newest first, for the corner of a panel.
struct ChangesBox {
  private let state: ConsoleState

  /// Nil: of all models.
  private let model: String?

  init(_ state: ConsoleState, model: String? = nil) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel("timeline", detail: model ?? "", hotkey: "9").draw(
      in: rect, on: &grid, look: look)
    let all = state.timelineEntries.filter { model == nil || $0.model == model }
    let told = all.filter { !$0.isRoutine }
    let entries =
      told.isEmpty ? all.filter { $0.action != AuditEntry.fileNotedAction } : told
    guard !entries.isEmpty else {
      let failure = state.board.failure(.audit)
      EmptyState(
        failure.map { "the timeline cannot be read: \($0)" } ?? "nothing has changed yet",
        tone: failure == nil ? .quiet : .warn
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let lines = entries.prefix(inner.height).map { entry -> Timeline.Entry in
      let mark = look.text("\(look.glyph(entry.health.tone)) ", entry.health.tone)
      let who = look.text(inner.width >= 70 ? "  \(entry.principal.name)" : "", .quiet)
      return Timeline.Entry(
        state.wall.short(entry.time, now: state.shownTime), mark + look.text(entry.named) + who)
    }
    Timeline(Array(lines)).draw(in: inner, on: &grid, look: look)
  }
}

extension AuditEntry {
  /// What happened, with the model where the sentence does not name it.
  var named: String {
    guard let model, !summary.contains(model) else { return summary }
    return "\(model): \(summary)"
  }
}

/// How the overview's height is shared out; known before drawing, since the lower half asks questions.
enum OverviewLayout {
  /// Below this height there is only the table.
  private static let lowerHeight = 9

  /// Frame, header, two lines of facts, and the rows with air around the models; where there is room and something presses
  /// a line for what to do about that.
  static func upperHeight(in height: Int, _ snapshot: SystemSnapshot) -> Int {
    let least = leastUpperHeight(snapshot)
    return snapshot.pressingAlerts.isEmpty || height <= least + lowerHeight ? least : least + 1
  }

  private static func leastUpperHeight(_ snapshot: SystemSnapshot) -> Int {
    7 + snapshot.servingRows.count + snapshot.models.count
  }

  static func hasLower(in height: Int, _ snapshot: SystemSnapshot) -> Bool {
    height >= leastUpperHeight(snapshot) + lowerHeight
  }

  /// The alerts at the foot. The rows of the table come first: where both have no room, one alert and their number
  /// stay.
  static func alertsHeight(
    in height: Int, _ snapshot: SystemSnapshot, _ alerts: [AlertGroup]
  ) -> Int {
    let wanted = AlertsBox.height(alerts)
    let left = height - 3 - snapshot.servingRows.count
    return min(wanted, max(left, min(wanted, 4)))
  }

  static func hasLower(_ size: Size, _ snapshot: SystemSnapshot) -> Bool {
    let height = size.height - 3
    return hasLower(
      in: height - alertsHeight(in: height, snapshot, snapshot.pressingAlerts), snapshot)
  }
}
