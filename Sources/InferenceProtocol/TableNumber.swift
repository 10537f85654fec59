/// Numbers as they stand in tables: JSON's, and also `+1`, `.5`, `1.` and `007`, as people and programs write them.
package enum TableNumber {
  /// Reads the number that begins at `position`, and moves behind it.
  ///
  /// - Returns: the nearest float; nil where no number begins, or where it lies beyond the type's range. `position` means
  ///   nothing then.
  package static func float(_ text: Span<UInt8>, _ position: inout Int) -> Float? {
    if let value = shortFloat(text, &position) { return value }
    let start = position
    guard let number = decimal(text, &position) else { return nil }
    if let value = number.float { return value }
    guard let value = Float(plain(text, start..<position)), value.isFinite else { return nil }
    return value
  }

  /// The same as the nearest double.
  package static func double(_ text: Span<UInt8>, _ position: inout Int) -> Double? {
    let start = position
    guard let number = decimal(text, &position) else { return nil }
    if let value = number.double { return value }
    guard let value = Double(plain(text, start..<position)), value.isFinite else { return nil }
    return value
  }

  /// The bits of one element that the whole of `range` stands for, blanks around it aside.
  ///
  /// Floating-point types also take `nan`, `inf` and `infinity` in any case; whole ones take `3.0`; BOOL takes `true`,
  /// `false`, 1 and 0.
  ///
  /// - Returns: in the low bytes; nil where it is no such value, is beyond the type's range, or the type is BYTES.
  package static func bits(
    of text: Span<UInt8>, in range: Range<Int>, as datatype: DataType
  ) -> UInt64? {
    let range = trimmed(text, range)
    guard !range.isEmpty else { return nil }
    switch datatype {
    case .bytes: return nil
    case .bool:
      if matches(text, range, "true") { return 1 }
      if matches(text, range, "false") { return 0 }
      return whole(text, range, UInt8.self).flatMap { $0 <= 1 ? $0 : nil }
    case .uint8: return whole(text, range, UInt8.self)
    case .uint16: return whole(text, range, UInt16.self)
    case .uint32: return whole(text, range, UInt32.self)
    case .uint64: return whole(text, range, UInt64.self)
    case .int8: return whole(text, range, Int8.self)
    case .int16: return whole(text, range, Int16.self)
    case .int32: return whole(text, range, Int32.self)
    case .int64: return whole(text, range, Int64.self)
    case .fp64: return real(text, range, double).map(\.bitPattern)
    case .fp32: return real(text, range, float).map { UInt64($0.bitPattern) }
    case .bf16: return real(text, range, float).map { UInt64(bfloat($0)) }
    case .fp16:
      guard let value = real(text, range, double) else { return nil }
      let half = Float16(value)
      return half.isFinite || !value.isFinite ? UInt64(half.bitPattern) : nil
    }
  }

  /// Whether it says that there is no value: nothing at all, or `nan`, `na`, `n/a`, `null` or `none` in any case.
  package static func isMissing(_ text: Span<UInt8>, in range: Range<Int>) -> Bool {
    let range = trimmed(text, range)
    return range.isEmpty || matches(text, range, "nan") || matches(text, range, "na")
      || matches(text, range, "n/a") || matches(text, range, "null")
      || matches(text, range, "none")
  }

  /// The same for what most fields are: few enough digits that one division of exact numbers, or one next to it, decides.
  ///
  /// - Returns: nil where it takes more thought; `position` has not moved then.
  @inline(__always)
  private static func shortFloat(_ text: Span<UInt8>, _ position: inout Int) -> Float? {
    var at = position
    let end = text.count
    guard at < end else { return nil }
    let isNegative = text[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let first = at
    var mantissa: Int64 = 0
    var point = -1
    while at < end {
      let digit = text[at] &- UInt8(ascii: "0")
      if digit < 10 {
        mantissa = mantissa &* 10 &+ Int64(digit)
      } else if text[at] == UInt8(ascii: "."), point < 0 {
        point = at
      } else {
        break
      }
      at += 1
    }
    // No more than 18 digits fit; an exponent, or nothing at all, is for the other way.
    let digits = at - first - (point < 0 ? 0 : 1)
    guard digits > 0, at - first <= 18, at == end || text[at] | 0x20 != UInt8(ascii: "e") else {
      return nil
    }
    let places = point < 0 ? 0 : at - point - 1
    guard mantissa > 0 else {
      position = at
      return isNegative ? -0.0 : 0.0
    }
    // Two roundings, of the mantissa and of the quotient: at most one unit off, so a double that is not within four
    // units of the middle between two floats rounds to the right one.
    let near = Double(mantissa) / DecimalNumber.powersOfTen[places]
    let fromMiddle = Int(truncatingIfNeeded: near.bitPattern & 0x1fff_ffff) - 0x1000_0000
    guard abs(fromMiddle) > 4 else { return nil }
    position = at
    return Float(isNegative ? -near : near)
  }

  private static func decimal(_ text: Span<UInt8>, _ position: inout Int) -> DecimalNumber? {
    var number = DecimalNumber()
    var at = position
    let end = text.count
    if at < end, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      number.isNegative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    var significant = 0
    let start = at
    while at < end {
      let digit = text[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      add(digit, &number, &significant)
      at += 1
    }
    var digits = at - start
    if at < end, text[at] == UInt8(ascii: ".") {
      at += 1
      number.isWhole = false
      let fraction = at
      while at < end {
        let digit = text[at] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        add(digit, &number, &significant)
        at += 1
      }
      number.exponent = fraction - at
      digits += at - fraction
    }
    guard digits > 0 else { return nil }
    if at < end, text[at] | 0x20 == UInt8(ascii: "e") {
      guard exponent(&number, text, &at) else { return nil }
    }
    position = at
    return number
  }

  @inline(__always)
  private static func add(_ digit: UInt8, _ number: inout DecimalNumber, _ significant: inout Int) {
    guard significant < 19 else {
      // Where digits are left out the exponent is wrong too: the standard library reads it then.
      number.isTruncated = true
      return
    }
    number.mantissa = number.mantissa &* 10 &+ UInt64(digit)
    if number.mantissa > 0 { significant += 1 }
  }

  private static func exponent(
    _ number: inout DecimalNumber, _ text: Span<UInt8>, _ at: inout Int
  ) -> Bool {
    at += 1
    var isNegative = false
    if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      isNegative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    let start = at
    var value = 0
    while at < text.count {
      let digit = text[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = min(value * 10 + Int(digit), 100_000)
      at += 1
    }
    number.isWhole = false
    number.exponent += isNegative ? -value : value
    return at > start
  }

  /// The same number as the standard library surely reads it: digits on both sides of a point, no plus.
  private static func plain(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    var isDigit = false
    for index in range {
      let byte = text[index]
      let wasDigit = isDigit
      isDigit = byte &- UInt8(ascii: "0") < 10
      if byte == UInt8(ascii: "+"), index == range.lowerBound { continue }
      if byte == UInt8(ascii: "."), !wasDigit { bytes.append(UInt8(ascii: "0")) }
      if !isDigit, bytes.last == UInt8(ascii: ".") { bytes.append(UInt8(ascii: "0")) }
      bytes.append(byte)
    }
    if bytes.last == UInt8(ascii: ".") { bytes.append(UInt8(ascii: "0")) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func real<Value: BinaryFloatingPoint>(
    _ text: Span<UInt8>, _ range: Range<Int>, _ read: (Span<UInt8>, inout Int) -> Value?
  ) -> Value? {
    let field = text.extracting(range)
    var end = 0
    if let value = read(field, &end), end == field.count { return value }
    if matches(text, range, "nan") { return .nan }
    let isNegative = field[0] == UInt8(ascii: "-")
    let isSigned = isNegative || field[0] == UInt8(ascii: "+")
    let rest = isSigned ? range.dropFirst() : range
    guard matches(text, rest, "inf") || matches(text, rest, "infinity") else { return nil }
    return isNegative ? -.infinity : .infinity
  }

  /// A whole number, also one that is written with zeros behind its point, as tables with gaps are.
  private static func whole<Value: FixedWidthInteger>(
    _ text: Span<UInt8>, _ range: Range<Int>, _: Value.Type
  ) -> UInt64? {
    var end = range.upperBound
    if let point = range.first(where: { text[$0] == UInt8(ascii: ".") }), point > range.lowerBound,
      (point + 1..<range.upperBound).allSatisfy({ text[$0] == UInt8(ascii: "0") })
    {
      end = point
    }
    let digits = (range.lowerBound..<end).map { text[$0] }
    guard let value = Value(String(decoding: digits, as: UTF8.self)) else { return nil }
    return UInt64(truncatingIfNeeded: value)
  }

  private static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, isBlank(text[low]) { low += 1 }
    while low < high, isBlank(text[high - 1]) { high -= 1 }
    return low..<high
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func matches(
    _ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString
  ) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count {
      // `offset` is below the literal's own count.
      guard unsafe text[range.lowerBound + offset] | 0x20 == word.utf8Start[offset] | 0x20 else {
        return false
      }
    }
    return true
  }

  /// The upper half of a float, ties to even.
  static func bfloat(_ value: Float) -> UInt16 {
    guard !value.isNaN else { return 0x7fc0 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }
}
