extension TemplateFunction {
  /// Prometheus' ways to write numbers: at most four digits that count, and a prefix.
  static let humanizing: [TemplateFunction] = [
    number("humanize") { value in
      guard value != 0, value.isFinite else { return NumberText.general(value, digits: 4) }
      return abs(value) >= 1
        ? scaled(value, by: 1_000, ["k", "M", "G", "T", "P", "E", "Z", "Y"])
        : reduced(value)
    },
    number("humanize1024") { value in
      guard abs(value) > 1, value.isFinite else { return NumberText.general(value, digits: 4) }
      return scaled(value, by: 1_024, ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
    },
    number("humanizeDuration", duration),
    number("humanizePercentage") { NumberText.general($0 * 100, digits: 4) + "%" },
    number("humanizeTimestamp") { value in
      guard value.isFinite else { return NumberText.general(value, digits: 4) }
      guard let time = UTCTime(seconds: value) else {
        throw TemplateFailure(
          text: NumberText.shortest(value)
            + " cannot be represented as a nanoseconds timestamp since it overflows int64")
      }
      return time.text
    },
  ]

  private static func number(
    _ name: String, _ text: @escaping @Sendable (Double) throws -> String
  ) -> TemplateFunction {
    TemplateFunction(name, [.any]) { values, _ in .text(try text(try double(values[0]))) }
  }

  private static func double(_ value: TemplateValue) throws -> Double {
    switch value {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case .text(let text):
      guard let value = GoNumber.double(text) else {
        throw TemplateFailure(
          text: "strconv.ParseFloat: parsing \(GoString.quoted(text)): invalid syntax")
      }
      return value
    default: throw TemplateFailure(text: "can't convert \(value.typeName) to float")
    }
  }

  private static func scaled(_ value: Double, by step: Double, _ prefixes: [String]) -> String {
    var value = value
    var prefix = ""
    for next in prefixes where abs(value) >= step {
      prefix = next
      value /= step
    }
    return NumberText.general(value, digits: 4) + prefix
  }

  private static func reduced(_ value: Double) -> String {
    var value = value
    var prefix = ""
    for next in ["m", "u", "n", "p", "f", "a", "z", "y"] where abs(value) < 1 {
      prefix = next
      value *= 1_000
    }
    return NumberText.general(value, digits: 4) + prefix
  }

  @Sendable private static func duration(_ value: Double) -> String {
    guard value.isFinite else { return NumberText.general(value, digits: 4) }
    if value == 0 { return NumberText.general(value, digits: 4) + "s" }
    if abs(value) < 1 { return reduced(value) + "s" }
    let sign = value < 0 ? "-" : ""
    // What is beyond 292 years overflows in Prometheus, too.
    let whole = Int64(exactly: abs(value).rounded(.towardZero)) ?? .min
    let (seconds, minutes) = (whole % 60, whole / 60 % 60)
    let (hours, days) = (whole / 3_600 % 24, whole / 86_400)
    if days != 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(seconds)s" }
    if hours != 0 { return "\(sign)\(hours)h \(minutes)m \(seconds)s" }
    if minutes != 0 { return "\(sign)\(minutes)m \(seconds)s" }
    return sign + NumberText.general(abs(value), digits: 4) + "s"
  }
}

/// Numbers as Go reads them.
enum GoNumber {
  static func double(_ text: String) -> Double? {
    let unsigned = text.first == "+" || text.first == "-" ? text.dropFirst() : Substring(text)
    switch unsigned.lowercased() {
    case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return unsigned.count == text.count ? .nan : nil
    default:
      // Swift, unlike Go, takes "nan(0x1)"; both take hexadecimal fractions.
      guard unsigned.first?.isNumber == true || unsigned.first == "." else { return nil }
      return Double(text)
    }
  }
}

/// A point of time in UTC, as Go prints it: `2015-06-23 13:19:44.128 +0000 UTC`.
struct UTCTime {
  let text: String

  /// Cut to the millisecond; nil beyond what 64 bits of nanoseconds hold.
  init?(seconds: Double) {
    let nanoseconds = seconds * 1e9
    guard abs(nanoseconds) < 9.223372036854775e18 else { return nil }
    let milliseconds = Int64(nanoseconds) / 1_000_000
    let second = Self.floored(milliseconds, by: 1_000)
    let day = Self.floored(second.quotient, by: 86_400)
    let (year, month, dayOfMonth) = Self.date(day: day.quotient)
    var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2)) "
    text += [day.rest / 3_600, day.rest / 60 % 60, day.rest % 60].map { Self.padded($0, 2) }
      .joined(separator: ":")
    if second.rest > 0 {
      text += "." + Self.padded(second.rest, 3)
      while text.hasSuffix("0") { text.removeLast() }
    }
    self.text = text + " +0000 UTC"
  }

  private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = (value % divisor + divisor) % divisor
    return ((value - rest) / divisor, rest)
  }

  private static func padded(_ value: Int64, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// The civil date of a day since 1970-01-01.
  ///
  /// Source: Hinnant 2013, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
  private static func date(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
