/// Where the parts of a plot stand: labels of values at the left, the picture, the time axis and
/// the legend below it. What there is no room for is left out, the picture last.
package struct PlotLayout: Sendable, Equatable {
  /// Where the curve or the heat is; empty when there is no room.
  package let plot: Rect
  let axisRow: Int?
  let legendRow: Int?
  private let labels: [(row: Int, text: String, tone: Tone)]
  private let labelWidth: Int
  private let left: Int

  init(
    in rect: Rect, axis: ValueAxis, levels: [PlotLevel], hasTimes: Bool, hasLegend: Bool,
    label: (Double) -> String
  ) {
    let showsTimes = hasTimes && rect.height >= 4
    let showsLegend = hasLegend && rect.height >= 6
    let height = rect.height - (showsTimes ? 1 : 0) - (showsLegend ? 1 : 0)
    let bare = Rect(x: rect.x, y: rect.y, width: rect.width, height: height)
    var labels = levels.map { level in
      (row: axis.row(level.value, in: bare), text: level.label, tone: level.tone)
    }
    for tick in axis.ticks(height: height) {
      let row = axis.row(tick, in: bare)
      let distance = axis.scale == .linear ? 0 : 1
      guard !labels.contains(where: { ($0.row - row).magnitude <= distance }) else { continue }
      labels.append((row: row, text: label(tick), tone: .quiet))
    }
    let widest = labels.map { $0.text.displayWidth }.max() ?? 0
    labelWidth = rect.width >= widest + 12 ? widest : 0
    left = rect.x
    self.labels = labelWidth > 0 && height > 0 ? labels : []
    plot = bare.inset(left: labelWidth > 0 ? labelWidth + 1 : 0)
    axisRow = showsTimes ? rect.y + height : nil
    legendRow = showsLegend ? rect.lastY : nil
  }

  func drawLabels(on grid: inout CellGrid, look: Look) {
    for label in labels {
      grid.write(
        StyledText(label.text, look.style(label.tone)),
        in: Rect(x: left, y: label.row, width: labelWidth, height: 1), align: .right)
    }
  }

  package static func == (left: PlotLayout, right: PlotLayout) -> Bool {
    left.plot == right.plot && left.axisRow == right.axisRow && left.legendRow == right.legendRow
  }
}
