extension RegexParser {
  /// The rest of `[...]`.
  mutating func bracket(from start: Int) throws(RegexError) -> ScalarSet {
    var set = ScalarSet(isNegated: accept("^"), ignoresCase: flags.ignoresCase)
    // In RE2 `[^a]` matches a line break, unlike the dot.
    var isFirst = true
    while isFirst || peek != "]" {
      isFirst = false
      guard peek != nil else {
        throw RegexError(reason: "missing closing ]", excerpt: string(start, text.count))
      }
      if try addClass(to: &set) { continue }
      try addRange(to: &set, bracketStart: start)
    }
    position += 1
    return set
  }

  /// `[:alpha:]`, `\d`, `\pL` inside brackets.
  private mutating func addClass(to set: inout ScalarSet) throws(RegexError) -> Bool {
    let start = position
    if accept("[", ":") {
      while let next = peek, next != ":", next != "]" {
        position += 1
      }
      let name = string(start + 2, position)
      guard accept(":", "]") else {
        position = start
        return false
      }
      let isNegated = name.hasPrefix("^")
      guard let ranges = ScalarSet.posix[isNegated ? String(name.dropFirst()) : name] else {
        throw RegexError(
          reason: "invalid character class range", excerpt: string(start, position))
      }
      set.ranges += isNegated ? ScalarSet.complement(ranges) : ranges
      return true
    }
    guard accept("\\"), peek != nil else {
      position = start
      return false
    }
    guard let part = try classEscape(from: start) else {
      position = start
      return false
    }
    set.ranges += part.ranges
    set.categories += part.categories
    return true
  }

  private mutating func addRange(to set: inout ScalarSet, bracketStart: Int) throws(RegexError) {
    let start = position
    let low = try member(bracketStart: bracketStart)
    var high = low
    if peek == "-", position + 1 < text.count, text[position + 1] != "]" {
      position += 1
      high = try member(bracketStart: bracketStart)
    }
    guard low.value <= high.value else {
      throw RegexError(reason: "invalid character class range", excerpt: string(start, position))
    }
    set.ranges.append(low.value...high.value)
  }

  private mutating func member(bracketStart: Int) throws(RegexError) -> Unicode.Scalar {
    guard peek != nil else {
      throw RegexError(reason: "missing closing ]", excerpt: string(bracketStart, text.count))
    }
    let start = position
    let scalar = take()
    return scalar == "\\" ? try characterEscape(from: start) : scalar
  }

  /// The rest of an escape outside brackets.
  mutating func escape(from start: Int) throws(RegexError) -> RegexNode {
    guard let next = peek else {
      throw RegexError(reason: "trailing backslash at end of expression", excerpt: "")
    }
    let assertions: [Unicode.Scalar: RegexAssertion] = [
      "A": .textStart, "z": .textEnd, "b": .wordBoundary, "B": .noWordBoundary,
    ]
    if let assertion = assertions[next] {
      position += 1
      return .assertion(assertion)
    }
    if var set = try classEscape(from: start) {
      set.ignoresCase = flags.ignoresCase
      return .set(set)
    }
    return literal(try characterEscape(from: start))
  }

  /// `\d`, `\W`, `\pN`, `\P{Lu}`; nil, and nothing taken, for other escapes.
  private mutating func classEscape(from start: Int) throws(RegexError) -> ScalarSet? {
    let perl: [Unicode.Scalar: [ScalarSet.Range]] = [
      "d": ScalarSet.digit, "s": ScalarSet.space, "w": ScalarSet.word,
      "D": ScalarSet.complement(ScalarSet.digit), "S": ScalarSet.complement(ScalarSet.space),
      "W": ScalarSet.complement(ScalarSet.word),
    ]
    guard let next = peek else { return nil }
    if let ranges = perl[next] {
      position += 1
      return ScalarSet(ranges: ranges)
    }
    guard next == "p" || next == "P" else { return nil }
    position += 1
    var name = ""
    if accept("{") {
      let nameStart = position
      while let inner = peek, inner != "}" {
        position += 1
      }
      name = string(nameStart, position)
      if !accept("}") { name = "" }
    } else if peek != nil {
      name = String(take())
    }
    var isNegated = next == "P"
    if name.hasPrefix("^") {
      isNegated.toggle()
      name.removeFirst()
    }
    guard let codes = ScalarSet.categories(named: name) else {
      throw RegexError(reason: "invalid character class range", excerpt: string(start, position))
    }
    return ScalarSet(categories: [(codes, isNegated)])
  }

  /// The rest of an escape that stands for one character.
  private mutating func characterEscape(from start: Int) throws(RegexError) -> Unicode.Scalar {
    guard peek != nil else {
      throw RegexError(reason: "trailing backslash at end of expression", excerpt: "")
    }
    let named: [Unicode.Scalar: Unicode.Scalar] = [
      "a": "\u{7}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}",
    ]
    let scalar = take()
    if let control = named[scalar] { return control }
    switch scalar {
    case "x":
      if let found = hexadecimal() { return found }
    case "0", "1"..."7":
      // A single digit but zero would refer back to a group, which RE2 does not have.
      let isOctal = peek.map { ("0"..."7").contains($0) } == true
      if scalar == "0" || isOctal { return octal(scalar) }
    default:
      if scalar.isASCII, !isWordCharacter(scalar) { return scalar }
    }
    throw RegexError(reason: "invalid escape sequence", excerpt: string(start, position))
  }

  private mutating func hexadecimal() -> Unicode.Scalar? {
    let start = position
    let isBraced = accept("{")
    while let next = peek, next.properties.isASCIIHexDigit, isBraced || position < start + 2 {
      position += 1
    }
    let digits = string(isBraced ? start + 1 : start, position)
    guard isBraced ? accept("}") : digits.count == 2 else { return nil }
    return UInt32(digits, radix: 16).flatMap { Unicode.Scalar($0) }
  }

  private mutating func octal(_ first: Unicode.Scalar) -> Unicode.Scalar {
    var value = first.value - 0x30
    var count = 1
    while count < 3, let next = peek, ("0"..."7").contains(next) {
      value = value * 8 + next.value - 0x30
      position += 1
      count += 1
    }
    return Unicode.Scalar(value) ?? "\0"
  }

  private func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    ScalarSet.word.contains { $0.contains(scalar.value) }
  }
}
