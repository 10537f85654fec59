import Domain
import TextUI

/// Inputs or outputs of a request as a table: a line a feature, a column a row of the request.
struct TensorBox {
  private let page: RequestPageState

  init(_ page: RequestPageState) { self.page = page }

  func drawInputs(
    _ request: RequestDetail, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let table = request.inputs
    let inner = Panel("inputs", detail: detail(table)).draw(in: rect, on: &grid, look: look)
    guard !table.columns.isEmpty else {
      EmptyState(absence(request)).draw(in: inner, on: &grid, look: look)
      return
    }
    let width = Self.width(in: inner)
    let widths = max(1, (inner.width - 14) / (width + 2))
    let first = min(page.row, max(0, rowCount(table) - 1))
    let rows = table.columns.map { column in
      Table.Row(
        [look.text(column.name, .accent)]
          + (first..<first + widths).map { row in
            column.isRedacted
              ? look.text(row < table.rows ? "redacted" : "", .quiet)
              : look.text(column.cells.indices.contains(row) ? column.cells[row] : "")
          })
    }
    let heads = (first..<first + widths).map { row in
      row < rowCount(table) ? (table.rows == 1 ? "VALUE" : "ROW \(row + 1)") : ""
    }
    Table(
      columns: [Table.Column("FEATURE", .flexible(minimum: 10, maximum: 24))]
        + heads.map { Table.Column($0, .fixed(width), align: .right) },
      rows: rows, firstRow: min(page.firstFeature, max(0, rows.count - inner.height + 1))
    ).draw(in: inner, on: &grid, look: look)
  }

  /// - Parameter version: whose answer to the rerun stands beside the one of then.
  func drawOutputs(
    _ request: RequestDetail, _ version: String?, in rect: Rect, on grid: inout CellGrid,
    look: Look
  ) {
    let table = request.outputs
    let inner = Panel("outputs", detail: detail(table)).draw(in: rect, on: &grid, look: look)
    var rerun: TensorTable?
    if let version, case .answered(let answer) = page.runs[version], answer.failure == nil {
      rerun = answer.outputs
    }
    let names = table.columns.map(\.name)
    let new = (rerun?.columns ?? []).filter { !names.contains($0.name) }
    let columns = table.columns + new.map { TensorTable.Column($0.name, cells: []) }
    guard !columns.isEmpty else {
      EmptyState(
        request.obstacle == .notKept ? "not kept" : "there was no answer"
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let row = min(page.row, max(0, rowCount(rerun ?? table) - 1))
    let rows = columns.map { column in
      let then = column.cells.indices.contains(row) ? column.cells[row] : "-"
      let other = rerun?.columns.first { $0.name == column.name }?.cells
      let now = other.flatMap { $0.indices.contains(row) ? $0[row] : nil }
      let tone: Tone = now == nil || now == then ? .normal : .warn
      return Table.Row([
        look.text(column.name, .accent), look.text(then),
        now.map { look.text($0, tone) } ?? look.text("-", .quiet),
      ])
    }
    let width = Self.width(in: inner)
    var heads = [
      Table.Column("OUTPUT", .flexible(minimum: 10, maximum: 24)),
      Table.Column("THEN", .fixed(width), align: .right),
    ]
    if rerun != nil, let version {
      heads.append(Table.Column("\(version) NOW", .fixed(width), align: .right))
    }
    Table(columns: heads, rows: rows).draw(in: inner, on: &grid, look: look)
  }

  /// Of a value: a Float's digits, where there is room for them.
  private static func width(in rect: Rect) -> Int { rect.width < 46 ? 10 : 13 }

  private func rowCount(_ table: TensorTable) -> Int {
    table.columns.map(\.cells.count).max() ?? 0
  }

  private func detail(_ table: TensorTable) -> String {
    let shown = rowCount(table)
    var words: [String] = []
    if table.rows > 1 {
      words.append(
        "row \(min(page.row, max(0, shown - 1)) + 1) of \(table.rows)"
          + (shown < table.rows ? ", \(shown) kept to look at" : ""))
    }
    if !table.omitted.isEmpty { words.append("without \(table.omitted.joined(separator: ", "))") }
    return words.joined(separator: ", ")
  }

  private func absence(_ request: RequestDetail) -> String {
    switch request.obstacle {
    case .notKept:
      "only its times were kept: of a busy version the inputs of a part are, of a large request none"
    case .redacted: "all of them are redacted"
    case nil:
      request.inputs.omitted.isEmpty
        ? "it has no inputs"
        : "\(request.inputs.omitted.joined(separator: ", ")): too many values, or dimensions, for a table"
    }
  }
}
