import Domain
import TextUI

/// Where the parts of the system panel stand.
enum SystemLayout {
  /// Steps of time that its past is cut into, at every size: a quarter of an hour has ninety values, and each picture takes
  /// as many of them as it has columns.
  static let steps = 90
  /// Columns of the past in a row of the table.
  static let past = 20
}

/// The past of what can be used up, as the store has it.
struct SystemHistory {
  static let measures: [SeriesQuery.Measure] = [
    .coreBusy, .memoryUsed, .diskFree, .processCores, .processMemory, .loopLag, .lanesBusy,
    .laneQueue, .versionQueue, .telemetryWrite, .ledgerWrite,
  ]

  private let state: ConsoleState
  private let span: ChartSpan

  init(_ state: ConsoleState) {
    self.state = state
    span = state.chartSpan
  }

  private func lines(_ measure: SeriesQuery.Measure) -> [SeriesResult.Line] {
    state.board.series(.series(measure, model: nil))?.lines ?? []
  }

  private func values(_ line: SeriesResult.Line, of measure: SeriesQuery.Measure) -> [Double?] {
    guard let result = state.board.series(.series(measure, model: nil)) else { return [] }
    return span.values(of: line.values, in: result.window)
  }

  /// Of one row of the table, by column; empty where nothing is kept of it.
  func values(of past: SystemLimit.Past) -> [Double?] {
    lines(past.measure).first { $0.part == past.part }.map { values($0, of: past.measure) } ?? []
  }

  /// What it was in the step under the cursor; of now where there is no cursor.
  func pointed(_ limit: SystemLimit) -> SystemLimit {
    guard let column = state.cursor.flatMap(span.column(of:)) else { return limit }
    var limit = limit
    let values = used(of: limit)
    if values.indices.contains(column), let value = values[column] {
      limit.used = value
    } else {
      limit.isKnown = false
    }
    return limit
  }

  /// Of what is kept of a limit: of a disk that is what is free, and what is shown is what is used.
  private func used(of limit: SystemLimit) -> [Double?] {
    guard let past = limit.past else { return [] }
    let values = values(of: past)
    guard past.measure == .diskFree, let all = limit.limit else { return values }
    return values.map { $0.map { all - $0 } }
  }

  /// A row of bars, the newest at the right end of what is filled.
  func sparkline(of limit: SystemLimit, width: Int, _ look: Look) -> StyledText {
    guard let past = limit.past else { return "" }
    let values = used(of: limit)
    guard values.contains(where: { $0 != nil }) else { return "" }
    let isShare = past.measure != .loopLag && limit.unit != .microseconds
    return Sparkline(
      values, maximum: isShare ? limit.limit : nil,
      style: limit.health.tone == .ok ? look.theme.accent : look.style(limit.health.tone)
    ).text(width: width, glyphs: look.glyphs)
  }

  /// Why there is no past; nil where there is some.
  var absence: (words: String, tone: Tone)? {
    let slot = QueryBoard.Slot.series(.telemetryWrite, model: nil)
    if let failure = state.board.failure(slot) {
      return ("the past cannot be read: \(failure). Asked again every 5 s.", .warn)
    }
    guard let result = state.board.series(slot) else {
      return (state.waiting(slot) ?? "reading the past", .quiet)
    }
    guard result.lines.contains(where: { $0.values.contains { $0 != nil } }) else {
      let span = state.panelSpan.name
      return (
        state.showsPast
          ? "nothing of it was recorded in these \(span)"
          : "nothing is kept of the last \(span): it is from now on", .quiet
      )
    }
    return nil
  }

  // MARK: Charts

  /// A chart each of what is looked at most, where there is room for them.
  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    if let absence {
      EmptyState(absence.words, tone: absence.tone).draw(in: rect, on: &grid, look: look)
      return
    }
    let charts = charts(look)
    let columns = rect.width >= 100 ? 3 : 2
    let rows = rect.rows([Track](repeating: .share(1), count: charts.count / columns))
    let places = rows.flatMap { $0.columns([Track](repeating: .share(1), count: columns), gap: 2) }
    for (place, chart) in zip(places, charts) { draw(chart, in: place, on: &grid, look: look) }
  }

  private struct Chart {
    var title: String
    var series: [LineChart.Series]
    var axis: ValueAxis?
    var scale = AxisScale.linear
    var label: @Sendable (Double) -> String
  }

  private func draw(_ chart: Chart, in rect: Rect, on grid: inout CellGrid, look: Look) {
    let parts = rect.rows([.fixed(1), .rest])
    grid.write(
      StyledText(chart.title, look.theme.title), in: parts[0], ellipsis: look.glyphs.ellipsis)
    guard !chart.series.isEmpty else {
      EmptyState("not measured").draw(in: parts[1], on: &grid, look: look)
      return
    }
    LineChart(
      series: chart.series, axis: chart.axis, scale: chart.scale,
      time: state.timeAxis(model: "", chart: rect.width), showsLegend: chart.series.count > 1,
      label: chart.label
    ).draw(in: parts[1], on: &grid, look: look)
  }

  private func charts(_ look: Look) -> [Chart] {
    func one(_ measure: SeriesQuery.Measure, _ name: String, _ index: Int = 0)
      -> [LineChart.Series]
    {
      lines(measure).map {
        LineChart.Series(name, values($0, of: measure), style: look.theme.series(index))
      }
    }
    func parts(_ measure: SeriesQuery.Measure, _ name: String, most: Int) -> [LineChart.Series] {
      lines(measure).prefix(most).enumerated().map { index, line in
        LineChart.Series(
          "\(name)\(line.part ?? "")", values(line, of: measure), style: look.theme.series(index))
      }
    }
    let milliseconds: @Sendable (Double) -> String = { Format.latency(microseconds: $0).text }
    return [
      Chart(
        title: "processor by core", series: cores(look), axis: ValueAxis(.linear, from: 0, to: 1),
        label: { Format.wholePercent($0).text }),
      Chart(
        title: "memory in use",
        series: one(.memoryUsed, "machine") + one(.processMemory, "server", 1),
        label: { Format.bytes($0).text }),
      Chart(
        title: "free under the data", series: one(.diskFree, "free"),
        label: { Format.bytes($0).text }),
      Chart(
        title: "on the disk after",
        series: one(.telemetryWrite, "telemetry") + one(.ledgerWrite, "ledger", 1),
        scale: .logarithmic, label: milliseconds),
      Chart(
        title: "event loops late by", series: parts(.loopLag, "loop ", most: 4),
        scale: .logarithmic, label: milliseconds),
      Chart(
        title: "lanes and queues",
        series: one(.lanesBusy, "lanes busy") + one(.laneQueue, "waiting", 1) + queues(look),
        label: { Format.compact($0) }),
    ]
  }

  /// A line each of a few cores; of many the busiest and the mean.
  private func cores(_ look: Look) -> [LineChart.Series] {
    let all = lines(.coreBusy).map { values($0, of: .coreBusy) }
    guard all.count > 4 else {
      return all.enumerated().map {
        LineChart.Series("core \($0.offset)", $0.element, style: look.theme.series($0.offset))
      }
    }
    let columns = (0..<span.columnCount).map { column in
      all.compactMap { $0.indices.contains(column) ? $0[column] : nil }
    }
    return [
      LineChart.Series(
        "mean of \(all.count)",
        columns.map { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) },
        style: look.theme.series(1)),
      LineChart.Series("busiest", columns.map { $0.max() }, style: look.theme.series(0)),
    ]
  }

  /// The queues that had something in them, all together.
  private func queues(_ look: Look) -> [LineChart.Series] {
    let all = lines(.versionQueue).map { values($0, of: .versionQueue) }
    guard !all.isEmpty else { return [] }
    let sums = (0..<span.columnCount).map { column -> Double? in
      let found = all.compactMap { $0.indices.contains(column) ? $0[column] : nil }
      return found.isEmpty ? nil : found.reduce(0, +)
    }
    return [LineChart.Series("in queues", sums, style: look.theme.series(2))]
  }
}
