import Domain
import TextUI

/// Champion against challenger: what the figures say, what is missing, and which key acts.
struct ExperimentPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let model = state.selected?.model else { return }
    guard let experiment = model.judgement?.experiment else {
      let inner = Panel("experiment", detail: model.name, hotkey: "5", isFocused: true)
        .draw(in: rect, on: &grid, look: look)
      none(model).draw(in: inner, on: &grid, look: look)
      return
    }
    if state.experiment.isOpen, let guardrail = state.shownGuardrail {
      EffectBox(state, guardrail).draw(in: rect, isFocused: true, on: &grid, look: look)
      return
    }
    let isWide = rect.width >= 110
    let lines = verdict(experiment, of: model, look, width: rect.width - 6)
    let top = min(lines.count + 2, max(6, rect.height - 15))
    let isHigh = rect.height - top - 5 - GuardrailBox.height(experiment, isDouble: true) >= 10
    let height = GuardrailBox.height(experiment, isDouble: isHigh || rect.height < 30)
    let hasTurns = rect.height - top - 5 - height >= 4
    let rows = rect.rows([
      .fixed(top), .fixed(5), hasTurns ? .fixed(height) : .rest, hasTurns ? .rest : .fixed(0),
    ])
    let inner = Panel(
      "experiment",
      detail: "\(model.name)  \(experiment.challenger) against \(experiment.champion)",
      hotkey: "5", value: Figures.status(experiment.verdict.health, look), isFocused: true
    ).draw(in: rows[0], on: &grid, look: look)
    for (index, line) in lines.enumerated() where index < inner.height {
      grid.write(line, in: inner.row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    drawArms(model, experiment, isWide: isWide, in: rows[1], on: &grid, look: look)
    GuardrailBox(experiment, selected: state.guardrailIndex)
      .draw(in: rows[2], on: &grid, look: look)
    guard hasTurns else { return }
    guard isWide, rows[3].height >= 8, let guardrail = state.shownGuardrail else {
      drawTurns(model, in: rows[3], on: &grid, look: look)
      return
    }
    let halves = rows[3].columns([.share(3), .share(2)])
    EffectBox(state, guardrail).draw(in: halves[0], isFocused: false, on: &grid, look: look)
    drawTurns(model, in: halves[1], on: &grid, look: look)
  }

  private func none(_ model: ModelSnapshot) -> EmptyState {
    guard let challenger = model.deployment.challenger else {
      return EmptyState(
        "no experiment: \(model.deployment.champion) answers all requests to \(model.name). Choose "
          + "another version on the models panel and give it a share of the traffic.",
        hints: [
          Hint("8", "models"), Hint(state.key(.setWeight), "share"), Hint("Right", "next model"),
        ])
    }
    if let pin = model.deployment.pin {
      return EmptyState(
        "nothing is compared: all requests to \(model.name) go to \(pin.version), whatever the "
          + "configured share of \(challenger.version) says",
        hints: [Hint("9", "timeline"), Hint("Right", "next model")], tone: .warn)
    }
    return EmptyState(
      model.judgement == nil
        ? "this server does not judge \(model.name): it is an older version, or has just started"
        : "\(challenger.version) is the challenger since a moment ago: not a request is compared yet",
      hints: [Hint("1", "overview"), Hint("Right", "next model")])
  }

  // MARK: Verdict

  private func verdict(
    _ experiment: ExperimentSummary, of model: ModelSnapshot, _ look: Look, width: Int
  ) -> [StyledText] {
    let health = experiment.verdict.health
    let tone: Tone = health.tone == .ok || health.tone == .info ? .normal : health.tone
    let words = state.reading(experiment.sentence)
    let since = Figures.ago(experiment.since, state.shownTime)
    let facts = look.text(
      "\(experiment.challenger) gets \(Format.wholePercent(experiment.share).text) of the traffic; "
        + "compared since \(state.wall.short(experiment.since, now: state.shownTime)), \(since)",
      .quiet)
    let head = look.status(health.tone, health.word).styled { $0.bold } + "  "
    var lines = (head + look.text(words, tone)).wrapped(to: width, lines: 4, look)
    lines.append(facts)
    if !state.showsPast { lines.append(keys(experiment, of: model, look)) }
    return lines
  }

  private func keys(
    _ experiment: ExperimentSummary, of model: ModelSnapshot, _ look: Look
  ) -> StyledText {
    let name = experiment.challenger
    let isFrozen = model.deployment.activeFreeze(at: state.shownTime) != nil
    let hints = [
      Hint(state.key(.rollBack), "takes \(name) out"),
      Hint(
        state.key(.promote), "makes \(name) champion\(isFrozen ? ", not while frozen" : "")",
        isDim: isFrozen),
      Hint(state.key(.setWeight), "sets its share"),
    ]
    return StyledText.joined(hints.map { $0.text(look) }, separator: "   ")
  }

  // MARK: Arms

  private func drawArms(
    _ model: ModelSnapshot, _ experiment: ExperimentSummary, isWide: Bool, in rect: Rect,
    on grid: inout CellGrid, look: Look
  ) {
    let minute = state.cursorTitle.isEmpty ? "last minute" : "minute\(state.cursorTitle)"
    let inner = Panel("arms", detail: minute).draw(in: rect, on: &grid, look: look)
    let arms = [experiment.champion, experiment.challenger]
    let health = state.shown?.versionHealth
    let rows = arms.enumerated().map { index, name -> Table.Row in
      let role = look.text(index == 0 ? "champion" : "challenger", .quiet)
      guard let version = model.version(name) else {
        return Table.Row([look.text(name), role, look.status(.critical, "not found")])
      }
      return Table.Row([
        StyledText(name, look.theme.text.bold), role,
        health.map { Figures.status($0.of(version, in: model), look) } ?? "",
        Figures.share(version, look), Figures.rate(version, look),
        look.text(Format.count(Int(version.recent.requests))),
        Figures.errors(version, model.objective, look), Figures.latency(version.recent.p50, look),
        Figures.p99(version, model.objective, look),
        Figures.quality(
          version.recent, model.judgement?.accuracyHealth(of: version.version), look),
      ])
    }
    Table(
      columns: [
        Table.Column("VERSION", .fixed(7)), Table.Column("ARM", .fixed(10)),
        Table.Column("STATUS", .fixed(9)), Table.Column("SHARE", .fixed(5), align: .right),
        Table.Column("REQ/S", .fixed(6), align: .right),
        Table.Column("REQUESTS", .fixed(8), align: .right, dropOrder: 3),
        Table.Column("ERRORS", .fixed(7), align: .right),
        Table.Column("P50", .fixed(7), align: .right, dropOrder: 2),
        Table.Column("P99", .fixed(7), align: .right),
        // The other figures are of a minute: labels are too few in one.
        Table.Column(
          isWide ? "ACC 15 MIN" : "ACC 15 M", .fixed(isWide ? 10 : 8), align: .right, dropOrder: 1),
      ], rows: rows, gap: isWide ? 2 : 1
    ).draw(in: inner, on: &grid, look: look)
  }

  // MARK: What was concluded before

  private func drawTurns(
    _ model: ModelSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let slot = QueryBoard.Slot.judgements(.experiment, model: model.name, version: nil)
    let inner = Panel("verdicts", detail: "last 7 days, newest first").draw(
      in: rect, on: &grid, look: look)
    let turns = state.board.judgements(.experiment, model: model.name)?.turns ?? []
    guard !turns.isEmpty else {
      let failure = state.board.failure(slot)
      EmptyState(
        failure.map { "the verdicts cannot be read: \($0). Asked again every 5 s." }
          ?? state.waiting(slot) ?? "no verdict has changed yet",
        tone: failure == nil ? .quiet : .warn
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let entries = turns.reversed().prefix(inner.height).map { turn -> Timeline.Entry in
      let health = turn.summary.verdict.health
      let pair = "  \(turn.version) against \(turn.summary.champion)  "
      return Timeline.Entry(
        state.wall.short(turn.time, now: state.shownTime),
        look.status(health.tone, health.word) + look.text(pair, .quiet)
          + look.text(state.reading(turn.summary.sentence)))
    }
    Timeline(Array(entries)).draw(in: inner, on: &grid, look: look)
  }
}
