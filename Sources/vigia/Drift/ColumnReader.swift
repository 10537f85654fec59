import InferenceProtocol
import Statistics

/// Takes the wanted columns of a file's rows into the values of features. One thread's own.
struct ColumnReader {
  private let path: String
  private let names: [String]
  /// By column of the file; nil: not wanted.
  private let uses: [Int?]
  private let isNumeric: [Bool]
  private let takesNonFinite: Bool
  private(set) var values: [FeatureValues]

  /// - Parameters:
  ///   - uses: by column the index of its feature.
  ///   - capacity: values kept of a feature.
  init(
    path: String, names: [String], uses: [Int?], _ features: [FeatureDeclaration], capacity: Int,
    takesNonFinite: Bool
  ) {
    self.path = path
    self.names = names
    self.uses = uses
    self.takesNonFinite = takesNonFinite
    isNumeric = uses.map { $0.map { features[$0].kind == .numeric } ?? false }
    values = features.enumerated().map { index, feature in
      FeatureValues(feature, capacity: capacity, seed: UInt64(index) + 1)
    }
  }

  mutating func read(_ chunk: RowChunk) throws(TableError) {
    let text = chunk.text.span
    for (index, row) in chunk.rows.enumerated() {
      if let problem = read(text, row) {
        throw .input(
          path: path, line: chunk.line(ofRow: index),
          column: problem.column.map { .init(number: $0 + 1, name: names[$0]) },
          reason: problem.reason)
      }
    }
  }

  /// Puts the numbers in order, once all are read.
  mutating func sort() {
    for index in values.indices { values[index].sort() }
  }

  private struct Problem {
    /// From 0.
    var column: Int?
    var reason: String
  }

  private mutating func read(_ text: Span<UInt8>, _ row: Range<Int>) -> Problem? {
    var at = row.lowerBound
    let end = row.upperBound
    var column = 0
    while true {
      let start = at
      let use = column < uses.count ? uses[column] : nil
      if at < end, text[at] == UInt8(ascii: "\"") {
        guard let close = CSVField.closing(text, at, end) else {
          return Problem(
            column: min(column, names.count - 1), reason: "a quoted field does not end")
        }
        at = close + 1
        guard at == end || text[at] == UInt8(ascii: ",") else {
          return Problem(
            column: min(column, names.count - 1), reason: "text after the closing quote")
        }
        if let use {
          let field = CSVField.unquoted(text, start + 1..<close)
          if let problem = store(field.span, 0..<field.count, column, use) { return problem }
        }
      } else if let use, isNumeric[column], let value = TableNumber.double(text, &at),
        at == end || text[at] == UInt8(ascii: ",")
      {
        values[use].add(value)
      } else {
        at = start
        while at < end, text[at] != UInt8(ascii: ",") { at += 1 }
        if let use, let problem = store(text, start..<at, column, use) { return problem }
      }
      column += 1
      guard at < end else { break }
      at += 1
    }
    guard column == uses.count else {
      return Problem(column: nil, reason: "expected \(uses.count) fields, found \(column)")
    }
    return nil
  }

  private mutating func store(
    _ text: Span<UInt8>, _ range: Range<Int>, _ column: Int, _ use: Int
  ) -> Problem? {
    guard isNumeric[column] else {
      // Bytes that are no characters would all be one and the same name.
      guard let name = String(validating: range.map { text[$0] }, as: UTF8.self) else {
        return Problem(column: column, reason: Self.notUnicode(text, range))
      }
      values[use].add(name)
      return nil
    }
    if let bits = TableNumber.bits(of: text, in: range, as: .fp64) {
      let value = Double(bitPattern: bits)
      guard value.isFinite || takesNonFinite else {
        return Problem(
          column: column,
          reason: "expected a finite number, found \(Self.quoted(text, range)); "
            + "--count-nan counts such values instead")
      }
      values[use].add(value)
      return nil
    }
    guard TableNumber.isMissing(text, in: range) else {
      if let reason = DecimalComma.reason(text, in: range) {
        return Problem(
          column: column,
          reason: "\(reason), or --categorical \(names[column]) compares it as names")
      }
      return Problem(
        column: column,
        reason: "expected a number, found \(Self.quoted(text, range)); "
          + "--categorical \(names[column]) compares it as names")
    }
    values[use].addMissing()
    return nil
  }

  private static func notUnicode(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    "expected text in UTF-8, found \(quoted(text, range)); convert the file first, as with "
      + "iconv -f ISO-8859-1 -t UTF-8"
  }

  private static func quoted(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    ConfigurationProblem.quoted(
      String(decoding: range.prefix(100).map { text[$0] }, as: UTF8.self))
  }
}

extension RowChunk {
  /// Of each column whether it holds numbers or names, by its values in these rows.
  ///
  /// Numbers, whole ones with few values too, where more than half of the values are: then text among them is found as the
  /// error it is. A number with a decimal comma is one that is written wrongly, no name.
  func kinds(columns: Int) -> [FeatureKind] {
    var present = Array(repeating: 0, count: columns)
    var texts = Array(repeating: 0, count: columns)
    for row in rows.indices {
      for (column, field) in fields(row: row).prefix(columns).enumerated() {
        let bytes = Array(field.utf8)
        guard !TableNumber.isMissing(bytes.span, in: 0..<bytes.count) else { continue }
        present[column] += 1
        if TableNumber.bits(of: bytes.span, in: 0..<bytes.count, as: .fp64) == nil,
          DecimalComma.pointed(bytes.span, in: 0..<bytes.count) == nil
        {
          texts[column] += 1
        }
      }
    }
    return zip(present, texts).map { $1 > 0 && $1 * 2 >= $0 ? .categorical : .numeric }
  }
}
