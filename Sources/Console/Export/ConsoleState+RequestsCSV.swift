import Domain

/// Requests as tables.
extension ConsoleState {
  var requestsTable: String {
    var table = CSVText([
      "time", "id", "model", "version", "variant", "client", "outcome", "total_us", "queue_us",
      "compute_us", "rows", "error",
    ])
    for request in listedRequests {
      table.append([
        utc(request.time.seconds), .text("\(request.id)"), .text(request.version.model),
        .text(request.version.version), .text(request.variant.rawValue), .text(request.client),
        .text(request.outcome.rawValue), .number(request.total), .number(request.queue),
        .number(request.compute), .count(Int64(request.rows)),
        .text(request.error ?? ""),
      ])
    }
    return table.text
  }
}

extension RequestDetail {
  /// Inputs and outputs of one request: a line a value.
  var table: String {
    var table = CSVText(["part", "name", "row", "value"])
    for (part, content) in [("input", inputs), ("output", outputs)] {
      for column in content.columns {
        if column.isRedacted {
          table.append([.text(part), .text(column.name), "", .text("redacted")])
        }
        for (row, cell) in column.cells.enumerated() {
          table.append([.text(part), .text(column.name), .count(Int64(row + 1)), .text(cell)])
        }
      }
    }
    return table.text
  }
}
