import Domain
import TextUI

/// p50 and p99 of each step as lines over a heatmap, from the counts that it shows: as exact as its buckets are.
struct HeatmapQuantiles {
  private let span: ChartSpan
  private let crop: LatencyScale.Crop
  /// By column of the chart: counts of all buckets of the scale.
  private let columns: [[Int]?]

  /// Fewer requests have no 99th percentile that is not simply the slowest of them.
  static let least = 20

  init(_ map: LatencyHeatmap, _ span: ChartSpan, _ crop: LatencyScale.Crop) {
    self.span = span
    self.crop = crop
    var columns = [[Int]?](repeating: nil, count: span.columnCount)
    for (index, counts) in map.counts.enumerated() {
      let start = map.window.from + Int64(index) * map.window.step
      guard let column = span.column(of: start) else { continue }
      columns[column] = zip(columns[column] ?? [Int](repeating: 0, count: counts.count), counts)
        .map { $0 + $1 }
    }
    self.columns = columns
  }

  /// Where characters stand for how many there are, a line is drawn under them: in their place it would take the hottest row
  /// of each column away.
  ///
  /// - Parameter label: a place that they leave out.
  func drawLines(in plot: Rect, around label: Rect?, on grid: inout CellGrid, look: Look) {
    guard !plot.isEmpty, plot.height > 3 else { return }
    for (part, style) in [(0.5, look.theme.text), (0.99, look.theme.text.bold)] {
      for x in 0..<plot.width {
        let from = x * columns.count / plot.width
        let to = max(from + 1, (x + 1) * columns.count / plot.width)
        guard let bucket = quantile(part, from..<to) else { continue }
        let place = Point(x: plot.x + x, y: row(bucket, in: plot))
        if let label, place.y == label.y, place.x >= label.x, place.x <= label.lastX { continue }
        let cell = grid[place]
        // A line of time or of the objective would be torn apart.
        if look.showsHeatColors, ["▀", " "].contains(cell.character) {
          grid[place] = Cell(look.glyphs.horizontal, style.on(cell.style.background))
        } else if !look.showsHeatColors, look.glyphs.shades.contains(cell.character),
          cell.style == look.theme.info
        {
          grid[place].style = style.underline
        }
      }
    }
  }

  /// The bucket that the quantile of some columns together lies in.
  func quantile(_ part: Double, _ range: Range<Int>) -> Int? {
    var sum = [Int](repeating: 0, count: LatencyScale.bucketCount)
    for case .some(let counts) in columns[range.clamped(to: 0..<columns.count)] {
      for (bucket, count) in counts.enumerated() where bucket < sum.count { sum[bucket] += count }
    }
    let total = sum.reduce(0, +)
    guard total >= Self.least else { return nil }
    var below = 0
    return sum.indices.first { bucket in
      below += sum[bucket]
      return Double(below) >= part * Double(total)
    }
  }

  private func row(_ bucket: Int, in plot: Rect) -> Int {
    let inside = min(max(bucket, crop.buckets.lowerBound), crop.buckets.upperBound - 1)
    let part = (Double(inside - crop.buckets.lowerBound) + 0.5) / Double(crop.buckets.count)
    return plot.lastY - min(plot.height - 1, Int(part * Double(plot.height)))
  }

  /// Where the figures of the last minute lie, at the right edge; not over the name of the objective, nor over the cursor,
  /// whose column is given where there is one.
  func drawNames(
    _ recent: RecentFigures?, objective: Double?, cursor: Int?, in plot: Rect,
    on grid: inout CellGrid, look: Look
  ) {
    guard plot.width > 24, plot.height > 5, let recent else { return }
    let axis = ValueAxis(.logarithmic, from: crop.from, to: crop.to)
    var taken = Set([objective].compactMap(\.self).map { axis.row($0, in: plot) })
    for (label, value) in [("p99", recent.p99), ("p50", recent.p50)] {
      guard let value else { continue }
      let y = axis.row(value, in: plot)
      let text = StyledText(" \(label) ", look.theme.text.bold)
      let right = plot.lastX - text.width + 1
      let x = cursor.map { $0 >= right ? $0 - text.width : right } ?? right
      let place = Rect(x: x, y: y, width: text.width, height: 1)
      guard taken.insert(y).inserted else { continue }
      grid.fill(place)
      grid.write(text, in: place)
    }
  }
}
