/// Why a line is no list of matchers.
package enum MatcherFault: Error, Sendable, Equatable {
  /// Nothing stands there.
  case empty
  /// This part of it is none.
  case noMatcher(String)
  /// The quotes that open this part are not closed.
  case openQuotes(String)
}

extension AlertMatcher {
  /// Reads matchers as a person writes them in a line: `alertname=RequestsShed, model=~"a|b"`.
  ///
  /// Commas or spaces stand between them. A value that has some stands in quotes, in which `\"` and `\\` are a quote and a
  /// backslash; other backslashes are a pattern's own.
  package static func list(_ text: String) throws(MatcherFault) -> [AlertMatcher] {
    // Braces around the whole, as Alertmanager takes them.
    var inner = text.trimmingPrefix(while: \.isWhitespace)[...]
    while inner.last?.isWhitespace == true { inner.removeLast() }
    if inner.first == "{", inner.last == "}", inner.count > 1 {
      inner = inner.dropFirst().dropLast()
    }
    var reader = MatcherReader(String(inner))
    var matchers: [AlertMatcher] = []
    while let matcher = try reader.next() { matchers.append(matcher) }
    guard !matchers.isEmpty else { throw .empty }
    return matchers
  }

  /// A line that `list` reads as these again.
  package static func line(_ matchers: [AlertMatcher]) -> String {
    matchers.map { matcher in
      var bare = matcher
      bare.value = ""
      return bare.description + quotedWhereNeeded(matcher.value)
    }.joined(separator: ", ")
  }

  private static func quotedWhereNeeded(_ value: String) -> String {
    let isPlain =
      !value.isEmpty && value.first != "\"" && value.first != "~"
      && !value.contains { MatcherReader.isBetween($0) }
    guard !isPlain else { return value }
    let escaped = value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "\"\(String(escaped))\""
  }
}

/// Takes matchers from a line, one after the other.
private struct MatcherReader {
  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  static func isBetween(_ character: Character) -> Bool {
    character == "," || character.isWhitespace
  }

  mutating func next() throws(MatcherFault) -> AlertMatcher? {
    skip(Self.isBetween)
    let start = position
    guard position < characters.count else { return nil }
    skip { !Self.isBetween($0) && $0 != "=" && $0 != "!" }
    let end = position
    let name = String(characters[start..<end])
    skip(\.isWhitespace)
    guard Self.isLabelName(name), let sign = sign() else {
      position = end
      skip { !Self.isBetween($0) }
      throw .noMatcher(part(from: start))
    }
    skip(\.isWhitespace)
    let value = try value(from: start)
    return AlertMatcher(
      name: name, value: value, isRegex: sign.hasSuffix("~"), isEqual: sign.hasPrefix("="))
  }

  /// Letters, digits and underscores, no digit first: another is a mistake, and would fit alerts that have no such label.
  private static func isLabelName(_ name: String) -> Bool {
    name.first?.isNumber == false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private mutating func sign() -> String? {
    let rest = characters[position...]
    guard let sign = ["=~", "!~", "!=", "="].first(where: { rest.starts(with: $0) }) else {
      return nil
    }
    position += sign.count
    return sign
  }

  private mutating func value(from start: Int) throws(MatcherFault) -> String {
    guard position < characters.count, characters[position] == "\"" else {
      let first = position
      skip { !Self.isBetween($0) }
      return String(characters[first..<position])
    }
    position += 1
    var value = ""
    while position < characters.count, characters[position] != "\"" {
      let isEscape =
        characters[position] == "\\" && position + 1 < characters.count
        && (characters[position + 1] == "\"" || characters[position + 1] == "\\")
      if isEscape { position += 1 }
      value.append(characters[position])
      position += 1
    }
    guard position < characters.count else { throw .openQuotes(part(from: start)) }
    position += 1
    guard position == characters.count || Self.isBetween(characters[position]) else {
      skip { !Self.isBetween($0) }
      throw .noMatcher(part(from: start))
    }
    return value
  }

  private mutating func skip(_ isPassed: (Character) -> Bool) {
    while position < characters.count, isPassed(characters[position]) { position += 1 }
  }

  private func part(from start: Int) -> String { String(characters[start..<position]) }
}
