/// Prometheus' durations, `1h30m`: whole numbers with the units y w d h m s ms, the largest first, each at most once.
///
/// A year has 365 days. Values are milliseconds.
package enum PrometheusDuration {
  package struct Malformed: Error, Hashable, CustomStringConvertible {
    package var description: String
  }

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000),
    ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]
  /// Go counts nanoseconds in 63 bits.
  private static let limit = Int64.max / 1_000_000

  /// `0` alone needs no unit.
  package static func parse(_ text: String) throws(Malformed) -> Int64 {
    if text == "0" { return 0 }
    if text.isEmpty { throw Malformed(description: "empty duration string") }
    let malformed = Malformed(description: "not a valid duration string: \(quoted(text))")
    var total: Int64 = 0
    var rest = Substring(text)
    var allowed = units[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
      rest = rest[unit.endIndex...]
      guard !digits.isEmpty, let place = allowed.firstIndex(where: { $0.name == unit }) else {
        throw malformed
      }
      let (product, isTooLarge) = (Int64(digits) ?? .max)
        .multipliedReportingOverflow(by: units[place].milliseconds)
      let (sum, isSumTooLarge) = total.addingReportingOverflow(product)
      if isTooLarge || isSumTooLarge || sum > limit {
        throw Malformed(description: "duration out of range")
      }
      total = sum
      allowed = units[(place + 1)...]
    }
    return total
  }

  /// The canonical form: `1h30m`, `0s`.
  ///
  /// Years and weeks appear only where nothing is left over: 8 d is `8d`, not `1w1d`.
  package static func text(_ milliseconds: Int64) -> String {
    if milliseconds == 0 { return "0s" }
    if milliseconds < 0 { return "-" + text(-milliseconds) }
    var rest = milliseconds
    var text = ""
    for (name, size) in units {
      let mustBeWhole = size > 86_400_000
      guard rest >= size, !mustBeWhole || rest % size == 0 else { continue }
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text
  }
}
