/// Counts over time and value: one column a moment, one half row a bucket, the colour saying how
/// many. A moment without data is left unpainted, so that it differs from one with no events.
package struct Heatmap: Sendable {
  /// How counts become colours. Either way the largest count has the brightest colour.
  package enum Scale: Sendable, Hashable {
    case squareRoot
    /// Each colour stands for as many of the cells, so that one hot cell hides nothing.
    case quantile
  }

  /// From the oldest. Each has the counts of the buckets from the lowest up, over equal steps of
  /// the axis; nil is a moment without data.
  package var columns: [[Double]?]
  package var axis: ValueAxis
  package var scale: Scale
  package var objective: PlotLevel?
  package var time: TimeAxis
  /// What is counted, as `requests per cell`; nil for no legend.
  package var legend: String?
  package var label: @Sendable (Double) -> String

  package init(
    columns: [[Double]?], axis: ValueAxis, scale: Scale = .squareRoot,
    objective: PlotLevel? = nil, time: TimeAxis = TimeAxis(), legend: String? = nil,
    label: @escaping @Sendable (Double) -> String = { Format.latencyTick(seconds: $0) }
  ) {
    self.columns = columns
    self.axis = axis
    self.scale = scale
    self.objective = objective
    self.time = time
    self.legend = legend
    self.label = label
  }

  /// Where the cells stand when the map is drawn in a rectangle: to find what a click hit.
  package func plot(in rect: Rect) -> Rect { layout(in: rect).plot }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    grid.clipped(to: rect) { draw(layout(in: rect), on: &$0, look: look) }
  }

  private func draw(_ layout: PlotLayout, on grid: inout CellGrid, look: Look) {
    let plot = layout.plot
    guard !plot.isEmpty else { return }
    layout.drawLabels(on: &grid, look: look)
    let halves = look.showsHeatColors ? 2 : 1
    let raster = HeatRaster(columns, width: plot.width, height: plot.height * halves)
    let levels = HeatLevels(
      raster.cells, scale: scale,
      count: look.showsHeatColors ? look.theme.heat.count : look.glyphs.shades.count)
    paint(raster, levels, in: plot, on: &grid, look: look)
    drawObjective(in: plot, on: &grid, look: look)
    time.drawLines(in: plot, on: &grid, look: look) { _, _ in true }
    drawObjectiveLabel(in: plot, on: &grid, look: look)
    if let row = layout.axisRow { time.drawLabels(under: plot, y: row, on: &grid, look: look) }
    if let row = layout.legendRow, let legend {
      drawLegend(legend, levels, in: plot.row(row - plot.y), on: &grid, look: look)
    }
  }

  private func layout(in rect: Rect) -> PlotLayout {
    PlotLayout(
      in: rect, axis: axis, levels: [],
      hasTimes: !(time.times.isEmpty && time.marks.isEmpty && time.cursor == nil),
      hasLegend: legend != nil, label: label)
  }

  private func paint(
    _ raster: HeatRaster, _ levels: HeatLevels, in plot: Rect, on grid: inout CellGrid, look: Look
  ) {
    for y in 0..<plot.height {
      for x in 0..<plot.width {
        let point = Point(x: plot.x + x, y: plot.y + y)
        if look.showsHeatColors {
          guard let upper = raster[x, 2 * y], let lower = raster[x, 2 * y + 1] else { continue }
          let top = look.theme.heat[levels.level(upper)]
          let bottom = look.theme.heat[levels.level(lower)]
          grid[point] =
            top == bottom
            ? Cell(" ", Style(.default, on: top)) : Cell("▀", Style(top, on: bottom))
        } else if let count = raster[x, y] {
          let level = levels.level(count)
          grid[point] = Cell(look.glyphs.shades[level], look.theme.info)
        }
      }
    }
  }

  private func drawObjective(in plot: Rect, on grid: inout CellGrid, look: Look) {
    guard let objective else { return }
    let y = axis.row(objective.value, in: plot)
    let style = look.style(objective.tone)
    for x in plot.x..<(plot.x + plot.width) {
      grid.put(look.glyphs.dashed, at: Point(x: x, y: y), style: style)
    }
  }

  /// Where the objective's name stands in a plot: at the right end of its line, or at the left one when the cursor is there;
  /// nil where there is no room for it.
  package func objectiveLabel(in plot: Rect) -> Rect? {
    guard let objective else { return nil }
    let width = objective.label.displayWidth + 2
    guard width + 4 <= plot.width else { return nil }
    let lines = ([time.cursor?.position] + time.marks.map { $0.position }).compactMap {
      $0.flatMap { TimeAxis.column($0, in: plot) }
    }
    let right = plot.lastX - width
    let isCrossed = lines.contains { $0 >= right && $0 < right + width }
    return Rect(
      x: isCrossed ? plot.x + 1 : right, y: axis.row(objective.value, in: plot), width: width,
      height: 1)
  }

  private func drawObjectiveLabel(in plot: Rect, on grid: inout CellGrid, look: Look) {
    guard let objective, let place = objectiveLabel(in: plot) else { return }
    grid.fill(place)
    grid.write(" \(objective.label) ", at: place.origin, style: look.style(objective.tone).bold)
  }

  private func drawLegend(
    _ legend: String, _ levels: HeatLevels, in row: Rect, on grid: inout CellGrid, look: Look
  ) {
    var column = grid.write(
      legend + " ", at: row.origin, style: look.theme.dim, maxWidth: row.width)
    let steps = look.showsHeatColors ? look.theme.heat.count : look.glyphs.shades.count
    guard column + steps + 8 <= row.width else { return }
    for step in 0..<steps {
      let cell =
        look.showsHeatColors
        ? Cell(" ", Style(.default, on: look.theme.heat[step]))
        : Cell(look.glyphs.shades[step], look.theme.info)
      grid[row.x + column + step, row.y] = cell
    }
    column += steps + 1
    grid.write(
      levels.legend(look.glyphs), at: Point(x: row.x + column, y: row.y), style: look.theme.dim,
      maxWidth: row.width - column)
  }
}
