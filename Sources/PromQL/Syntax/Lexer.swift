/// Cuts the text of a query into tokens, one at a time.
///
/// Words mean other things inside braces and brackets, so the lexer knows which are open; hence unclosed ones are its
/// errors, in Prometheus' words.
struct Lexer {
  let bytes: [UInt8]
  var position = 0
  /// Where the token that is being read begins.
  var start = 0
  private var openParentheses = 0
  private var isInBraces = false
  private var isInBrackets = false
  /// A left bracket was the last token.
  private var expectsDuration = false
  private var hasColon = false

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() throws(Diagnostic) -> Token {
    if expectsDuration {
      expectsDuration = false
      skipBlanks()
      start = position
      return try bracketDuration()
    }
    skipBlanksAndComments()
    start = position
    return try isInBraces ? insideBraces() : statement()
  }

  private mutating func statement() throws(Diagnostic) -> Token {
    guard let scalar = take() else { return try endOfInput() }
    switch scalar {
    case ",": return token(.comma)
    case "*": return token(.binary(.multiply))
    case "/": return token(.binary(.divide))
    case "%": return token(.binary(.modulo))
    case "+": return token(.binary(.add))
    case "-": return token(.binary(.subtract))
    case "^": return token(.binary(.power))
    case "@": return token(.at)
    case "<": return token("=", .binary(.lessOrEqual), else: .binary(.less))
    case ">": return token("=", .binary(.greaterOrEqual), else: .binary(.greater))
    case "=": return try afterEqual()
    case "!":
      if accept("=") { return token(.binary(.notEqual)) }
      throw failure("unexpected character after '!': \(quotedNext())")
    case "\"", "'": return try string(quote: scalar)
    case "`": return try rawString()
    case "(":
      openParentheses += 1
      return token(.leftParenthesis)
    case ")":
      openParentheses -= 1
      if openParentheses < 0 {
        // Prometheus counts this one from behind the parenthesis.
        start = position
        throw failure("unexpected right parenthesis ')'")
      }
      return token(.rightParenthesis)
    case "{":
      isInBraces = true
      return token(.leftBrace)
    case "[", "]": return try bracket(scalar)
    default: return try wordOrNumber(scalar)
    }
  }

  private mutating func endOfInput() throws(Diagnostic) -> Token {
    if openParentheses != 0 { throw failure("unclosed left parenthesis") }
    if isInBrackets { throw failure("unclosed left bracket") }
    return token(.endOfInput)
  }

  private mutating func afterEqual() throws(Diagnostic) -> Token {
    if accept("=") { return token(.binary(.equal)) }
    if accept("~") { throw failure("unexpected character after '=': '~'") }
    return token(.equal)
  }

  private mutating func bracket(_ scalar: Unicode.Scalar) throws(Diagnostic) -> Token {
    if scalar == "[" {
      if isInBrackets { throw failure("unexpected left bracket '['") }
      isInBrackets = true
      expectsDuration = true
      hasColon = false
      return token(.leftBracket)
    }
    if !isInBrackets { throw failure("unexpected right bracket ']'") }
    isInBrackets = false
    return token(.rightBracket)
  }

  private mutating func wordOrNumber(_ scalar: Unicode.Scalar) throws(Diagnostic) -> Token {
    if Self.isDigit(scalar) || (scalar == "." && peek.map(Self.isDigit) == true) {
      position = start
      return try numberOrDuration()
    }
    guard Self.isLetter(scalar) || scalar == ":" else {
      throw failure("unexpected character: \(quoted(scalar))")
    }
    if isInBrackets {
      if hasColon { throw failure("unexpected colon \(quoted(scalar))") }
      hasColon = true
      return token(.colon)
    }
    acceptRun { Self.isWordCharacter($0) || $0 == ":" }
    return token(Token.kind(ofWord: text))
  }

  private mutating func insideBraces() throws(Diagnostic) -> Token {
    guard let scalar = take() else { throw failure("unexpected end of input inside braces") }
    switch scalar {
    case ",": return token(.comma)
    case "\"", "'": return try string(quote: scalar)
    case "`": return try rawString()
    case "=": return token("~", .matches, else: .equal)
    case "!":
      if accept("~") { return token(.matchesNot) }
      if accept("=") { return token(.binary(.notEqual)) }
      throw failure("unexpected character after '!' inside braces: \(quotedNext())")
    case "{": throw failure("unexpected left brace '{'")
    case "}":
      isInBraces = false
      return token(.rightBrace)
    default:
      guard Self.isLetter(scalar) else {
        throw failure("unexpected character inside braces: \(quoted(scalar))")
      }
      acceptRun(Self.isWordCharacter)
      return token(.identifier)
    }
  }

  // MARK: Characters

  var peek: Unicode.Scalar? { position < bytes.count ? scalar(at: position).0 : nil }

  mutating func take() -> Unicode.Scalar? {
    guard position < bytes.count else { return nil }
    let (scalar, length) = scalar(at: position)
    position += length
    return scalar
  }

  mutating func accept(_ wanted: Unicode.Scalar) -> Bool {
    guard peek == wanted else { return false }
    position += 1
    return true
  }

  mutating func acceptRun(_ isWanted: (Unicode.Scalar) -> Bool) {
    while let next = peek, isWanted(next) { _ = take() }
  }

  private func scalar(at index: Int) -> (Unicode.Scalar, Int) {
    let first = bytes[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    let decoded = String(decoding: bytes[index..<min(index + length, bytes.count)], as: UTF8.self)
    return (decoded.unicodeScalars.first ?? "\u{fffd}", length)
  }

  var text: String { String(decoding: bytes[start..<position], as: UTF8.self) }

  func token(_ kind: Token.Kind) -> Token {
    Token(kind: kind, text: text, span: Span(start: start, end: position))
  }

  /// One kind if the next character is this, which then belongs to the token, else another.
  private mutating func token(
    _ next: Unicode.Scalar, _ kind: Token.Kind, else other: Token.Kind
  ) -> Token {
    let isNext = accept(next)
    return token(isNext ? kind : other)
  }

  func failure(_ message: String) -> Diagnostic { Diagnostic(message, at: start, in: bytes) }

  private func quotedNext() -> String { peek.map { quoted($0) } ?? "end of input" }

  private mutating func skipBlanks() {
    acceptRun { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
  }

  private mutating func skipBlanksAndComments() {
    skipBlanks()
    while accept("#") {
      acceptRun { $0 != "\n" }
      skipBlanks()
    }
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || isDigit(scalar)
  }
}
