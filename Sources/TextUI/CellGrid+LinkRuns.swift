/// Neighbouring cells of one row that lead to one page, or that lead nowhere any more.
package struct LinkRun: Sendable, Equatable {
  package let x: Int
  package let y: Int
  package let cells: [Cell]
  /// Nil: nowhere.
  package let link: Hyperlink?
  /// The link's, in its grid.
  package let number: Int
}

extension CellGrid {
  package var hasLinks: Bool { !links.isEmpty }

  /// A row's links from the left.
  package func linkRuns(ofRow y: Int) -> [LinkRun] {
    let cells = Array(row(y))
    var runs: [LinkRun] = []
    var start = 0
    while start < cells.count {
      guard let link = link(of: cells[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < cells.count, cells[end].link == cells[start].link { end += 1 }
      runs.append(
        LinkRun(
          x: start, y: y, cells: Array(cells[start..<end]), link: link,
          number: Int(cells[start].link)))
      start = end
    }
    return runs
  }

  /// Of a changed run the cells that led somewhere before and do not now.
  package func unlinked(in change: ChangedRun, since previous: CellGrid) -> [LinkRun] {
    var runs: [LinkRun] = []
    var start = 0
    func isLost(_ offset: Int) -> Bool {
      change.cells[offset].link == 0 && previous[change.x + offset, change.y].link > 0
    }
    while start < change.cells.count {
      guard isLost(start) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < change.cells.count, isLost(end) || change.cells[end].isContinuation { end += 1 }
      runs.append(
        LinkRun(
          x: change.x + start, y: change.y, cells: Array(change.cells[start..<end]), link: nil,
          number: 0))
      start = end
    }
    return runs
  }
}
