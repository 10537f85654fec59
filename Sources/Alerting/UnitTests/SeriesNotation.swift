import PromQL

/// A series as unit tests write it: `up{job="a"} 0+10x5 _ stale -1x3 NaN`.
///
/// `a+bxn` is a, a+b, … and n+1 values in all, `axn` the value a n+1 times, `_` a gap and `_xn` n of them, `stale` the end of
/// the series.
package struct SeriesNotation: Sendable, Equatable {
  package var labels: WrittenLabels
  /// One a step; nil for a gap.
  package var values: [Double?]

  package struct Mistake: Error, Equatable, Sendable, CustomStringConvertible {
    /// From 1, in bytes of the line.
    package var column: Int
    package var reason: String

    package var description: String { "1:\(column): parse error: \(reason)" }
  }

  /// More would only be a slip: a week by the second is 600 000.
  static let valueLimit = 5_000_000

  package init(_ line: String) throws(Mistake) {
    var scanner = NotationScanner(line)
    labels = try scanner.metric()
    values = try scanner.values()
  }

  /// Labels alone: `up{job="a"}`, `{job="a"}`, or nothing at all.
  package static func labels(_ text: String) throws(Mistake) -> WrittenLabels {
    var scanner = NotationScanner(text)
    let labels = try scanner.metric()
    try scanner.expectEnd()
    return labels
  }
}

private struct NotationScanner {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func mistake(_ reason: String) -> SeriesNotation.Mistake {
    SeriesNotation.Mistake(column: index + 1, reason: reason)
  }

  private func unexpected(in context: String) -> SeriesNotation.Mistake {
    guard byte != nil else { return mistake("unexpected end of input in \(context)") }
    let text = String(decoding: bytes[index...], as: UTF8.self).prefix(1)
    return mistake("unexpected \(PromQL.quoted(String(text))) in \(context)")
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
  }

  private mutating func word(takesColon: Bool) -> String {
    let start = index
    while let byte {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        break
      case UInt8(ascii: "0")...UInt8(ascii: "9") where index > start: break
      case UInt8(ascii: ":") where takesColon: break
      default: return String(decoding: bytes[start..<index], as: UTF8.self)
      }
      index += 1
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  // MARK: Labels

  mutating func metric() throws(SeriesNotation.Mistake) -> WrittenLabels {
    skipSpace()
    let metric = word(takesColon: true)
    var pairs: [LabelSet.Label] = []
    let afterName = index
    skipSpace()
    guard take("{") else {
      index = afterName
      return WrittenLabels(metric: metric, pairs)
    }
    while true {
      skipSpace()
      if take("}") { return WrittenLabels(metric: metric, pairs) }
      let name = word(takesColon: false)
      guard !name.isEmpty else {
        throw unexpected(in: "label set, expected a label's name or \"}\"")
      }
      skipSpace()
      guard take("=") else { throw unexpected(in: "label set, expected \"=\"") }
      skipSpace()
      pairs.append(LabelSet.Label(name: name, value: try quoted()))
      skipSpace()
      if take(",") { continue }
      guard byte == UInt8(ascii: "}") else {
        throw unexpected(in: "label set, expected \",\" or \"}\"")
      }
    }
  }

  private mutating func quoted() throws(SeriesNotation.Mistake) -> String {
    let start = index
    guard let quote = byte, "\"'`".utf8.contains(quote) else {
      throw unexpected(in: "label set, expected a string")
    }
    index += 1
    while let byte, byte != quote {
      index += byte == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
    }
    guard byte == quote else {
      index = start
      throw mistake("unterminated quoted string")
    }
    index += 1
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if quote == UInt8(ascii: "`") { return String(text.dropFirst().dropLast()) }
    // Within single quotes, that quote is the one that may be escaped.
    let plain = quote == UInt8(ascii: "'") ? text.replacing("\\'", with: "'") : text
    guard let unquoted = GoString.unquoted(plain) else {
      index = start
      throw mistake("unknown escape sequence")
    }
    return unquoted
  }

  mutating func expectEnd() throws(SeriesNotation.Mistake) {
    skipSpace()
    guard byte == nil else { throw unexpected(in: "metric") }
  }

  // MARK: Values

  mutating func values() throws(SeriesNotation.Mistake) -> [Double?] {
    var values: [Double?] = []
    while byte != nil {
      let start = index
      skipSpace()
      guard byte != nil else { break }
      guard index > start else { throw unexpected(in: "series values, expected a space") }
      try addItem(to: &values)
      guard values.count <= SeriesNotation.valueLimit else {
        throw mistake("more than \(SeriesNotation.valueLimit) values")
      }
    }
    return values
  }

  private mutating func addItem(to values: inout [Double?]) throws(SeriesNotation.Mistake) {
    if take("_") {
      let count = take("x") ? try repetitions() : 1
      values += Array(repeating: nil, count: count)
      return
    }
    if let byte, isLetter(byte), try isStale() {
      values.append(Sample.staleMarker)
      if take("x") { values += Array(repeating: Sample.staleMarker, count: try repetitions()) }
      return
    }
    var value = try signedNumber()
    var step = 0.0
    let isSigned = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    if isSigned { step = try signedNumber() }
    values.append(value)
    guard take("x") else {
      if isSigned { throw unexpected(in: "series values, expected \"x\"") }
      return
    }
    for _ in 0..<(try repetitions()) {
      value += step
      values.append(value)
    }
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: false
    }
  }

  /// Whether a word is `stale`; one that is a number is left where it is.
  private mutating func isStale() throws(SeriesNotation.Mistake) -> Bool {
    let start = index
    let word = word(takesColon: true)
    if word == "stale" { return true }
    index = start
    guard ["inf", "nan"].contains(word.lowercased()) else {
      throw mistake("unexpected \(PromQL.quoted(word)) in series values")
    }
    return false
  }

  private mutating func signedNumber() throws(SeriesNotation.Mistake) -> Double {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    let magnitude = try number()
    return isNegative ? -magnitude : magnitude
  }

  private mutating func number() throws(SeriesNotation.Mistake) -> Double {
    let start = index
    if let byte, isLetter(byte) {
      switch word(takesColon: true).lowercased() {
      case "inf": return .infinity
      case "nan": return .nan
      default:
        index = start
        throw unexpected(in: "series values, expected a number")
      }
    }
    digits()
    if take(".") { digits() }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      index += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { index += 1 }
      digits()
    }
    guard index > start else { throw unexpected(in: "series values, expected a number") }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    do throws(NumberLiteral.Mistake) {
      return try NumberLiteral.value(of: text)
    } catch {
      index = start
      throw mistake(NumberLiteral.words(for: error, of: text))
    }
  }

  private mutating func digits() {
    while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
  }

  private mutating func repetitions() throws(SeriesNotation.Mistake) -> Int {
    let start = index
    digits()
    guard let count = Int(String(decoding: bytes[start..<index], as: UTF8.self)) else {
      throw unexpected(in: "series values, expected how often")
    }
    guard count <= SeriesNotation.valueLimit else {
      throw mistake("more than \(SeriesNotation.valueLimit) values")
    }
    return count
  }
}
