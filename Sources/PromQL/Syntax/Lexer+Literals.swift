extension Lexer {
  // MARK: Numbers and durations

  mutating func numberOrDuration() throws(Diagnostic) -> Token {
    if scanNumber() { return token(.number) }
    if scanRestOfDuration() { return token(.duration) }
    throw failure("bad number or duration syntax: \(quoted(text))")
  }

  /// What must follow a left bracket.
  mutating func bracketDuration() throws(Diagnostic) -> Token {
    if scanNumber() { throw failure("missing unit character in duration") }
    if scanRestOfDuration() { return token(.duration) }
    throw failure("bad duration syntax: \(quoted(text))")
  }

  private mutating func scanNumber() -> Bool {
    let isHexadecimal = accept("0") && accept(anyOf: "xX")
    let isDigit: (Unicode.Scalar) -> Bool =
      isHexadecimal ? { $0.properties.isASCIIHexDigit } : { Self.isDigit($0) }
    acceptRun(isDigit)
    if accept(".") { acceptRun(isDigit) }
    if accept(anyOf: "eE") {
      _ = accept(anyOf: "+-")
      acceptRun(Self.isDigit)
    }
    return peek.map(Self.isWordCharacter) != true
  }

  /// From the first unit on; which units may follow which is for `PrometheusDuration` to say.
  ///
  /// Where it fails, the character that does not fit has been taken too, so that messages show it.
  private mutating func scanRestOfDuration() -> Bool {
    guard acceptUnit("smhdwy") else { return false }
    while peek.map(Self.isDigit) == true {
      acceptRun(Self.isDigit)
      guard acceptUnit("smhdw") else { return false }
    }
    guard let next = peek, Self.isWordCharacter(next) else { return true }
    _ = take()
    return false
  }

  private mutating func acceptUnit(_ units: String) -> Bool {
    guard accept(anyOf: units) else { return false }
    _ = accept("s")
    return true
  }

  private mutating func accept(anyOf wanted: String) -> Bool {
    guard let next = peek, wanted.unicodeScalars.contains(next) else { return false }
    position += 1
    return true
  }

  // MARK: Strings

  mutating func string(quote: Unicode.Scalar) throws(Diagnostic) -> Token {
    while true {
      switch take() {
      case nil, "\n": throw failure("unterminated quoted string")
      case quote: return token(.string)
      case "\\": try escape(quote: quote)
      default: continue
      }
    }
  }

  mutating func rawString() throws(Diagnostic) -> Token {
    acceptRun { $0 != "`" }
    guard accept("`") else { throw failure("unterminated raw string") }
    return token(.string)
  }

  private mutating func escape(quote: Unicode.Scalar) throws(Diagnostic) {
    guard let scalar = take() else { throw failure("escape sequence not terminated") }
    switch scalar {
    case "a", "b", "f", "n", "r", "t", "v", "\\", quote: return
    case "0"..."7":
      position -= 1
      try digits(count: 3, radix: 8)
    case "x": try digits(count: 2, radix: 16)
    case "u": try digits(count: 4, radix: 16)
    case "U": try digits(count: 8, radix: 16)
    default: throw failure("unknown escape sequence \(codePoint(scalar))")
    }
  }

  private mutating func digits(count: Int, radix: Int) throws(Diagnostic) {
    var value = 0
    for _ in 0..<count {
      guard let scalar = take() else { throw failure("escape sequence not terminated") }
      guard let digit = Int(String(scalar), radix: radix) else {
        throw failure("illegal character \(codePoint(scalar)) in escape sequence")
      }
      value = value * radix + digit
    }
    if value > (radix == 8 ? 255 : 0x10_ffff) || (0xd800..<0xe000).contains(value) {
      throw failure("escape sequence is an invalid Unicode code point")
    }
  }

  /// Go's `%#U`: `U+0071 'q'`.
  private func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + " '\(scalar)'"
  }
}
