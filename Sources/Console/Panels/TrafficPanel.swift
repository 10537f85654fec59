import Domain
import TextUI

/// How much is asked of a model and how much of it fails, each on a scale of its own.
struct TrafficPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let model = state.selected?.model else { return }
    let tableHeight = min(max(4, model.measured.count + 3), max(4, rect.height / 3))
    let rows = rect.rows([.share(3, minimum: 6), .share(2, minimum: 5), .fixed(tableHeight)])
    drawChart(
      .requestRate, model, title: "traffic", hotkey: "3", in: rows[0], on: &grid, look: look,
      value: Format.rate(model.requestRate).styled(look),
      label: { Format.rate($0, unit: "").number })
    let halves = rows[1].columns([.share(1), .share(1)])
    drawChart(
      .errorRate, model, title: "errors/s", hotkey: nil, in: halves[0], on: &grid, look: look,
      value: "", label: { Format.rate($0, unit: "").number })
    drawChart(
      .errorShare, model, title: "error share", hotkey: nil, in: halves[1], on: &grid, look: look,
      value: errorShare(model, look), label: { Format.percent($0).text })
    drawTable(model, in: rows[2], on: &grid, look: look)
  }

  private func errorShare(_ model: ModelSnapshot, _ look: Look) -> StyledText {
    let serving = model.versions.filter { $0.variant != .shadow }.map(\.recent)
    let requests = serving.reduce(0) { $0 + $1.requests }
    guard requests > 0 else { return "" }
    let errors = serving.reduce(0) { $0 + $1.errors }
    let recent = RecentFigures(requests: requests, errors: errors)
    let tone = Health.errorTone(recent, model.objective)
    return Format.percent(recent.errorShare ?? 0).styled(look, tone == .ok ? .normal : tone)
  }

  private func drawChart(
    _ measure: SeriesQuery.Measure, _ model: ModelSnapshot, title: String, hotkey: Character?,
    in rect: Rect, on grid: inout CellGrid, look: Look, value: StyledText,
    label: @escaping @Sendable (Double) -> String
  ) {
    let slot = QueryBoard.Slot.series(measure, model: model.name)
    let inner = Panel(
      title,
      detail: hotkey == nil ? "" : "\(model.name)  requests/s by version, last \(state.span.name)",
      hotkey: hotkey,
      value: value, isFocused: hotkey != nil
    ).draw(in: rect, on: &grid, look: look)
    guard let result = state.board.series(slot),
      result.lines.contains(where: { $0.values.contains { $0 != nil } })
    else {
      empty(slot, model).draw(in: inner, on: &grid, look: look)
      return
    }
    let span = state.chartSpan
    let names = model.versions.map(\.version)
    let series = result.lines.compactMap { line -> LineChart.Series? in
      guard line.values.contains(where: { $0 != nil }) else { return nil }
      let name = line.version?.version ?? "all"
      let role = model.deployment.variant(of: name)?.name(isShort: false)
      let index = names.firstIndex(of: name) ?? 0
      return LineChart.Series(
        role.map { "\(name) \($0)" } ?? name, span.values(of: line.values, in: result.window),
        style: look.theme.series(index), number: index)
    }
    LineChart(
      series: series, time: state.timeAxis(model: model.name, chart: inner.width), label: label
    ).draw(in: inner, on: &grid, look: look)
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

  private func drawTable(_ model: ModelSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look)
  {
    let inner = Panel("last minute", detail: "by version").draw(in: rect, on: &grid, look: look)
    let shed = state.board.series(.series(.shedRate, model: model.name))
    let rows = model.measured.map { version -> Table.Row in
      let name = version.version
      let index = model.versions.firstIndex { $0.version == name } ?? 0
      let shedRate = shed?.lines.first { $0.version?.version == name }?.values.last ?? nil
      let recent = version.recent
      return Table.Row([
        look.mark(ofSeries: index) + look.text(" \(name) ")
          + look.text(version.variant?.name(isShort: false) ?? "", .quiet),
        Figures.share(version, look), Figures.rate(version, look),
        look.text(Format.count(Int(recent.requests))), look.text(Format.count(Int(recent.errors))),
        Figures.errors(version, model.objective, look),
        shedRate.map { look.text(Format.rate($0, unit: "").number) } ?? look.text("-", .quiet),
        recent.slowShare.map { Format.percent($0).styled(look) } ?? look.text("-", .quiet),
        look.text("\(version.queueDepth)"),
      ])
    }
    Table(
      columns: [
        Table.Column("VERSION", .fixed(inner.width < 90 ? 14 : 24)),
        Table.Column("SHARE", .fixed(6), align: .right),
        Table.Column("REQ/S", .fixed(6), align: .right),
        Table.Column("REQUESTS", .fixed(9), align: .right),
        Table.Column("FAILED", .fixed(7), align: .right),
        Table.Column("ERRORS", .fixed(7), align: .right),
        Table.Column("SHED/S", .fixed(6), align: .right, dropOrder: 2),
        Table.Column("SLOW", .fixed(7), align: .right, dropOrder: 1),
        Table.Column("QUEUE", .fixed(5), align: .right, dropOrder: 3),
      ], rows: rows, gap: inner.width < 90 ? 1 : 2
    ).draw(in: inner, on: &grid, look: look)
  }
}

extension ModelSnapshot {
  /// The versions with a part in the traffic, or with requests of late.
  fileprivate var measured: [VersionSnapshot] {
    versions.filter { $0.variant != nil || $0.recent.requests > 0 }
  }
}
