import Inference
import InferenceProtocol

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
    let head = source.head
    guard !head.starts(with: [0xFF, 0xFE]), !head.starts(with: [0xFE, 0xFF]) else {
      throw .file(path: source.path, reason: "expected UTF-8, found UTF-16; save it as UTF-8")
    }
    var splitter = RowSplitter(limits: .init(rows: 1))
    splitter.append(head)
    if source.isWholeInHead { splitter.finish() }
    guard let first = try splitter.chunk(of: source.path) else {
      throw .file(
        path: source.path,
        reason: head.isEmpty
          ? "the file is empty; expected a header and rows"
          : "no header within the first \(head.count >> 10) KiB")
    }
    header = Array(first.text[first.rows[0]])
    // The header is no row.
    position = RowChunk.Position(offset: first.end.offset, line: first.end.line)
    splitter = RowSplitter(limits: .init(rows: RunProbe.rowsMax), from: position)
    splitter.append(head.dropFirst(position.offset))
    let names = first.fields(row: 0)
    columns = try ColumnPlan(
      columns: names, signature: signature, features: options.features, id: options.id)
    // A small file's last row may lack its line feed; a large one's last row here may be cut.
    splitter.finish()
    var sample = try splitter.chunk(of: source.path)
    if !source.isWholeInHead, let count = sample?.rows.count, count > 1 {
      sample?.rows.removeLast()
    }
    self.sample = sample
    warnings =
      Self.looksLikeRow(names)
      ? ["\(source.path): the first line is taken as the header, and holds nothing but numbers"]
      : []
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

  /// Numbers alone, and not 0, 1, 2, ..., which are names that programs give.
  private static func looksLikeRow(_ names: [String]) -> Bool {
    let isNumbered = names.enumerated().allSatisfy { "\($0)" == $1 }
    return !isNumbered
      && names.allSatisfy { name in
        let bytes = Array(name.utf8)
        return TableNumber.bits(of: bytes.span, in: 0..<bytes.count, as: .fp64) != nil
      }
  }
}
