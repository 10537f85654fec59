import PromQL

/// A piece of a template's text; `position` counts bytes from its start.
struct TemplateToken: Equatable {
  var kind: Kind
  var text: String
  var position: Int

  enum Kind: Equatable {
    /// Between actions, as it is printed.
    case text
    case leftDelimiter
    case rightDelimiter
    case space
    case pipe
    case comma
    case leftParenthesis
    case rightParenthesis
    case declare
    case assign
    /// With its quotes.
    case quoted
    case raw
    /// `'a'`, with its quotes.
    case character
    case number
    case dot
    /// `.name`.
    case field
    /// `$name`, or `$`.
    case variable
    /// A function, or `true`, `nil`, `if`.
    case word
    case end
  }
}

/// Go's template text to tokens: actions between `{{` and `}}`, comments left out, `{{-` and `-}}` trimmed.
struct TemplateLexer {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var tokens: [TemplateToken] = []

  static func tokens(of text: String) throws(TemplateMistake) -> [TemplateToken] {
    var lexer = TemplateLexer(text)
    try lexer.run()
    return lexer.tokens
  }

  private init(_ text: String) { bytes = Array(text.utf8) }

  private mutating func run() throws(TemplateMistake) {
    var trimsLeft = false
    while true {
      trimsLeft = addText(trimsLeft: trimsLeft)
      guard index < bytes.count else { break }
      let start = index
      index += starts(with: "{{-", at: index) && isSpace(at: index + 3) ? 4 : 2
      if starts(with: "/*", at: index) {
        trimsLeft = try skipComment(from: start)
      } else {
        add(.leftDelimiter, from: start, to: start + 2)
        trimsLeft = try action(from: start)
      }
    }
    add(.end, from: index, to: index)
  }

  /// Up to the next action.
  private mutating func addText(trimsLeft: Bool) -> Bool {
    var start = index
    while index < bytes.count, !starts(with: "{{", at: index) { index += 1 }
    var stop = index
    if trimsLeft { while start < stop, isSpace(at: start) { start += 1 } }
    if starts(with: "{{-", at: index), isSpace(at: index + 3) {
      while stop > start, isSpace(at: stop - 1) { stop -= 1 }
    }
    if start < stop { add(.text, from: start, to: stop) }
    return false
  }

  private mutating func skipComment(from start: Int) throws(TemplateMistake) -> Bool {
    while index < bytes.count, !starts(with: "*/", at: index) { index += 1 }
    guard index < bytes.count else {
      throw TemplateMistake("the comment is not closed", at: start)
    }
    index += 2
    let trims = isSpace(at: index) && starts(with: "-}}", at: index + 1)
    if trims { index += 2 }
    guard starts(with: "}}", at: index) else {
      throw TemplateMistake("a comment ends before its closing delimiter", at: start)
    }
    index += 2
    return trims
  }

  /// - Returns: whether the text after it is trimmed.
  private mutating func action(from start: Int) throws(TemplateMistake) -> Bool {
    while index < bytes.count {
      if isSpace(at: index), starts(with: "-}}", at: index + 1) {
        add(.rightDelimiter, from: index + 2, to: index + 4)
        index += 4
        return true
      }
      if starts(with: "}}", at: index) {
        add(.rightDelimiter, from: index, to: index + 2)
        index += 2
        return false
      }
      try next(in: start)
    }
    throw TemplateMistake("the action is not closed by }}", at: start)
  }

  private mutating func next(in actionStart: Int) throws(TemplateMistake) {
    let start = index
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      while isSpace(at: index), !starts(with: "-}}", at: index + 1) { index += 1 }
      add(.space, from: start, to: index)
    case UInt8(ascii: "|"): add(.pipe, from: start, to: index)
    case UInt8(ascii: ","): add(.comma, from: start, to: index)
    case UInt8(ascii: "("): add(.leftParenthesis, from: start, to: index)
    case UInt8(ascii: ")"): add(.rightParenthesis, from: start, to: index)
    case UInt8(ascii: "="): add(.assign, from: start, to: index)
    case UInt8(ascii: ":"):
      guard starts(with: "=", at: index) else {
        throw TemplateMistake("expected :=", at: start)
      }
      index += 1
      add(.declare, from: start, to: index)
    case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "'"):
      try quoted(from: start, quote: byte)
    case UInt8(ascii: "."):
      if isDigit(at: index) { return number(from: start) }
      guard isWordByte(at: index) else { return add(.dot, from: start, to: index) }
      skipWord()
      add(.field, from: start, to: index)
    case UInt8(ascii: "$"):
      skipWord()
      add(.variable, from: start, to: index)
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      number(from: start)
    default:
      guard isWordByte(at: start) else {
        let scalar = String(decoding: bytes[start...].prefix(4), as: UTF8.self).prefix(1)
        throw TemplateMistake("unexpected \"\(scalar)\" in an action", at: start)
      }
      skipWord()
      add(.word, from: start, to: index)
    }
  }

  private mutating func quoted(from start: Int, quote: UInt8) throws(TemplateMistake) {
    while index < bytes.count, bytes[index] != quote {
      if quote != UInt8(ascii: "`") {
        if bytes[index] == UInt8(ascii: "\\") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { break }
      }
      index += 1
    }
    guard index < bytes.count, bytes[index] == quote else {
      throw TemplateMistake("the string is not closed", at: start)
    }
    index += 1
    let kinds: [UInt8: TemplateToken.Kind] = [
      UInt8(ascii: "`"): .raw, UInt8(ascii: "'"): .character,
    ]
    add(kinds[quote] ?? .quoted, from: start, to: index)
  }

  /// What stands for a number is checked by the parser.
  private mutating func number(from start: Int) {
    while index < bytes.count {
      let isExponent = "eEpP".utf8.contains(bytes[index - 1])
      let isSign = bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      guard isWordByte(at: index) || bytes[index] == UInt8(ascii: ".") || (isExponent && isSign)
      else { break }
      index += 1
    }
    add(.number, from: start, to: index)
  }

  private mutating func skipWord() { while isWordByte(at: index) { index += 1 } }

  private mutating func add(_ kind: TemplateToken.Kind, from start: Int, to stop: Int) {
    tokens.append(
      TemplateToken(
        kind: kind, text: String(decoding: bytes[start..<stop], as: UTF8.self), position: start))
  }

  private func starts(with text: String, at start: Int) -> Bool {
    start <= bytes.count && bytes[start...].starts(with: text.utf8)
  }

  private func isSpace(at index: Int) -> Bool {
    index < bytes.count && [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index])
  }

  private func isDigit(at index: Int) -> Bool {
    index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
  }

  /// Letters, digits, `_`, and whatever is beyond ASCII.
  private func isWordByte(at index: Int) -> Bool {
    guard index < bytes.count else { return false }
    switch bytes[index] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      return true
    default: return false
    }
  }
}

/// Why a text is no template that Vigia can expand; `offset` counts bytes from its start.
package struct TemplateMistake: Error, Equatable, Sendable {
  package var reason: String
  package var offset: Int

  init(_ reason: String, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
