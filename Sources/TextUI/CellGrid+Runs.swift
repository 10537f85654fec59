extension CellGrid {
  /// Neighbouring cells of one row and one style.
  struct StyledRun {
    let x: Int
    /// Columns that it takes.
    let width: Int
    let text: String
    let style: Style
  }

  /// A row's runs from the left, up to its last cell that shows anything.
  func runs(ofRow y: Int) -> [StyledRun] {
    let cells = Array(row(y))
    var end = cells.count
    while end > 0, cells[end - 1] == .blank { end -= 1 }
    var runs: [StyledRun] = []
    var start = 0
    while start < end {
      var next = start + 1
      while next < end, cells[next].style == cells[start].style { next += 1 }
      let characters = cells[start..<next].filter { !$0.isContinuation }.map(\.character)
      runs.append(
        StyledRun(
          x: start, width: next - start, text: String(characters), style: cells[start].style))
      start = next
    }
    return runs
  }
}
