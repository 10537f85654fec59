/// A CSV file in memory (RFC 4180): a header, and rows that all have its number of fields.
///
/// Fields stand unquoted, one after the other, in one buffer.
package struct CSVTable: Sendable, Equatable {
  package let columns: [String]
  package let rowCount: Int
  private let text: [UInt8]
  /// Where each field ends, row after row; the first begins at 0.
  private let ends: [Int]
  /// The line of the file in which each row begins, from 1.
  private let lines: [Int]

  package func field(row: Int, column: Int) -> ArraySlice<UInt8> {
    let index = row * columns.count + column
    return text[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  package func string(row: Int, column: Int) -> String {
    String(decoding: field(row: row, column: column), as: UTF8.self)
  }

  package func line(ofRow row: Int) -> Int { lines[row] }

  package enum Failure: Error, Equatable, Sendable {
    case empty
    case notUTF8(line: Int)
    case unclosedQuote(line: Int)
    /// Text between a closing quote and the next comma.
    case textAfterQuote(line: Int, column: Int)
    case emptyColumnName(column: Int)
    case duplicateColumn(name: String)
    case wrongFieldCount(line: Int, expected: Int, found: Int)
  }

  package init(parsing bytes: [UInt8]) throws(Failure) {
    var scanner = CSVScanner(bytes)
    guard let header = try scanner.record() else { throw .empty }
    columns = header.fields
    for (index, name) in columns.enumerated() {
      if name.isEmpty { throw .emptyColumnName(column: index + 1) }
      if columns[..<index].contains(name) { throw .duplicateColumn(name: name) }
    }
    var lines: [Int] = []
    var ends: [Int] = []
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    while let line = try scanner.record(into: &text, &ends, expected: columns.count) {
      lines.append(line)
    }
    self.text = text
    self.ends = ends
    self.lines = lines
    rowCount = lines.count
  }
}

/// Reads one record after the other.
private struct CSVScanner {
  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func record() throws(CSVTable.Failure) -> (line: Int, fields: [String])? {
    var text: [UInt8] = []
    var ends: [Int] = []
    guard let line = try record(into: &text, &ends, expected: nil) else { return nil }
    var start = 0
    var fields: [String] = []
    for end in ends {
      guard let field = String(validating: text[start..<end], as: UTF8.self) else {
        throw .notUTF8(line: line)
      }
      fields.append(field)
      start = end
    }
    return (line, fields)
  }

  /// - Returns: the line in which the record begins; nil at the end. Empty lines are passed over.
  mutating func record(into text: inout [UInt8], _ ends: inout [Int], expected: Int?)
    throws(CSVTable.Failure) -> Int?
  {
    while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let first = line
    let before = ends.count
    repeat {
      try field(into: &text, column: ends.count - before + 1)
      ends.append(text.count)
    } while skip(0x2C)
    if position < bytes.count, bytes[position] == 0x0D { position += 1 }
    if skip(0x0A) { line += 1 }
    let found = ends.count - before
    if let expected, found != expected {
      throw .wrongFieldCount(line: first, expected: expected, found: found)
    }
    return first
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func field(into text: inout [UInt8], column: Int) throws(CSVTable.Failure) {
    guard skip(0x22) else {
      let start = position
      while position < bytes.count {
        let byte = bytes[position]
        if byte == 0x2C || byte == 0x0A || byte == 0x0D { break }
        position += 1
      }
      text.append(contentsOf: bytes[start..<position])
      return
    }
    let first = line
    while true {
      guard position < bytes.count else { throw .unclosedQuote(line: first) }
      let byte = bytes[position]
      position += 1
      if byte == 0x22, !skip(0x22) { break }
      if byte == 0x0A { line += 1 }
      text.append(byte)
    }
    guard position >= bytes.count || [0x2C, 0x0A, 0x0D].contains(bytes[position]) else {
      throw .textAfterQuote(line: line, column: column)
    }
  }
}
