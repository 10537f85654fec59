import PromQL

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
      return try time(value).text
    },
    TemplateFunction("toTime", [.any]) { values, _ in
      let value = try double(values[0])
      guard value.isFinite else { throw TemplateFailure(text: "value is NaN or Inf") }
      return .time(try time(value))
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
          text: "strconv.ParseFloat: parsing \(quoted(text)): invalid syntax")
      }
      if value.isInfinite, text.contains(where: \.isNumber) {
        throw TemplateFailure(
          text: "strconv.ParseFloat: parsing \(quoted(text)): value out of range")
      }
      return value
    default: throw TemplateFailure(text: "can't convert \(value.typeName) to float")
    }
  }

  private static func time(_ value: Double) throws -> UTCTime {
    if let time = UTCTime(seconds: value) { return time }
    throw TemplateFailure(
      text: NumberText.shortest(value)
        + " cannot be represented as a nanoseconds timestamp since it overflows int64")
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
