import Inference

/// What the begin of a file tells: its columns, where its rows begin, and the first of them.
struct FileBegin {
  let columns: ColumnPlan
  /// The header as it stands in the file.
  let header: [UInt8]
  /// Of the first row.
  let position: RowChunk.Position
  /// Rows to try the model with; nil: there are none.
  let sample: RowChunk?
  /// What is odd about it.
  let warnings: [String]

  init(
    _ source: InputSource, _ signature: ModelSignature, _ options: ScoreOptions
  ) throws(ScoreError) {
    let header = try FileHeader(source)
    self.header = header.text
    position = header.position
    columns = try ColumnPlan(
      columns: header.names, signature: signature, features: options.features, id: options.id)
    sample = try header.sample(source, rows: RunProbe.rowsMax)
    warnings = header.warnings
  }

  /// The output's first line.
  func outputHeader(_ layout: OutputLayout, _ options: ScoreOptions) -> [UInt8] {
    var printer = RowPrinter(capacity: 256)
    let taken: [String]
    if options.keepsColumns {
      printer.raw(header[...])
      taken = columns.columns
    } else {
      let id = columns.idColumn.map { columns.columns[$0] } ?? "row"
      printer.field(id)
      taken = [id]
    }
    for name in layout.columns(taken: taken) {
      printer.comma()
      printer.field(name)
    }
    printer.endLine()
    return printer.text
  }
}
