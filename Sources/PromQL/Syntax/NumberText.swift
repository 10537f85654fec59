/// The shortest digits that read back as the value, never with an exponent; `+Inf`, `-Inf`, `NaN`.
///
/// As Go's `FormatFloat(value, 'f', -1, 64)`: what `count_values` puts into a label.
package func decimalText(_ value: Double) -> String {
  if let special = specialText(value) { return special }
  let (sign, digits, point) = shortestDigits(value)
  if point <= 0 { return sign + "0." + zeros(-point) + digits }
  if point >= digits.count { return sign + digits + zeros(point - digits.count) }
  return sign + digits.prefix(point) + "." + digits.dropFirst(point)
}

/// The shortest digits, with an exponent where that is below -4 or at least 21, as Go's `%v`.
func goShortest(_ value: Double) -> String {
  if let special = specialText(value) { return special }
  let (sign, digits, point) = shortestDigits(value)
  let exponent = point - 1
  guard exponent < -4 || exponent >= 21 else { return decimalText(value) }
  let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
  let magnitude = String(exponent.magnitude)
  return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+")
    + zeros(2 - magnitude.count) + magnitude
}

/// A fixed number of decimals, as Go's `%.6f`.
func goFixed(_ value: Double, digits: Int = 6) -> String {
  if let special = specialText(value), !value.isZero { return special }
  var scale: Int64 = 1
  for _ in 0..<digits { scale *= 10 }
  guard value.magnitude < 9e15 / Double(scale) else {
    return (value < 0 ? "-" : "") + wholeText(value.magnitude) + "." + zeros(digits)
  }
  let scaled = Int64((value.magnitude * Double(scale)).rounded(.toNearestOrEven))
  let fraction = String(scaled % scale)
  return (value < 0 ? "-" : "") + "\(scaled / scale)." + zeros(digits - fraction.count) + fraction
}

/// All digits of a large value, which is a whole number.
private func wholeText(_ value: Double) -> String {
  var exponent = Int(value.exponent) - Double.significandBitCount
  guard exponent > 0 else { return String(UInt64(value.rounded())) }
  // Decimal digits, the last one first.
  var digits = String(UInt64(value.significandBitPattern) | 1 << 52).utf8.reversed().map {
    $0 - 0x30
  }
  while exponent > 0 {
    var carry: UInt8 = 0
    for index in digits.indices {
      let doubled = digits[index] * 2 + carry
      digits[index] = doubled % 10
      carry = doubled / 10
    }
    if carry > 0 { digits.append(carry) }
    exponent -= 1
  }
  return digits.reversed().map { String($0) }.joined()
}

private func specialText(_ value: Double) -> String? {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
  if value == 0 { return value.sign == .minus ? "-0" : "0" }
  return nil
}

/// Significant digits without zeros at either end, and where the point stands: 0.d1d2... times 10 to `point`.
private func shortestDigits(_ value: Double) -> (sign: String, digits: String, point: Int) {
  var text = Substring(value.magnitude.description)
  var exponent = 0
  if let mark = text.firstIndex(of: "e") {
    exponent = Int(text[text.index(after: mark)...]) ?? 0
    text = text[..<mark]
  }
  let parts = text.split(separator: ".")
  let whole = parts.first ?? ""
  var digits = Substring(String(whole) + (parts.count > 1 ? String(parts[1]) : ""))
  var point = whole.count + exponent
  while digits.first == "0" {
    digits.removeFirst()
    point -= 1
  }
  while digits.last == "0" { digits.removeLast() }
  return (value < 0 ? "-" : "", String(digits), point)
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
