/// Columns with a level mark each: one distribution drawn over another, so that where they part is seen at once.
///
/// Where a mark falls into a column it is drawn in reverse: both stay legible without a colour.
package struct OverlaidBars: Sendable, Equatable {
  package struct Bar: Sendable, Equatable {
    /// What the column's height and the mark's stand for, in the same unit.
    package var value: Double
    package var mark: Double
    /// Under the column; left out where it would touch another.
    package var label: String

    package init(_ value: Double, mark: Double, label: String = "") {
      self.value = value
      self.mark = mark
      self.label = label
    }
  }

  /// Side by side, as the bins of a histogram.
  package var bars: [Bar]
  /// Under the border between each two of `bars`, in their order; empty: `bars` have labels of their own.
  package var borders: [String]
  /// What does not belong on the same scale, apart at the right; each as wide as its label.
  package var others: [Bar]
  package var tone: Tone
  /// What columns and marks are, for the legend.
  package var names: (value: String, mark: String)
  package var label: @Sendable (Double) -> String

  package init(
    bars: [Bar], borders: [String] = [], others: [Bar] = [], tone: Tone = .accent,
    names: (value: String, mark: String),
    label: @escaping @Sendable (Double) -> String = { Format.compact($0) }
  ) {
    self.bars = bars
    self.borders = borders
    self.others = others
    self.tone = tone
    self.names = names
    self.label = label
  }

  package static func == (left: OverlaidBars, right: OverlaidBars) -> Bool {
    left.bars == right.bars && left.borders == right.borders && left.others == right.others
      && left.tone == right.tone && left.names == right.names
  }

  /// The most columns that a bar takes: a few bars do not become walls.
  private static let widest = 12
  /// The columns between `bars` and `others`.
  private static let gap = 2

  package func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    grid.clipped(to: rect) { grid in
      let axis = ValueAxis(.linear, fitting: (bars + others).flatMap { [$0.value, $0.mark] })
      let layout = PlotLayout(
        in: rect, axis: axis, levels: [], hasTimes: true, hasLegend: true, label: label)
      guard !layout.plot.isEmpty, !(bars.isEmpty && others.isEmpty) else { return }
      layout.drawLabels(on: &grid, look: look)
      let places = places(in: layout.plot)
      for (bar, place) in zip(bars + others, places) {
        draw(bar, axis, at: place, in: layout.plot, on: &grid, look: look)
      }
      if let y = layout.axisRow { drawLabels(places, y, in: layout.plot, on: &grid, look: look) }
      if let y = layout.legendRow { drawLegend(layout.plot, y, in: rect, on: &grid, look: look) }
    }
  }

  // MARK: Columns

  private struct Place {
    var x: Int
    var width: Int
    /// Of the column itself: with room to the next where there is some.
    var filled: Int
  }

  private func places(in plot: Rect) -> [Place] {
    let room = others.map { min(Self.widest, max(3, $0.label.displayWidth + 1)) }
    let taken = room.reduce(0, +) + (others.isEmpty || bars.isEmpty ? 0 : Self.gap)
    let width = max(1, min(Self.widest, (plot.width - taken) / max(1, bars.count)))
    var places: [Place] = []
    var x = plot.x
    for _ in bars {
      places.append(Place(x: x, width: width, filled: width >= 3 ? width - 1 : width))
      x += width
    }
    if !bars.isEmpty { x += Self.gap }
    for width in room {
      places.append(Place(x: x, width: width - 1, filled: width - 1))
      x += width
    }
    return places
  }

  private func draw(
    _ bar: Bar, _ axis: ValueAxis, at place: Place, in plot: Rect, on grid: inout CellGrid,
    look: Look
  ) {
    let style = look.style(tone)
    let steps = look.glyphs.isUnicode ? 8 : 1
    let height = axis.fraction(bar.value) * Double(plot.height * steps)
    // Anything above zero is seen, be it an eighth of a cell.
    let filled = bar.value > 0 ? max(1, Int(height.rounded())) : 0
    for level in 0..<plot.height {
      let rest = min(max(0, filled - level * steps), steps)
      guard rest > 0 else { break }
      let glyph =
        look.glyphs.isUnicode ? look.glyphs.bars[rest] : look.glyphs.blocks[1]
      for x in place.x..<(place.x + place.filled) {
        grid.put(glyph, at: Point(x: x, y: plot.lastY - level), style: style)
      }
    }
    guard bar.mark > 0 else { return }
    let y = axis.row(bar.mark, in: plot)
    let isCovered = filled - (plot.lastY - y) * steps > steps / 2
    for x in place.x..<(place.x + place.width) {
      let isOnBar = isCovered && x < place.x + place.filled
      grid.put(
        look.glyphs.line, at: Point(x: x, y: y), style: isOnBar ? style.reverse : look.theme.text)
    }
  }

  // MARK: Words

  private func drawLabels(
    _ places: [Place], _ y: Int, in plot: Rect, on grid: inout CellGrid, look: Look
  ) {
    var labels: [(start: Int, text: String)] = []
    func add(_ text: String, around center: Int) {
      guard !text.isEmpty else { return }
      labels.append((center - text.displayWidth / 2, text))
    }
    // Those apart first: a border's number gives way to them.
    for (bar, place) in zip(bars + others, places).reversed() {
      add(bar.label, around: place.x + place.filled / 2)
    }
    // From both ends to the middle: the ends of a scale say most.
    let order = borders.indices.sorted {
      min($0, borders.count - 1 - $0) < min($1, borders.count - 1 - $1)
    }
    for index in order where index + 1 < bars.count {
      add(borders[index], around: places[index + 1].x)
    }
    var taken: [ClosedRange<Int>] = []
    for (start, text) in labels {
      let range = start...(start + text.displayWidth - 1)
      guard range.lowerBound >= plot.x - 1, range.upperBound <= plot.lastX,
        !taken.contains(where: { $0.overlaps((range.lowerBound - 1)...(range.upperBound + 1)) })
      else { continue }
      taken.append(range)
      grid.write(text, at: Point(x: start, y: y), style: look.theme.dim)
    }
  }

  private func drawLegend(
    _ plot: Rect, _ y: Int, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let block = look.glyphs.blocks[look.glyphs.blocks.count - 1]
    let entries = [
      StyledText("\(block) ", look.style(tone)) + look.text(names.value, .quiet),
      StyledText("\(look.glyphs.line) ", look.theme.text) + look.text(names.mark, .quiet),
    ]
    let text = StyledText.joined(entries, separator: "   ")
    // Under the picture, unless it needs the whole width.
    let x = text.width <= plot.width ? plot.x : rect.x
    grid.write(
      text, in: Rect(x: x, y: y, width: rect.lastX - x + 1, height: 1),
      ellipsis: look.glyphs.ellipsis)
  }
}
