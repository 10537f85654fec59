/// Curves over time, in braille where the terminal can. A missing value breaks the curve; where
/// there are more values than dots, the largest stands for its neighbours, so no spike is lost.
package struct LineChart: Sendable {
  package struct Series: Sendable, Equatable {
    package var name: String
    /// Where the legend has no room for all names; nil: the same.
    package var shortName: String?
    /// Evenly spaced over the width of the plot, the oldest first.
    package var values: [Double?]
    package var style: Style
    /// Which letter it has where letters tell the curves; nil: by its place.
    package var number: Int?

    package init(
      _ name: String, short shortName: String? = nil, _ values: [Double?], style: Style,
      number: Int? = nil
    ) {
      self.name = name
      self.shortName = shortName
      self.values = values
      self.style = style
      self.number = number
    }
  }

  /// What lies between two curves, behind all of them: an interval around a value.
  package struct Band: Sendable, Equatable {
    /// Evenly spaced as a series' values; a step without both ends is a gap.
    package var low: [Double?]
    package var high: [Double?]
    package var style: Style
    /// It stands on the one before. The cell in which two meet is the lower one's, and that in which the uppermost ends is left
    /// to its curve: so no shade stands above that.
    package var isStacked: Bool

    package init(low: [Double?], high: [Double?], style: Style, isStacked: Bool = false) {
      self.low = low
      self.high = high
      self.style = style
      self.isStacked = isStacked
    }
  }

  /// The later ones are drawn over the earlier ones.
  package var series: [Series]
  package var bands: [Band]
  /// nil: fitted to the values.
  package var axis: ValueAxis?
  package var scale: AxisScale
  package var levels: [PlotLevel]
  package var time: TimeAxis
  package var showsLegend: Bool
  /// A value holds until the next: for what is so, or is not.
  package var isStepped = false
  package var label: @Sendable (Double) -> String

  package init(
    series: [Series], bands: [Band] = [], axis: ValueAxis? = nil, scale: AxisScale = .linear,
    levels: [PlotLevel] = [], time: TimeAxis = TimeAxis(), showsLegend: Bool = true,
    label: @escaping @Sendable (Double) -> String = { Format.compact($0) }
  ) {
    self.series = series
    self.bands = bands
    self.axis = axis
    self.scale = scale
    self.levels = levels
    self.time = time
    self.showsLegend = showsLegend
    self.label = label
  }

  /// Where the curves stand when the chart is drawn in a rectangle: to find the moment of a click.
  package func plot(in rect: Rect) -> Rect { layout(in: rect).plot }

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    grid.clipped(to: rect) { draw(layout(in: rect), on: &$0, look: look) }
  }

  private func draw(_ layout: PlotLayout, on grid: inout CellGrid, look: Look) {
    let plot = layout.plot
    guard !plot.isEmpty else { return }
    layout.drawLabels(on: &grid, look: look)
    // A curve alone needs no letter, but for a terminal without braille.
    let isLettered = look.marksSeries && series.count > 1
    var canvas = DotCanvas(plot, isBraille: look.glyphs.isUnicode && !isLettered)
    let axis = fittedAxis
    for (owner, series) in series.enumerated() {
      trace(series.values, axis: axis, owner: owner, on: &canvas)
    }
    for band in bands { fill(band, axis: axis, in: plot, around: canvas, on: &grid, look: look) }
    for level in levels {
      let y = axis.row(level.value, in: plot)
      for x in plot.x..<(plot.x + plot.width) where canvas.isEmpty(at: Point(x: x, y: y)) {
        grid.put(look.glyphs.dashed, at: Point(x: x, y: y), style: look.theme.faint)
      }
    }
    time.drawLines(in: plot, on: &grid, look: look) { point, _ in canvas.isEmpty(at: point) }
    canvas.draw(on: &grid, styles: series.map(\.style), numbers: numbers)
    if let row = layout.axisRow { time.drawLabels(under: plot, y: row, on: &grid, look: look) }
    if let row = layout.legendRow { drawLegend(in: plot, y: row, on: &grid, look: look) }
  }

  private var numbers: [Int] { series.enumerated().map { $1.number ?? $0 } }

  private var fittedAxis: ValueAxis {
    axis
      ?? ValueAxis(
        scale,
        fitting: series.flatMap { $0.values.compactMap { $0 } } + levels.map(\.value)
          + bands.flatMap { ($0.low + $0.high).compactMap(\.self) })
  }

  private func fill(
    _ band: Band, axis: ValueAxis, in plot: Rect, around canvas: DotCanvas,
    on grid: inout CellGrid, look: Look
  ) {
    let count = min(band.low.count, band.high.count)
    for column in 0..<plot.width where count > 0 {
      let from = column * count / plot.width
      let steps = from..<max(from + 1, (column + 1) * count / plot.width)
      let ends = steps.compactMap { step -> (low: Double, high: Double)? in
        guard let low = band.low[step], let high = band.high[step] else { return nil }
        return (low, high)
      }
      guard let low = ends.map(\.low).min(), let high = ends.map(\.high).max() else { continue }
      let x = plot.x + column
      var bottom = axis.row(low, in: plot)
      var top = min(axis.row(high, in: plot), bottom)
      if band.isStacked {
        let others = bands.flatMap { other in steps.compactMap { other.high[$0] } }
        if high >= others.max() ?? high { top += 1 }
        if low > bands.first?.low[steps.lowerBound] ?? low { bottom -= 1 }
      }
      guard top <= bottom else { continue }
      for y in top...bottom
      where canvas.isEmpty(at: Point(x: x, y: y)) {
        grid.put(look.glyphs.shades[1], at: Point(x: x, y: y), style: band.style)
      }
    }
  }

  private func layout(in rect: Rect) -> PlotLayout {
    PlotLayout(
      in: rect, axis: fittedAxis, levels: levels,
      hasTimes: !(time.times.isEmpty && time.marks.isEmpty && time.cursor == nil),
      hasLegend: showsLegend && !series.isEmpty, label: label)
  }

  private func trace(_ values: [Double?], axis: ValueAxis, owner: Int, on canvas: inout DotCanvas) {
    let sampled = Downsample.maxima(values, count: canvas.width)
    var last: Point?
    for (index, value) in sampled.enumerated() {
      guard let value else {
        last = nil
        continue
      }
      let x =
        sampled.count == 1
        ? canvas.width - 1 : index * (canvas.width - 1) / (sampled.count - 1)
      let y = Int(((1 - axis.fraction(value)) * Double(canvas.height - 1)).rounded())
      let point = Point(x: x, y: y)
      if isStepped, let before = last {
        let corner = Point(x: x, y: before.y)
        canvas.line(from: before, to: corner, owner: owner)
        last = corner
      }
      canvas.line(from: last ?? point, to: point, owner: owner)
      last = point
    }
  }

  private func drawLegend(in plot: Rect, y: Int, on grid: inout CellGrid, look: Look) {
    let isLettered = !look.glyphs.isUnicode || look.marksSeries && series.count > 1
    func legend(_ name: (Series) -> String) -> StyledText {
      let entries = zip(series, numbers).map { series, number in
        let line =
          isLettered ? Look.seriesLetters[number % Look.seriesLetters.count] : look.glyphs.line
        return StyledText("\(line) ", series.style) + StyledText(name(series), look.theme.dim)
      }
      return StyledText.joined(entries, separator: "   ")
    }
    let whole = legend(\.name)
    grid.write(
      whole.width <= plot.width ? whole : legend { $0.shortName ?? $0.name },
      in: Rect(x: plot.x, y: y, width: plot.width, height: 1), ellipsis: look.glyphs.ellipsis)
  }
}
