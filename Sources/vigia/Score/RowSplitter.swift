import Glibc

/// Whole rows of a CSV file, as one worker scores them.
package struct RowChunk: Sendable, Equatable {
  /// As it stands in the file.
  package var text: [UInt8]
  /// Of each row in `text`, its line end left out.
  package var rows: [Range<Int>]
  /// Where the first byte of `text` is, and where the next chunk begins.
  package var start: Position
  package var end: Position

  package struct Position: Sendable, Equatable, Codable {
    /// Of the uncompressed text.
    package var offset: Int
    /// From 1, the header's included.
    package var line: Int
    /// Number of the next row, from 1.
    package var row: Int

    package init(offset: Int = 0, line: Int = 1, row: Int = 1) {
      self.offset = offset
      self.line = line
      self.row = row
    }
  }
}

/// Cuts CSV text (RFC 4180) that comes in pieces into chunks of whole rows.
///
/// A row ends with a line feed outside of quotes, or with the text; only a quote at the begin of a field opens one. Empty
/// lines are passed over. A quoted field that does not end within the text, or within `Limits.rowBytes`, costs its own
/// line alone: its row ends with the first line feed behind the quote. Where chunks begin and end depends on the text and
/// on where the splitter began, never on the pieces: what is scored again after a crash is cut as it was before.
package struct RowSplitter: Sendable {
  package struct Limits: Sendable, Equatable {
    package var rows: Int
    /// A chunk ends with the row that reaches it.
    package var chunkBytes = 4 << 20
    package var rowBytes = 16 << 20

    package init(rows: Int) { self.rows = rows }
  }

  package struct RowTooLong: Error, Equatable {
    package var line: Int
    package var limit: Int

    package init(line: Int, limit: Int) {
      self.line = line
      self.limit = limit
    }
  }

  private let limits: Limits
  private var buffer: [UInt8] = []
  /// In `buffer`: where the chunk at hand began, where its next row does, and no quote lies between that and `noQuote`.
  private var chunk = 0
  private var next = 0
  private var noQuote = 0
  private var rows: [Range<Int>] = []
  private var start: RowChunk.Position
  private var line: Int
  private var isFinished = false

  package init(limits: Limits, from start: RowChunk.Position = RowChunk.Position()) {
    self.limits = limits
    self.start = start
    line = start.line
  }

  package mutating func append(_ piece: some Collection<UInt8>) {
    if chunk > 0 {
      buffer.removeSubrange(..<chunk)
      next -= chunk
      noQuote = max(0, noQuote - chunk)
      chunk = 0
    }
    buffer.append(contentsOf: piece)
  }

  /// Nothing more is appended.
  package mutating func finish() { isFinished = true }

  /// The next chunk; nil when more text is needed first, or, once finished, when none is left.
  package mutating func nextChunk() throws(RowTooLong) -> RowChunk? {
    if start.offset == 0, next == 0, chunk == 0 {
      guard buffer.count >= 3 || isFinished else { return nil }
      if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { skipMark() }
    }
    while rows.count < limits.rows, next - chunk < limits.chunkBytes {
      guard let row = try nextRow() else {
        guard isFinished, !rows.isEmpty else { return nil }
        break
      }
      if !row.isEmpty { rows.append(row.lowerBound - chunk..<row.upperBound - chunk) }
    }
    return takeChunk()
  }

  private mutating func skipMark() {
    start.offset = 3
    (chunk, next) = (3, 3)
  }

  private mutating func takeChunk() -> RowChunk? {
    guard !rows.isEmpty else { return nil }
    let end = RowChunk.Position(
      offset: start.offset + next - chunk, line: line, row: start.row + rows.count)
    defer {
      chunk = next
      start = end
      rows = []
      rows.reserveCapacity(limits.rows)
    }
    return RowChunk(text: Array(buffer[chunk..<next]), rows: rows, start: start, end: end)
  }

  /// Steps over one row, or one empty line.
  private mutating func nextRow() throws(RowTooLong) -> Range<Int>? {
    let first = next
    guard first < buffer.count else { return nil }
    let window = min(buffer.count, first + limits.rowBytes)
    let isLast = isFinished || window < buffer.count
    let found = buffer.withUnsafeBufferPointer { bytes in
      Self.end(of: bytes, first, window, isLast: isLast, &noQuote)
    }
    var end: Int
    if let found {
      end = found.end
      next = end + 1
      line += 1 + found.breaks
    } else {
      guard isLast else { return nil }
      guard isFinished, window == buffer.count else {
        throw RowTooLong(line: line, limit: limits.rowBytes)
      }
      end = buffer.count
      next = end
      line += 1
    }
    if end > first, buffer[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return first..<end
  }

  /// - Returns: where the row's line feed is, and how many stand inside of its quotes; nil when it has none up to
  ///   `window`.
  private static func end(
    of bytes: UnsafeBufferPointer<UInt8>, _ first: Int, _ window: Int, isLast: Bool,
    _ noQuote: inout Int
  ) -> (end: Int, breaks: Int)? {
    let known = noQuote
    var from = first
    var breaks = 0
    // A row that has no end yet is looked at again from its begin.
    func ended(_ feed: Int?) -> (end: Int, breaks: Int)? {
      if feed == nil { noQuote = min(noQuote, known) }
      return feed.map { ($0, breaks) }
    }
    while true {
      let feed = find(UInt8(ascii: "\n"), bytes, from, window)
      let lineEnd = feed ?? window
      var quote: Int?
      if lineEnd > noQuote {
        // Looked for in all that is there, so that text without quotes is searched once.
        quote = find(UInt8(ascii: "\""), bytes, max(from, noQuote), bytes.count)
        noQuote = quote ?? bytes.count
      }
      guard let quote, quote < lineEnd else { return ended(feed) }
      noQuote = quote + 1
      from = quote + 1
      guard quote == first || bytes[quote - 1] == UInt8(ascii: ",") else { continue }
      guard let close = closing(bytes, quote + 1, window, isLast: isLast) else {
        // The field does not end: its line does, when no more text can come that would end it.
        return ended(isLast ? feed : nil)
      }
      breaks += count(UInt8(ascii: "\n"), bytes, quote, close)
      from = close + 1
      noQuote = from
    }
  }

  /// The quote that ends a field; nil when there is none, or when the next byte, not here yet, may double it.
  private static func closing(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ window: Int, isLast: Bool
  ) -> Int? {
    var from = start
    while let quote = find(UInt8(ascii: "\""), bytes, from, window) {
      if quote + 1 == window, !isLast { return nil }
      guard quote + 1 < window, bytes[quote + 1] == UInt8(ascii: "\"") else { return quote }
      from = quote + 2
    }
    return nil
  }

  private static func find(
    _ byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ end: Int
  ) -> Int? {
    guard from < end, let base = bytes.baseAddress,
      let found = memchr(base + from, Int32(byte), end - from)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private static func count(
    _ byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ end: Int
  ) -> Int {
    var count = 0
    for index in from..<end where bytes[index] == byte { count += 1 }
    return count
  }
}
