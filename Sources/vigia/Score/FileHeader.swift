import InferenceProtocol

/// What the first line of a file tells: its columns, and where its rows begin.
struct FileHeader {
  /// Unquoted.
  let names: [String]
  /// As it stands in the file.
  let text: [UInt8]
  /// Of the first row.
  let position: RowChunk.Position
  /// What is odd about it.
  let warnings: [String]

  init(_ source: InputSource) throws(ScoreError) {
    let head = source.head
    guard !head.starts(with: [0xFF, 0xFE]), !head.starts(with: [0xFE, 0xFF]) else {
      throw .file(path: source.path, reason: "expected UTF-8, found UTF-16; save it as UTF-8")
    }
    if head.contains(0x0D), !head.contains(0x0A) {
      throw .usage(
        "\(source.path):1: line ends are CR alone; expected LF or CRLF; save the file with one of them"
      )
    }
    var splitter = RowSplitter(limits: .init(rows: 1))
    splitter.append(head)
    if source.isWholeInHead { splitter.finish() }
    guard let first = try splitter.chunk(of: source.path) else {
      throw .file(
        path: source.path,
        reason: head.isEmpty
          ? "the file is empty; expected a header and rows"
          : source.isWholeInHead
            ? "the file holds no header line; expected a header and rows"
            : "no header within the first \(head.count >> 10) KiB")
    }
    text = Array(first.text[first.rows[0]])
    // The header is no row.
    position = RowChunk.Position(offset: first.end.offset, line: first.end.line)
    names = first.fields(row: 0)
    if let found = Self.otherSeparator(text, names) {
      throw .usage(
        "\(source.path):1: expected columns separated by commas, found \(found) in a header of one column, "
          + "\(ConfigurationProblem.quoted(String(names[0].prefix(100)))); save the file with commas, "
          + "or put the name in quotes")
    }
    warnings =
      Self.looksLikeRow(names)
      ? ["\(source.path): the first line is taken as the header, and holds nothing but numbers"]
      : []
  }

  /// The first rows, as many as `limit`, of what has been read already; nil: there are none.
  func sample(_ source: InputSource, rows limit: Int) throws(ScoreError) -> RowChunk? {
    var splitter = RowSplitter(limits: .init(rows: limit), from: position)
    splitter.append(source.head.dropFirst(position.offset))
    // A small file's last row may lack its line feed; a large one's last row here may be cut.
    splitter.finish()
    var sample = try splitter.chunk(of: source.path)
    if !source.isWholeInHead, let count = sample?.rows.count, count > 1 {
      sample?.rows.removeLast()
    }
    return sample
  }

  /// What seems to stand between the columns where no comma does; nil for a name of its own in quotes.
  private static func otherSeparator(_ header: [UInt8], _ names: [String]) -> String? {
    guard names.count == 1 else { return nil }
    var at = 0
    if case .quoted = CSVField.next(in: header.span, &at, end: header.count) { return nil }
    if header.contains(UInt8(ascii: ";")) { return "semicolons" }
    return header.contains(UInt8(ascii: "\t")) ? "tabs" : nil
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
