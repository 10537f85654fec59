/// A stretch of one row whose cells differ from the picture before.
package struct ChangedRun: Sendable, Equatable {
  package let x: Int
  package let y: Int
  /// Never empty; begins with a whole character and ends with one.
  package let cells: [Cell]

  package init(x: Int, y: Int, cells: [Cell]) {
    self.x = x
    self.y = y
    self.cells = cells
  }
}

extension CellGrid {
  /// The runs to send so that a screen showing `previous` shows this grid. A grid of another size
  /// counts as changed everywhere.
  ///
  /// A wide character is sent whole when either half changed.
  /// - Complexity: O(width x height).
  package func changes(since previous: CellGrid) -> [ChangedRun] {
    guard previous.size == size else {
      return (0..<height).compactMap { y in
        width > 0 ? ChangedRun(x: 0, y: y, cells: Array(row(y))) : nil
      }
    }
    let before = previous.cells(numberedAs: links)
    var runs: [ChangedRun] = []
    for y in 0..<height {
      let base = y * width
      var x = 0
      while x < width {
        guard cells[base + x] != before[base + x] else {
          x += 1
          continue
        }
        var start = x
        while start > 0, cells[base + start].isContinuation { start -= 1 }
        var end = x + 1
        while end < width,
          cells[base + end] != before[base + end] || cells[base + end].isContinuation
        {
          end += 1
        }
        runs.append(ChangedRun(x: start, y: y, cells: Array(cells[(base + start)..<(base + end)])))
        x = end
      }
    }
    return runs
  }

  /// The grid with runs of another laid over it: `applying(b.changes(since: a), of: b)` on `a` gives `b`.
  package func applying(_ runs: [ChangedRun], of other: CellGrid) -> CellGrid {
    var grid = self
    grid.renumber(as: other)
    for run in runs { grid.overwrite(run) }
    return grid
  }
}
