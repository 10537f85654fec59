import Glibc

/// Numbers as they stand in sentences, without a formatter of the outside.
enum PlainNumber {
  /// As it is written shortest, a whole one without a point: `3`, `0.25`.
  static func exact(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// Four significant digits: `0.3912`, `1.2e-05`, `17`.
  static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return exact(value) }
    let exponent = Int(floor(log10(abs(value))))
    // Beyond the range of the power there is nothing to round.
    guard abs(exponent) < 300 else { return "\(value)" }
    let scale = pow(10, Double(abs(exponent - 3)))
    let rounded =
      exponent >= 3
      ? (value / scale).rounded() * scale : (value * scale).rounded() / scale
    return exact(rounded)
  }

  /// Fixed decimals below 10: `0.034`.
  static func decimals(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    let scale = pow(10, Double(places))
    guard abs(value) < 1e12 else { return short(value) }
    let units = Int64((abs(value) * scale).rounded())
    let (whole, rest) = units.quotientAndRemainder(dividingBy: Int64(scale))
    let digits = String(rest)
    let fraction =
      places > 0
      ? "." + String(repeating: "0", count: places - digits.count) + digits : ""
    return (value < 0 && units > 0 ? "-" : "") + String(whole) + fraction
  }

  /// A share as per cent: `37 %`, `5.0 %`, `0.24 %`. What is not quite nothing or all is never rounded to it.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    if percent == 0 { return "0 %" }
    if percent < 0.005 { return "<0.01 %" }
    if percent < 0.995 { return decimals(percent, 2) + " %" }
    if percent < 9.95 { return decimals(percent, 1) + " %" }
    if percent < 100, percent >= 99.5 { return ">99 %" }
    return decimals(percent, 0) + " %"
  }

  /// A count with groups of three set apart: `51 840`.
  static func count(_ value: Int64) -> String {
    let digits = String(value)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(" ") }
      grouped.append(digit)
    }
    return grouped
  }

  /// A p-value: `0.043`, `1.2e-07`, `<1e-300`.
  static func p(_ value: Double) -> String {
    if value < 1e-300 { return "<1e-300" }
    guard value < 0.001 else { return decimals(value, 3) }
    let exponent = Int(floor(log10(value)))
    let digits = value / pow(10, Double(exponent))
    return decimals(digits, 1) + "e" + String(exponent)
  }
}
