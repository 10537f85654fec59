import Domain
import TextUI

/// How much is asked of a model and how much of it fails, each on a scale of its own.
struct TrafficPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let model = state.selected?.model else { return }
    let tableHeight = min(max(4, model.measured.count + 3), max(4, rect.height / 4))
    let rows = rect.rows([.share(3, minimum: 6), .share(3, minimum: 6), .fixed(tableHeight)])
    let rate = state.pointedSum(.series(.requestRate, model: model.name)) ?? model.requestRate
    drawChart(
      .requestRate, model, title: "traffic", hotkey: "3", in: rows[0], on: &grid, look: look,
      value: Format.rate(rate).styled(look) + look.text(state.pointedMoment, .quiet),
      label: { Format.rate($0, unit: "").number })
    drawFailures(model, in: rows[1], on: &grid, look: look)
    VersionTraffic(state, model).draw(in: rows[2], on: &grid, look: look)
  }

  /// Where there is no room for all, the share of errors says more than their rate.
  private func drawFailures(
    _ model: ModelSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let isWide = rect.width >= 110
    let places = rect.columns(
      isWide
        ? [.share(4), .share(4), .share(5, minimum: 42)] : [.share(3), .share(4, minimum: 42)])
    if isWide {
      drawChart(
        .errorRate, model, title: "errors/s", hotkey: nil, in: places[0], on: &grid, look: look,
        value: "", label: { Format.rate($0, unit: "").number })
    }
    drawChart(
      .errorShare, model, title: isWide ? "error share" : "errors", hotkey: nil,
      detail: state.failuresTime,
      in: places[places.count - 2], on: &grid, look: look, value: errorShare(model, look),
      label: { Format.percent($0).text })
    FailingBox(state, model).draw(in: places[places.count - 1], on: &grid, look: look)
  }

  /// Of the same time as what stands beside it.
  private func errorShare(_ model: ModelSnapshot, _ look: Look) -> StyledText {
    guard let figures = state.failuresFigures, let share = figures.errorShare else { return "" }
    let tone = Health.errorTone(figures, model.objective)
    return Format.percent(share).styled(look, tone == .ok ? .normal : tone)
  }

  private func drawChart(
    _ measure: SeriesQuery.Measure, _ model: ModelSnapshot, title: String, hotkey: Character?,
    detail: String = "", in rect: Rect, on grid: inout CellGrid, look: Look, value: StyledText,
    label: @escaping @Sendable (Double) -> String
  ) {
    let slot = QueryBoard.Slot.series(measure, model: model.name)
    let inner = Panel(
      title,
      detail: hotkey == nil
        ? detail
        : model.name + (rect.width < 100 ? "  last " : "  requests/s by version, stacked, last ")
          + state.span.name,
      hotkey: hotkey,
      value: value, isFocused: hotkey != nil
    ).draw(in: rect, on: &grid, look: look)
    guard let result = state.board.series(slot),
      result.lines.contains(where: { $0.values.contains { $0 != nil } })
    else {
      empty(slot, model).draw(in: inner, on: &grid, look: look)
      return
    }
    let series = state.versionSeries(result, of: model, look)
    let time = state.timeAxis(model: model.name, chart: inner.width)
    let chart =
      measure == .requestRate
      ? LineChart.stacked(series, time: time, label: label)
      : LineChart(series: series, time: time, label: label)
    chart.draw(in: inner, on: &grid, look: look)
  }

  private func empty(_ slot: QueryBoard.Slot, _ model: ModelSnapshot) -> EmptyState {
    if let failure = state.board.failure(slot) {
      return EmptyState("cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard state.board.series(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading")
    }
    return EmptyState(
      "no request to \(model.name) in the last \(state.span.name)",
      hints: [Hint("-", "longer span")])
  }
}

extension ConsoleState {
  /// Of a chart's lines together, at the step under the cursor; nil without a cursor, and where there is nothing.
  fileprivate func pointedSum(_ slot: QueryBoard.Slot) -> Double? {
    let span = chartSpan
    guard let cursor, let column = span.column(of: cursor), let result = board.series(slot) else {
      return nil
    }
    let values = result.lines.compactMap { span.values(of: $0.values, in: result.window)[column] }
    return values.isEmpty ? nil : values.reduce(0, +)
  }

  /// " at 14:02:10" where figures are of the step under the cursor.
  fileprivate var pointedMoment: String {
    cursorStep(in: chartSpan).map { " at \(wall.time(Timestamp(seconds: $0.from)))" } ?? ""
  }
}

extension ModelSnapshot {
  /// The versions with a part in the traffic, or with requests of late: the champion first, last those without a part, so
  /// that where there is no room for all it is these that are out of sight.
  var measured: [VersionSnapshot] {
    let found = versions.filter { $0.variant != nil || $0.recent.requests > 0 }
    let champion = found.filter { $0.version == deployment.champion }
    let others = found.filter { $0.version != deployment.champion }
    return champion + others.filter { $0.variant != nil } + others.filter { $0.variant == nil }
  }
}
