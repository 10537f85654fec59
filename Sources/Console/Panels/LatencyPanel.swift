import Domain
import TextUI

/// How long requests took: over time, as a distribution by version, and the slowest ones by name.
struct LatencyPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let model = state.selected?.model else { return }
    let layout = LatencyLayout(in: rect)
    HeatmapBox(state, model, version: state.latencyVersion, isFocused: true)
      .draw(in: layout.heatmap, on: &grid, look: look)
    let times = TimesBox(state, model)
    if layout.times == nil, state.cursorStep(in: state.chartSpan) == nil {
      times.draw(in: layout.histogram, on: &grid, look: look)
    } else {
      drawHistograms(model, in: layout.histogram, on: &grid, look: look)
    }
    if let place = layout.times { times.draw(in: place, on: &grid, look: look) }
    SlowestBox(state, model: model).draw(in: layout.slowest, on: &grid, look: look)
  }

  /// One histogram a version, side by side on one scale of latencies.
  private func drawHistograms(
    _ model: ModelSnapshot, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let cell = state.cursorStep(in: state.chartSpan)
    let title =
      cell.map { state.wall.time(Timestamp(seconds: $0.from)) } ?? "last \(state.span.name)"
    let names = state.histogramVersions(model).prefix(max(1, rect.width / 17))
    let known = names.compactMap { name in histogram(of: name, model).map { (name, $0) } }
    let maps = known.map { ($0, totals($1, in: cell)) }.filter { $0.1.contains { $0 > 0 } }
    let requests = maps.reduce(0) { $0 + $1.1.reduce(0, +) }
    let isNarrow = rect.width < 44
    let count = isNarrow ? Format.compact(Double(requests)) : Format.count(requests)
    let inner = Panel(
      "histogram", detail: isNarrow && cell == nil ? "" : title,
      value: requests > 0 && !(isNarrow && cell != nil)
        ? Quantity(count, "requests").styled(look) : ""
    ).draw(in: rect, on: &grid, look: look)
    guard !maps.isEmpty else {
      let isKnown = known.count == names.count
      EmptyState(isKnown ? "no request here" : "no data").draw(in: inner, on: &grid, look: look)
      return
    }
    let sum = maps.reduce(into: [Int](repeating: 0, count: LatencyScale.bucketCount)) { sum, map in
      for (index, count) in map.1.enumerated() where index < sum.count { sum[index] += count }
    }
    let crop = LatencyScale.crop(sum, objective: model.objective?.latency)
    let parts = inner.columns([.fixed(7), .rest], gap: 1)
    drawScale(crop, in: parts[0].inset(top: 1), on: &grid, look: look)
    let places = parts[1].columns(maps.map { _ in Track.rest }, gap: 1)
    for (index, (name, totals)) in maps.enumerated() {
      drawHistogram(name, totals, crop, model, in: places[index], on: &grid, look: look)
    }
  }

  /// The latencies at the left of all histograms, one label a decade.
  private func drawScale(
    _ crop: LatencyScale.Crop, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    var edge = crop.to
    var last = -1
    while edge > crop.from * 1.5, rect.height > 0 {
      let part = Double(crop.decades(above: edge)) / Double(crop.decades(above: crop.from))
      let y = min(rect.height - 1, Int(part * Double(rect.height)))
      if y > last {
        grid.write(
          look.text(Format.latency(microseconds: edge).text, .quiet), in: rect.row(y), align: .right
        )
      }
      last = y
      edge /= 10
    }
  }

  private func drawHistogram(
    _ name: String, _ totals: [Int], _ crop: LatencyScale.Crop, _ model: ModelSnapshot,
    in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let rows = rect.rows([.fixed(1), .rest])
    let role = model.deployment.variant(of: name)?.name(isShort: true) ?? ""
    let count = Format.compact(Double(totals.reduce(0, +)))
    let head =
      StyledText(name, look.theme.text.bold)
      + look.text(rect.width >= 18 && !role.isEmpty ? " \(role)  \(count)" : "  \(count)", .quiet)
    grid.write(head, in: rows[0], ellipsis: look.glyphs.ellipsis)
    let objective = model.objective?.latency ?? .infinity
    var edge = crop.to
    let buckets = crop.buckets.reversed().map { bucket -> Histogram.Bucket in
      defer { edge /= LatencyScale.ratio }
      return Histogram.Bucket(
        "", Double(bucket < totals.count ? totals[bucket] : 0),
        tone: edge > objective * 1.000_1 ? .critical : .accent)
    }
    Histogram(buckets).draw(in: rows[1], on: &grid, look: look)
  }

  /// Of a version, as fine as the cursor asks; nil until it has come.
  private func histogram(of version: String, _ model: ModelSnapshot) -> LatencyHeatmap? {
    let map = state.board.heatmap(.histogram(model: model.name, version: version))
    let isFine = (map?.window.step ?? 0) <= state.chartSpan.step
    return state.cursorStep(in: state.chartSpan) == nil || isFine ? map : nil
  }

  /// Counts a bucket over the window, or over the step under the cursor.
  private func totals(_ heatmap: LatencyHeatmap, in cell: (from: Int64, to: Int64)?) -> [Int] {
    guard let cell else { return HeatmapBox.totals(heatmap) }
    var totals = [Int](repeating: 0, count: heatmap.edges.count)
    for (index, counts) in heatmap.counts.enumerated() {
      let start = heatmap.window.from + Int64(index) * heatmap.window.step
      guard start >= cell.from, start < cell.to else { continue }
      for (bucket, count) in counts.enumerated() where bucket < totals.count {
        totals[bucket] += count
      }
    }
    return totals
  }
}
