import Domain
import TextUI

/// The latency of one model over time: how many requests took how long, with the objective, the changes
/// and the cursor.
struct HeatmapBox {
  private let state: ConsoleState
  private let model: ModelSnapshot
  private let version: String?
  private let isFocused: Bool

  init(_ state: ConsoleState, _ model: ModelSnapshot, version: String?, isFocused: Bool) {
    self.state = state
    self.model = model
    self.version = version
    self.isFocused = isFocused
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let slot = QueryBoard.Slot.heatmap(model: model.name, version: version)
    let scope = "  \(version.map { "version \($0)" } ?? "all versions")  last \(state.span.name)"
    let short = (version.map { " \($0)" } ?? "") + "  \(state.span.name)"
    let detail = model.name + (isFocused && rect.width >= 70 ? scope : short)
    let inner = Panel(
      "latency", detail: detail, hotkey: "2", value: value(look, isNarrow: rect.width < 100),
      isFocused: isFocused
    ).draw(in: rect, on: &grid, look: look)
    guard let heatmap = state.board.heatmap(slot),
      heatmap.counts.contains(where: { $0.contains { $0 > 0 } })
    else {
      empty(slot).draw(in: inner, on: &grid, look: look)
      return
    }
    let totals = HeatmapBox.totals(heatmap)
    let crop = LatencyScale.crop(totals, objective: model.objective?.latency)
    let map = Heatmap(
      columns: columns(heatmap, crop.buckets),
      axis: ValueAxis(.logarithmic, from: crop.from, to: crop.to),
      objective: model.objective.map {
        PlotLevel($0.latency, label: "SLO \(Format.latency(microseconds: $0.latency).text)")
      },
      time: state.timeAxis(model: model.name, chart: inner.width),
      legend: isFocused ? legend(look, width: inner.width) : nil,
      label: { Format.latency(microseconds: $0).text })
    map.draw(in: inner, on: &grid, look: look)
    let plot = map.plot(in: inner)
    let quantiles = HeatmapQuantiles(heatmap, state.chartSpan, crop)
    if isFocused {
      quantiles.drawLines(
        in: plot, around: map.objectiveLabel(in: plot), on: &grid, look: look)
      grid.mark(plot, .place(across: 0, up: 0))
      drawCell(crop, plot, on: &grid, look: look)
    }
    quantiles.drawNames(
      model.version(versionInFigures)?.recent, objective: model.objective?.latency,
      cursor: map.time.cursor.flatMap { TimeAxis.column($0.position, in: plot) }, in: plot,
      on: &grid, look: look)
  }

  /// With room beside the scale it says what is underlined; with heat colours p50 and p99 are lines.
  private func legend(_ look: Look, width: Int) -> String {
    look.showsHeatColors || width < 70
      ? "requests per cell" : "requests per cell, p50 p99 underlined"
  }

  /// A mark in the cell that is looked at.
  private func drawCell(
    _ crop: LatencyScale.Crop, _ plot: Rect, on grid: inout CellGrid, look: Look
  ) {
    let span = state.chartSpan
    guard let cell = state.latencyCell, let column = span.column(of: cell.from), !plot.isEmpty
    else { return }
    let part = Double(cell.bucket - crop.buckets.lowerBound) + 0.5
    let place = Point(
      x: plot.x + Int((Double(column) + 0.5) / Double(span.columnCount) * Double(plot.width)),
      y: plot.lastY - Int(part / Double(crop.buckets.count) * Double(plot.height)))
    grid.put(look.glyphs.ok, at: place, style: look.theme.accent.bold)
  }

  /// The one whose quantiles are given.
  private var versionInFigures: String {
    let selected = state.selected.flatMap { $0.model.name == model.name ? $0.version : nil }
    return version ?? selected ?? model.deployment.champion
  }

  static func totals(_ heatmap: LatencyHeatmap) -> [Int] {
    var totals = [Int](repeating: 0, count: heatmap.edges.count)
    for step in heatmap.counts {
      for (bucket, count) in step.enumerated() where bucket < totals.count {
        totals[bucket] += count
      }
    }
    return totals
  }

  /// What the version does at present, and the slowest request of all that is drawn: where there is room, they are told apart.
  private func value(_ look: Look, isNarrow: Bool) -> StyledText {
    if isFocused, let cell = state.latencyCell {
      return Quantity(Format.count(cell.count), cell.count == 1 ? "request" : "requests")
        .styled(look) + look.text(" \(RequestScope.band(cell.above, cell.upTo))", .quiet)
    }
    let name = versionInFigures
    guard let found = model.version(name), let p99 = found.recent.p99 else { return "" }
    let tone = Health.slowTone(found.recent, model.objective)
    let figures =
      look.text("\(name) p99 \(isFocused && !isNarrow ? "now " : "")", .quiet)
      + Format.latency(microseconds: p99).styled(look, tone == .ok ? .normal : tone)
    let slot = QueryBoard.Slot.heatmap(model: model.name, version: version)
    guard isFocused, let most = state.board.heatmap(slot)?.maxima.compactMap(\.self).max() else {
      return figures
    }
    return figures + look.text(isNarrow ? "  max " : "  max shown ", .quiet)
      + Format.latency(microseconds: most).styled(look)
  }

  private func columns(_ heatmap: LatencyHeatmap, _ buckets: Range<Int>) -> [[Double]?] {
    let span = state.chartSpan
    var columns = [[Double]?](repeating: nil, count: span.columnCount)
    for (index, counts) in heatmap.counts.enumerated() {
      let start = heatmap.window.from + Int64(index) * heatmap.window.step
      guard let column = span.column(of: start) else { continue }
      var cells = columns[column] ?? [Double](repeating: 0, count: buckets.count)
      for (bucket, count) in counts.enumerated() {
        let place =
          min(max(bucket, buckets.lowerBound), buckets.upperBound - 1) - buckets.lowerBound
        cells[place] += Double(count)
      }
      columns[column] = cells
    }
    return columns
  }

  private func empty(_ slot: QueryBoard.Slot) -> EmptyState {
    if let failure = state.board.failure(slot) {
      return EmptyState(
        "the latencies cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard state.board.heatmap(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading the latencies")
    }
    let last = model.versions.compactMap(\.recent.lastRequest).max()
    if version == nil, let last, last.seconds >= state.chartSpan.from {
      return EmptyState("the first requests are being measured")
    }
    let seen =
      last.map { "the last request came at \(state.wall.time($0))" } ?? "no request is remembered"
    return EmptyState(
      "no request to \(model.name)\(version.map { " \($0)" } ?? "") in the last \(state.span.name); \(seen)",
      hints: [Hint("-", "longer span"), Hint("Down", "next model")])
  }
}

extension ConsoleState {
  /// What to say while an answer is awaited for long; nil before that is worth a word.
  func waiting(_ slot: QueryBoard.Slot) -> String? {
    guard connection.isUp else { return "no connection: this appears when it is back" }
    guard let since = board.waitingSince(slot), now.secondsSince(since) >= 5 else { return nil }
    return "no answer for \(Int(now.secondsSince(since))) s"
  }

  /// Times, changes and cursor for a picture of the chart's span.
  func timeAxis(model: String, chart width: Int) -> TimeAxis {
    let span = chartSpan
    let length = Double(max(1, span.to - span.from))
    func position(_ seconds: Int64) -> Double { Double(seconds - span.from) / length }
    let isLong = self.span >= .hour
    func label(_ seconds: Int64) -> String {
      isLong ? wall.minute(seconds) : wall.time(Timestamp(seconds: seconds))
    }
    let times = [
      PlotTime(at: 0, label(span.from)), PlotTime(at: 0.5, label((span.from + span.to) / 2)),
      PlotTime(at: 1, label(span.to)),
    ]
    let marks = timelineEntries.filter { $0.isMark && $0.model == model }.compactMap {
      entry -> PlotMark? in
      let place = position(entry.time.seconds)
      guard place >= 0, place < 1 else { return nil }
      return PlotMark(at: place, key: "^", label: entry.markLabel, tone: .warn)
    }
    let cursor = cursor.map {
      PlotCursor(at: position($0) + 0.5 * Double(span.step) / length, label: label($0))
    }
    return TimeAxis(times: times, marks: marks.reversed(), cursor: cursor)
  }
}

extension AuditEntry {
  var markLabel: String {
    let version = toVersion ?? fromVersion ?? ""
    return switch action {
    case "promote": "\(version) live"
    case "rollback": "back to \(version)"
    case "set-weight": "split"
    case "set-shadow": "shadow"
    case Self.backfillAction: "live traffic"
    default: action
    }
  }
}
