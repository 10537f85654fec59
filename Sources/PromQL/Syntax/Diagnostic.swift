/// The first mistake in the text of a query, in Prometheus' words where it has them.
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  /// Bytes from the start of the text.
  package var offset: Int
  /// From 1.
  package var line: Int
  /// From 1, in bytes, as Prometheus counts.
  package var column: Int

  /// `1:6: parse error: unclosed left parenthesis`.
  package var description: String { "\(line):\(column): parse error: \(message)" }

  init(_ message: String, at offset: Int, in text: [UInt8]) {
    self.message = message
    self.offset = offset
    let before = text.prefix(offset)
    line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    column = offset - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
  }
}

/// A stretch of the text, in bytes; the end is outside.
package struct Span: Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }
}
