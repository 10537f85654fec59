import Domain
import TextUI

/// One guardrail's effect over the time of the comparison: the confidence sequence as a band, with zero and the margin.
struct EffectBox {
  private let state: ConsoleState
  private let guardrail: ExperimentSummary.Guardrail

  init(_ state: ConsoleState, _ guardrail: ExperimentSummary.Guardrail) {
    self.state = state
    self.guardrail = guardrail
  }

  func draw(in rect: Rect, isFocused: Bool, on grid: inout CellGrid, look: Look) {
    let name = GuardrailBox.name(guardrail.name, isShort: false)
    let points = points
    let inner = Panel(
      "effect", detail: name,
      hotkey: isFocused ? PanelID.experiment.key : nil, value: title(points, look),
      isFocused: isFocused
    ).draw(in: rect, on: &grid, look: look)
    guard let first = points.first, let last = points.last, last.time > first.time else {
      empty(points).draw(in: inner, on: &grid, look: look)
      return
    }
    let parts = inner.rows([.rest, .fixed(inner.height >= 8 ? 1 : 0)])
    chart(points, first.time, last.time, width: inner.width, look)
      .draw(in: parts[0], on: &grid, look: look)
    if parts[1].height > 0 {
      grid.write(legend(look), in: parts[1].inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
  }

  private var points: [ExperimentEffects.Point] {
    state.shownEffects?.paths[guardrail.name]?.points ?? []
  }

  /// The point under the cursor, else the newest figures.
  private func title(_ points: [ExperimentEffects.Point], _ look: Look) -> StyledText {
    func text(_ value: Double, _ low: Double, _ high: Double) -> StyledText {
      Figures.points(value).styled(look)
        + look.text(
          " (95 % \(Figures.points(low).number) to \(Figures.points(high).text))", .quiet)
    }
    if let cursor = state.cursor, let point = points.last(where: { $0.time <= cursor }) {
      return look.text("\(state.wall.minute(point.time)) ", .quiet)
        + text(point.value, point.low, point.high)
    }
    guard let now = guardrail.difference else { return look.text("no interval yet", .quiet) }
    return text(now.value, now.low, now.high)
  }

  // MARK: Chart

  private var tone: Tone {
    let tone = GuardrailBox.harm(guardrail, isEarly: false).tone
    return tone == .quiet || tone == .ok ? .accent : tone
  }

  private func chart(
    _ points: [ExperimentEffects.Point], _ from: Int64, _ to: Int64, width: Int, _ look: Look
  ) -> LineChart {
    // A column that no point falls into has the one before: it held until the next was taken down.
    let columns = max(1, min(width - 12, Int((to - from) / 60)))
    var steps = [ExperimentEffects.Point?](repeating: nil, count: columns)
    for point in points {
      steps[min(columns - 1, Int((point.time - from) * Int64(columns) / (to - from)))] = point
    }
    for index in steps.indices.dropFirst() where steps[index] == nil {
      steps[index] = steps[index - 1]
    }
    return LineChart(
      series: [
        LineChart.Series("difference", steps.map { $0?.value }, style: look.style(tone))
      ],
      bands: [
        LineChart.Band(
          low: steps.map { $0?.low }, high: steps.map { $0?.high }, style: look.theme.dim)
      ],
      axis: axis(points), levels: levels, time: time(from, to), showsLegend: false,
      label: { Figures.points($0).text })
  }

  /// The interval narrows: at first it is so wide that on its scale the rest would be a line. What is wider than the later
  /// three quarters is cut off.
  private func axis(_ points: [ExperimentEffects.Point]) -> ValueAxis {
    let later = points.suffix(max(1, points.count * 3 / 4))
    var ends: [Double] = [0]
    for point in later { ends += [point.low, point.high] }
    if let margin = guardrail.margin { ends.append(margin) }
    return ValueAxis(.linear, fitting: ends)
  }

  private var levels: [PlotLevel] {
    var levels = [PlotLevel(0, label: "0", tone: .normal)]
    if let margin = guardrail.margin { levels.append(PlotLevel(margin, label: "margin")) }
    return levels
  }

  private func time(_ from: Int64, _ to: Int64) -> TimeAxis {
    let length = Double(to - from)
    func label(_ seconds: Int64) -> String {
      let time = Timestamp(seconds: seconds)
      return switch to - from {
      case ...600: state.wall.time(time)
      case ...86_400: state.wall.minute(seconds)
      default: state.wall.short(time, now: state.shownTime)
      }
    }
    let cursor = state.cursor.map { PlotCursor(at: Double($0 - from) / length, label: label($0)) }
    let marks = state.changes(of: state.selected?.model.name).map { time, label in
      PlotMark(at: Double(time - from) / length, key: "^", label: label)
    }
    return TimeAxis(
      times: [
        PlotTime(at: 0, label(from)), PlotTime(at: 0.5, label((from + to) / 2)),
        PlotTime(at: 1, label(to)),
      ], marks: marks, cursor: cursor)
  }

  private func legend(_ look: Look) -> StyledText {
    let line = look.glyphs.line
    var parts = [
      look.text("\(line) ", tone) + look.text("difference", .quiet),
      look.text("\(look.glyphs.shades[1]) ", .quiet) + look.text("95 % at every look", .quiet),
    ]
    if let margin = guardrail.margin {
      parts.append(
        look.text("margin ", .warn) + look.text(Figures.points(margin).text, .quiet))
    }
    return StyledText.joined(parts, separator: "   ")
  }

  // MARK: Nothing to draw

  private func empty(_ points: [ExperimentEffects.Point]) -> EmptyState {
    guard let model = state.selected?.model, let experiment = model.judgement?.experiment else {
      return EmptyState("nothing is compared")
    }
    let slot = QueryBoard.Slot.judgements(
      .effects, model: model.name, version: experiment.challenger)
    if let failure = state.board.failure(slot) {
      return EmptyState(
        "the course cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard state.board.judgements(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading the course of the comparison")
    }
    let name = GuardrailBox.name(guardrail.name, isShort: false)
    if guardrail.champion.trials == 0 || guardrail.challenger.trials == 0 {
      return EmptyState("no \(name) yet: it takes requests of both arms")
    }
    if points.isEmpty, state.showsPast {
      return EmptyState(
        "no point of \(name) was taken down by \(state.wall.time(state.shownTime)); the counts are "
          + "those of the last judgement before it")
    }
    return EmptyState(
      points.isEmpty
        ? "no point of \(name) is kept: one is taken down each minute"
        : "one point so far: the next one comes within a minute")
  }
}

extension ConsoleState {
  /// What changed on a model, oldest first, for charts with a time of their own.
  fileprivate func changes(of model: String?) -> [(Int64, String)] {
    timelineEntries.filter { $0.isMark && $0.model == model }
      .map { ($0.time.seconds, $0.markLabel) }.reversed()
  }
}
