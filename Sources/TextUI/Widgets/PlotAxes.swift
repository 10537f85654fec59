/// A moment worth a vertical line in every picture over time: a promotion, an alert, a note.
package struct PlotMark: Sendable, Equatable {
  /// From 0 at the left edge to 1 at the right; others are not drawn.
  package var position: Double
  /// One character that tells the mark apart where there is no room for its label.
  package var key: Character
  package var label: String
  package var tone: Tone

  package init(at position: Double, key: Character, label: String = "", tone: Tone = .warn) {
    self.position = position
    self.key = key
    self.label = label
    self.tone = tone
  }
}

/// The moment that all panels look at.
package struct PlotCursor: Sendable, Equatable {
  package var position: Double
  package var label: String

  package init(at position: Double, label: String = "") {
    self.position = position
    self.label = label
  }
}

/// A value worth a horizontal line: an objective, a threshold.
package struct PlotLevel: Sendable, Equatable {
  package var value: Double
  package var label: String
  package var tone: Tone

  package init(_ value: Double, label: String, tone: Tone = .warn) {
    self.value = value
    self.label = label
    self.tone = tone
  }
}

/// A word under the time axis.
package struct PlotTime: Sendable, Equatable {
  package var position: Double
  package var label: String

  package init(at position: Double, _ label: String) {
    self.position = position
    self.label = label
  }
}

/// What a picture over time shows along its bottom edge, and the lines that rise from there.
package struct TimeAxis: Sendable, Equatable {
  package var times: [PlotTime]
  package var marks: [PlotMark]
  package var cursor: PlotCursor?

  package init(times: [PlotTime] = [], marks: [PlotMark] = [], cursor: PlotCursor? = nil) {
    self.times = times
    self.marks = marks
    self.cursor = cursor
  }

  /// The column of a position in a plot; nil when it lies outside.
  package static func column(_ position: Double, in plot: Rect) -> Int? {
    guard position >= 0, position <= 1, plot.width > 0 else { return nil }
    return plot.x + min(plot.width - 1, Int(position * Double(plot.width)))
  }

  /// Writes the labels: the cursor's first, then marks, then times; one that would touch another
  /// gives way, a mark to its key alone.
  func drawLabels(under plot: Rect, y: Int, on grid: inout CellGrid, look: Look) {
    var taken: [ClosedRange<Int>] = []
    if let cursor, let column = TimeAxis.column(cursor.position, in: plot) {
      let text = pointer(cursor.label, look.theme.text.bold, at: column, in: plot, look)
      place(text, pointingAt: column, in: plot, y: y, taken: &taken, on: &grid)
    }
    for mark in marks.reversed() {
      guard let column = TimeAxis.column(mark.position, in: plot) else { continue }
      let style = look.style(mark.tone)
      let full = pointer(mark.label, style, at: column, in: plot, look)
      if mark.label.isEmpty
        || !place(full, pointingAt: column, in: plot, y: y, taken: &taken, on: &grid)
      {
        let key = StyledText(String(mark.key), style)
        place(key, pointingAt: column, in: plot, y: y, taken: &taken, on: &grid)
      }
    }
    for time in times {
      guard let column = TimeAxis.column(time.position, in: plot) else { continue }
      let text = StyledText(time.label, look.theme.dim)
      let start =
        time.position >= 1
        ? column - text.width + 1 : column - (time.position > 0 ? text.width / 2 : 0)
      place(text, startingAt: start, in: plot, y: y, taken: &taken, on: &grid)
    }
  }

  /// Draws the vertical lines into the cells that `isFree`, or over what is there when the plot is
  /// made of colours.
  func drawLines(
    in plot: Rect, on grid: inout CellGrid, look: Look, isFree: (Point, CellGrid) -> Bool
  ) {
    for mark in marks {
      guard let column = TimeAxis.column(mark.position, in: plot) else { continue }
      for y in plot.y..<(plot.y + plot.height) where isFree(Point(x: column, y: y), grid) {
        grid.put(look.glyphs.markLine, at: Point(x: column, y: y), style: look.style(mark.tone))
      }
    }
    guard let cursor, let column = TimeAxis.column(cursor.position, in: plot) else { return }
    for y in plot.y..<(plot.y + plot.height) where isFree(Point(x: column, y: y), grid) {
      grid.put(look.glyphs.cursorLine, at: Point(x: column, y: y), style: look.theme.text)
    }
  }

  /// A label with its mark on the side that stands at the column: at the right one where the edge leaves no room behind it.
  private func pointer(
    _ label: String, _ style: Style, at column: Int, in plot: Rect, _ look: Look
  ) -> StyledText {
    guard !label.isEmpty else { return StyledText("\(look.glyphs.mark)", style) }
    let width = label.displayWidth + 2
    return StyledText(
      column + width - 1 <= plot.lastX
        ? "\(look.glyphs.mark) \(label)" : "\(label) \(look.glyphs.mark)", style)
  }

  /// The label's first character stands at the column, or where the edge is too near, its last one.
  @discardableResult
  private func place(
    _ text: StyledText, pointingAt column: Int, in plot: Rect, y: Int,
    taken: inout [ClosedRange<Int>], on grid: inout CellGrid
  ) -> Bool {
    let hasRoom = column + text.width - 1 <= plot.lastX
    return place(
      text, startingAt: hasRoom ? column : column - text.width + 1, in: plot, y: y, taken: &taken,
      on: &grid)
  }

  @discardableResult
  private func place(
    _ text: StyledText, startingAt start: Int, in plot: Rect, y: Int,
    taken: inout [ClosedRange<Int>], on grid: inout CellGrid
  ) -> Bool {
    let width = text.width
    guard width > 0, start >= plot.x, start + width - 1 <= plot.lastX else { return false }
    let range = start...(start + width - 1)
    let air = (range.lowerBound - 1)...(range.upperBound + 1)
    guard !taken.contains(where: { $0.overlaps(air) }) else { return false }
    taken.append(range)
    grid.write(text, at: Point(x: start, y: y))
    return true
  }
}
