/// The counts of a heat map brought to the number of columns and rows that there is room for.
///
/// Fewer cells than counts keep the largest of each group, more repeat the nearest. Rows are
/// counted from the top, as on the screen.
struct HeatRaster {
  let width: Int
  let height: Int
  /// nil where there is no data.
  let cells: [Double?]

  init(_ columns: [[Double]?], width: Int, height: Int) {
    self.width = width
    self.height = height
    var cells: [Double?] = Array(repeating: nil, count: width * height)
    if !columns.isEmpty {
      for x in 0..<width {
        let from = x * columns.count / width
        let to = max(from + 1, (x + 1) * columns.count / width)
        let group = columns[from..<to].compactMap { $0 }
        for y in 0..<height where !group.isEmpty {
          cells[y * width + x] = group.reduce(0) {
            max($0, HeatRaster.count($1, row: height - 1 - y, of: height))
          }
        }
      }
    }
    self.cells = cells
  }

  subscript(x: Int, y: Int) -> Double? { cells[y * width + x] }

  private static func count(_ buckets: [Double], row: Int, of rows: Int) -> Double {
    guard !buckets.isEmpty else { return 0 }
    let from = row * buckets.count / rows
    let to = max(from + 1, (row + 1) * buckets.count / rows)
    return buckets[from..<to].reduce(0) { $1.isFinite ? max($0, $1) : $0 }
  }
}

/// Which colour a count has.
struct HeatLevels {
  private let scale: Heatmap.Scale
  private let levels: Int
  private let sorted: [Double]
  private let maximum: Double

  init(_ cells: [Double?], scale: Heatmap.Scale, count: Int) {
    self.scale = scale
    levels = max(2, count)
    sorted = cells.compactMap { $0 }.filter { $0 > 0 }.sorted()
    maximum = sorted.last ?? 0
  }

  /// 0 for nothing, at least 1 for anything, the highest for the maximum.
  func level(_ count: Double) -> Int {
    guard count > 0, maximum > 0 else { return 0 }
    if count >= maximum { return levels - 1 }
    let part =
      switch scale {
      case .squareRoot: (count / maximum).squareRoot()
      case .quantile: Double(rank(count)) / Double(sorted.count)
      }
    return min(levels - 1, max(1, Int((part * Double(levels - 1)).rounded())))
  }

  /// The least and the largest count that is shown: `1 … 812`.
  func legend(_ glyphs: Glyphs) -> String {
    guard let least = sorted.first else { return "none" }
    return "\(Format.compact(least)) \(glyphs.ellipsis) \(Format.compact(maximum))"
  }

  private func rank(_ count: Double) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < count { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
