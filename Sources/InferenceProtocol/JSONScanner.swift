/// A position in JSON text, and the steps over it. It builds no tree: what nobody asks for is checked and skipped.
///
/// The text is an argument of each step, since a struct may not yet hold a `Span`.
struct JSONScanner {
  var position = 0
  let limits: WireLimits
  private var depth = 0

  init(limits: WireLimits) { self.limits = limits }

  /// The next byte that is not white space, without taking it; nil at the end.
  @inline(__always)
  mutating func peek(_ json: Span<UInt8>) -> UInt8? {
    while position < json.count {
      let byte = json[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  @inline(__always)
  mutating func take(_ byte: UInt8, _ json: Span<UInt8>) -> Bool {
    guard peek(json) == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8, _ json: Span<UInt8>) throws(WireError) {
    guard take(byte, json) else {
      throw notJSON(json, expected: "'\(Character(UnicodeScalar(byte)))'")
    }
  }

  func notJSON(_ json: Span<UInt8>, expected: String) -> WireError {
    .notJSON(
      offset: position, expected: expected,
      found: position < json.count ? .byte(json[position]) : .end)
  }

  /// What kind of value stands next.
  mutating func kind(_ json: Span<UInt8>) -> WireError.Found {
    switch peek(json) {
    case nil: .end
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "-"): .number
    case let digit? where digit &- UInt8(ascii: "0") < 10: .number
    case let byte?: .byte(byte)
    }
  }

  mutating func wrongKind(_ json: Span<UInt8>, key: String, expected: String) -> WireError {
    let found = kind(json)
    return switch found {
    case .end, .byte: notJSON(json, expected: expected)
    default: .wrongKind(key: key, offset: position, expected: expected, found: found)
    }
  }

  /// Enters an array or object; `leave` ends it.
  mutating func enter() throws(WireError) {
    depth += 1
    guard depth <= limits.depth else {
      throw .tooMuch(what: "nested arrays and objects", limit: limits.depth)
    }
  }

  mutating func leave() { depth -= 1 }

  /// Takes `word` if it stands next.
  mutating func takeWord(_ word: StaticString, _ json: Span<UInt8>) -> Bool {
    guard peek(json) != nil else { return false }
    let count = word.utf8CodeUnitCount
    guard json.count - position >= count else { return false }
    for offset in 0..<count {
      // `offset` is below the literal's own count.
      guard unsafe json[position + offset] == word.utf8Start[offset] else { return false }
    }
    position += count
    return true
  }

  /// Steps over any one value.
  mutating func skip(_ json: Span<UInt8>) throws(WireError) {
    switch kind(json) {
    case .string: try skipString(json)
    case .number: if !takeWord("-Infinity", json) { _ = try number(json) }
    case .array:
      try elements(json) { (scanner, json) throws(WireError) in try scanner.skip(json) }
    case .object:
      try members(json) { (scanner, _, json) throws(WireError) in try scanner.skip(json) }
    case .bool, .null:
      guard takeWord("true", json) || takeWord("false", json) || takeWord("null", json) else {
        throw notJSON(json, expected: "a value")
      }
    case .byte, .end:
      guard takeWord("NaN", json) || takeWord("Infinity", json) else {
        throw notJSON(json, expected: "a value")
      }
    }
  }

  /// Steps over an array; `each` must take one element.
  mutating func elements(
    _ json: Span<UInt8>,
    _ each: (inout JSONScanner, Span<UInt8>) throws(WireError) -> Void
  ) throws(WireError) {
    try expect(UInt8(ascii: "["), json)
    try enter()
    if !take(UInt8(ascii: "]"), json) {
      repeat { try each(&self, json) } while take(UInt8(ascii: ","), json)
      guard take(UInt8(ascii: "]"), json) else { throw notJSON(json, expected: "',' or ']'") }
    }
    leave()
  }

  /// Steps over an object; `each` gets a key and must take its value.
  mutating func members(
    _ json: Span<UInt8>,
    _ each: (inout JSONScanner, String, Span<UInt8>) throws(WireError) -> Void
  ) throws(WireError) {
    try expect(UInt8(ascii: "{"), json)
    try enter()
    if !take(UInt8(ascii: "}"), json) {
      repeat {
        let key = try text(json, what: "a key")
        try expect(UInt8(ascii: ":"), json)
        try each(&self, key, json)
      } while take(UInt8(ascii: ","), json)
      guard take(UInt8(ascii: "}"), json) else { throw notJSON(json, expected: "',' or '}'") }
    }
    leave()
  }

  /// Reads a number by JSON's grammar.
  mutating func number(_ json: Span<UInt8>) throws(WireError) -> DecimalNumber {
    var number = DecimalNumber()
    var digits = 0
    number.isNegative = take(UInt8(ascii: "-"), json)
    let start = position
    while let digit = digit(json) { add(digit, &number, &digits) }
    let isPadded = position - start > 1 && json[start] == UInt8(ascii: "0")
    guard position > start, !isPadded else {
      position = isPadded ? start : position
      throw notJSON(json, expected: "a number without a leading 0")
    }
    if position < json.count, json[position] == UInt8(ascii: ".") {
      position += 1
      number.isWhole = false
      let fraction = position
      while let digit = digit(json) {
        if add(digit, &number, &digits) { number.exponent -= 1 }
      }
      guard position > fraction else { throw notJSON(json, expected: "a digit") }
    }
    if position < json.count, json[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      number.isWhole = false
      try exponent(&number, json)
    }
    return number
  }

  private mutating func exponent(
    _ number: inout DecimalNumber, _ json: Span<UInt8>
  ) throws(WireError) {
    var isNegative = false
    if position < json.count, let sign = Sign(rawValue: json[position]) {
      isNegative = sign == .minus
      position += 1
    }
    let start = position
    var value = 0
    while let digit = digit(json) { value = min(value * 10 + Int(digit), 100_000) }
    guard position > start else { throw notJSON(json, expected: "a digit") }
    number.exponent += isNegative ? -value : value
  }

  @inline(__always)
  private mutating func digit(_ json: Span<UInt8>) -> UInt8? {
    guard position < json.count else { return nil }
    let digit = json[position] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    position += 1
    return digit
  }

  private enum Sign: UInt8 {
    case plus = 0x2b
    case minus = 0x2d
  }

  /// - Returns: whether the mantissa took the digit.
  @inline(__always) @discardableResult
  private func add(_ digit: UInt8, _ number: inout DecimalNumber, _ digits: inout Int) -> Bool {
    guard digits < 19 else {
      number.isTruncated = true
      return false
    }
    number.mantissa = number.mantissa * 10 + UInt64(digit)
    if number.mantissa > 0 { digits += 1 }
    return true
  }
}
