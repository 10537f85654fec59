/// A number without a sign, as Prometheus reads it in queries and in the series of unit tests: decimal, hexadecimal (`0x`), octal (a
/// leading zero), `Inf` or `NaN`.
package enum NumberLiteral {
  package enum Mistake: Error, Equatable, Sendable {
    case syntax
    /// Larger than any number that there is; what is too small is 0.
    case range
  }

  package static func value(of text: String) throws(Mistake) -> Double {
    let lower = text.lowercased()
    if lower.hasPrefix("0x") {
      guard let value = Int64(lower.dropFirst(2), radix: 16) else { throw .syntax }
      return Double(value)
    }
    if lower == "nan" { return .nan }
    if lower == "inf" { return .infinity }
    if lower.hasPrefix("0"), let octal = Int64(lower, radix: 8) { return Double(octal) }
    guard let last = lower.last, last.isNumber || last == ".", let value = Double(lower) else {
      throw .syntax
    }
    guard value.isFinite else { throw .range }
    return value
  }

  /// What Prometheus says of a number that is none.
  package static func words(for mistake: Mistake, of text: String) -> String {
    let reason = mistake == .range ? "value out of range" : "invalid syntax"
    return "error parsing number: strconv.ParseFloat: parsing \(quoted(text)): \(reason)"
  }
}
