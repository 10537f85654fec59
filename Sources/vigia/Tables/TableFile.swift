/// A CSV file whose header has been read, and whose rows are read once.
struct TableFile: Sendable {
  let header: FileHeader
  private let source: InputSource

  /// Opens it and reads its header. Blocks.
  ///
  /// - Parameter path: `-` is standard input; `.gz` at the end is gzip.
  init(_ path: String) throws(TableError) {
    source = try Self.asked { () throws(ScoreError) in try InputSource(path) }
    do throws(ScoreError) {
      header = try FileHeader(source)
    } catch {
      // It can be read, and is not what it should be.
      if case .file(let path, let reason) = error {
        throw .input(path: path, line: 1, column: nil, reason: reason)
      }
      throw TableError(error)
    }
  }

  var path: String { source.path }

  /// The first rows, as many as `limit`, of what has been read already; nil: there are none.
  func sample(rows limit: Int) throws(TableError) -> RowChunk? {
    try Self.asked { () throws(ScoreError) in try header.sample(source, rows: limit) }
  }

  /// Reads all rows, in order. Blocks. Needs as much memory as a chunk and its longest row.
  func read(_ take: (RowChunk) throws(TableError) -> Void) throws(TableError) {
    var limits = RowSplitter.Limits(rows: 4_096)
    limits.chunkBytes = 256 << 10
    var splitter = RowSplitter(limits: limits, from: header.position)
    func takeRows() throws(TableError) {
      while let chunk = try Self.asked({ () throws(ScoreError) in try splitter.chunk(of: path) }) {
        try take(chunk)
      }
    }
    try Self.asked { () throws(ScoreError) in try source.skip(to: header.position.offset) }
    while let piece = try Self.asked({ () throws(ScoreError) in try source.read() }) {
      splitter.append(piece)
      try takeRows()
    }
    splitter.finish()
    try takeRows()
  }

  /// What reads files for `vigia score` has errors of its own.
  private static func asked<Value>(
    _ body: () throws(ScoreError) -> Value
  ) throws(TableError) -> Value {
    do throws(ScoreError) {
      return try body()
    } catch {
      throw TableError(error)
    }
  }
}

extension RowChunk {
  /// The line of the file in which a row begins.
  func line(ofRow row: Int) -> Int {
    start.line + text[..<rows[row].lowerBound].count { $0 == UInt8(ascii: "\n") }
  }
}
