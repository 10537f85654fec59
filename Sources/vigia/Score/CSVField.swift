/// What a row's field is made of (RFC 4180).
enum CSVField {
  /// - Parameter start: of the opening quote.
  static func closing(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var at = start + 1
    while at < end {
      if text[at] == UInt8(ascii: "\"") {
        guard at + 1 < end, text[at + 1] == UInt8(ascii: "\"") else { return at }
        at += 1
      }
      at += 1
    }
    return nil
  }

  /// What begins at a position of a row.
  enum Found {
    case plain(Range<Int>)
    /// Its text, quotes taken off.
    case quoted([UInt8])
    /// Why it is no field.
    case broken(String)
  }

  /// Reads the field that begins at `at`, and moves to the comma behind it or to the row's end.
  static func next(in text: Span<UInt8>, _ at: inout Int, end: Int) -> Found {
    let start = at
    guard at < end, text[at] == UInt8(ascii: "\"") else {
      while at < end, text[at] != UInt8(ascii: ",") { at += 1 }
      return .plain(start..<at)
    }
    guard let close = closing(text, at, end) else { return .broken("a quoted field does not end") }
    at = close + 1
    guard at == end || text[at] == UInt8(ascii: ",") else {
      return .broken("text after the closing quote")
    }
    return .quoted(unquoted(text, start + 1..<close))
  }

  static func unquoted(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var field: [UInt8] = []
    var at = range.lowerBound
    while at < range.upperBound {
      field.append(text[at])
      // Of a doubled quote one stays.
      at += text[at] == UInt8(ascii: "\"") ? 2 : 1
    }
    return field
  }
}

extension RowChunk {
  /// The fields of a row as text; a field that does not end goes to the row's end.
  package func fields(row: Int) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var isStart = true
    var bytes = text[rows[row]].makeIterator()
    var next = bytes.next()
    while let byte = next {
      next = bytes.next()
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && next == UInt8(ascii: "\""):
        field.append(byte)
        next = bytes.next()
      case UInt8(ascii: "\"") where isQuoted: isQuoted = false
      case UInt8(ascii: "\"") where isStart: isQuoted = true
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
        isStart = true
        continue
      default: field.append(byte)
      }
      isStart = false
    }
    return fields + [String(decoding: field, as: UTF8.self)]
  }
}
