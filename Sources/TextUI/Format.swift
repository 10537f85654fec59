/// A number as it stands on the screen: digits and unit apart, since the unit is dimmed.
package struct Quantity: Sendable, Hashable {
  package let number: String
  package let unit: String

  package init(_ number: String, _ unit: String = "") {
    self.number = number
    self.unit = unit
  }

  /// `412 ms`.
  package var text: String { unit.isEmpty ? number : "\(number) \(unit)" }

  /// The number in the tone's colour, the unit dim unless the tone calls for attention.
  package func styled(_ look: Look, _ tone: Tone = .normal) -> StyledText {
    let unitStyle =
      switch tone {
      case .normal, .quiet, .ok, .info, .accent: look.theme.dim
      case .warn, .critical: look.style(tone)
      }
    guard !unit.isEmpty else { return StyledText(number, look.style(tone)) }
    return StyledText([
      StyledText.Span(number, look.style(tone)), StyledText.Span(" " + unit, unitStyle),
    ])
  }

  /// What stands where there is no number.
  package static let missing = Quantity("-")
}

/// Numbers in the fewest digits that still decide something. Every function keeps within the width
/// it names, so that columns never jump; a number that is not finite is `missing`.
package enum Format {
  /// A duration, at most 7 columns: `0.41 ms`, `9.8 ms`, `412 ms`, `1.20 s`, `2 184 s` beyond.
  package static func latency(nanoseconds: Double) -> Quantity {
    latency(seconds: nanoseconds / 1e9)
  }

  package static func latency(microseconds: Double) -> Quantity {
    latency(seconds: microseconds / 1e6)
  }

  package static func latency(seconds: Double) -> Quantity {
    guard seconds.isFinite, seconds >= 0 else { return .missing }
    if seconds == 0 { return Quantity("0", "ms") }
    let milliseconds = seconds * 1000
    if milliseconds < 0.00995 { return Quantity(threeDigits(milliseconds * 1000), "us") }
    if milliseconds < 0.995 { return Quantity(decimal(milliseconds, places: 2), "ms") }
    if milliseconds < 9.95 { return Quantity(decimal(milliseconds, places: 1), "ms") }
    if milliseconds < 999.5 { return Quantity(decimal(milliseconds, places: 0), "ms") }
    if seconds < 9.995 { return Quantity(decimal(seconds, places: 2), "s") }
    if seconds < 99.95 { return Quantity(decimal(seconds, places: 1), "s") }
    return Quantity(grouped(seconds.rounded()), "s")
  }

  /// A duration beside an axis, where only round values stand: `10 s`, `100 ms`, `0.1 ms`, `50 us`.
  package static func latencyTick(seconds: Double) -> String {
    guard seconds.isFinite, seconds > 0 else { return latency(seconds: seconds).text }
    if seconds < 0.00009999 { return trimmed(seconds * 1e6) + " us" }
    return seconds < 0.9999 ? trimmed(seconds * 1000) + " ms" : trimmed(seconds) + " s"
  }

  /// `734 req/s`; below ten with one decimal, from ten thousand in thousands.
  package static func rate(_ perSecond: Double, unit: String = "req/s") -> Quantity {
    guard perSecond.isFinite else { return .missing }
    let size = perSecond.magnitude
    if size == 0 { return Quantity("0", unit) }
    if size < 0.095 { return Quantity(decimal(perSecond, places: 2), unit) }
    if size < 9.95 { return Quantity(decimal(perSecond, places: 1), unit) }
    if size < 9999.5 { return Quantity(decimal(perSecond, places: 0), unit) }
    return Quantity(compact(perSecond), unit)
  }

  /// A share of one as per cent: `0.02 %`, `6.31 %`, `41.0 %`, `100 %`. A share that is not quite
  /// nothing or not quite all is never rounded to it: `<0.01 %`, `99.99 %`.
  package static func percent(_ share: Double) -> Quantity {
    guard share.isFinite else { return .missing }
    let percent = share * 100
    let size = percent.magnitude
    if size == 0 { return Quantity("0.00", "%") }
    if size < 0.005 { return Quantity("<0.01", "%") }
    if size < 9.995 { return Quantity(decimal(percent, places: 2), "%") }
    if size < 99.95 { return Quantity(decimal(percent, places: 1), "%") }
    if size < 100 { return Quantity(decimal(min(percent, 99.99), places: 2), "%") }
    return Quantity(decimal(percent, places: 0), "%")
  }

  /// A whole share: `90 %`, but `<1 %` and `>99 %` instead of 0 and 100 that are not.
  package static func wholePercent(_ share: Double) -> Quantity {
    guard share.isFinite else { return .missing }
    let percent = share * 100
    if percent > 0, percent < 0.5 { return Quantity("<1", "%") }
    if percent < 100, percent >= 99.5 { return Quantity(">99", "%") }
    return Quantity(decimal(percent, places: 0), "%")
  }

  /// A score below one as `.722`; `1.00` when it is one.
  package static func score(_ value: Double) -> String {
    guard value.isFinite else { return Quantity.missing.number }
    let text = decimal(value, places: 3)
    if text.hasPrefix("0.") { return String(text.dropFirst()) }
    if text.hasPrefix("-0.") { return "-" + text.dropFirst(2) }
    return decimal(value, places: 2)
  }

  /// A count with groups of three set apart: `51 840`.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(" ") }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + result
  }

  /// A number in at most five columns: `812`, `9.8k`, `734k`, `1.2M`.
  package static func compact(_ value: Double) -> String {
    guard value.isFinite else { return Quantity.missing.number }
    var scaled = value
    for suffix in ["", "k", "M", "G", "T", "P"] {
      if scaled.magnitude < 999.5 {
        let isFraction = scaled.magnitude < 9.95 && scaled != scaled.rounded()
        return decimal(scaled, places: isFraction ? 1 : 0) + suffix
      }
      scaled /= 1000
    }
    return value < 0 ? "-inf" : "inf"
  }

  /// How long ago: `41 s`, `2 min`, `3 h`, `12 d`. Rounded down, as people count ages.
  package static func age(seconds: Double) -> Quantity {
    guard seconds.isFinite else { return .missing }
    let seconds = max(0, seconds)
    if seconds < 10 { return Quantity(decimal((seconds * 10).rounded(.down) / 10, places: 1), "s") }
    if seconds < 120 { return Quantity(whole(seconds), "s") }
    if seconds < 7200 { return Quantity(whole(seconds / 60), "min") }
    if seconds < 172_800 { return Quantity(whole(seconds / 3600), "h") }
    return Quantity(whole(seconds / 86_400), "d")
  }

  /// `512 B`, `1.2 kB`, `57 MB`, in powers of a thousand.
  package static func bytes(_ count: Double) -> Quantity {
    guard count.isFinite else { return .missing }
    var scaled = count
    for unit in ["B", "kB", "MB", "GB", "TB"] {
      if scaled.magnitude < 999.5 || unit == "TB" {
        let isFraction = unit != "B" && scaled.magnitude < 9.95
        return Quantity(decimal(scaled, places: isFraction ? 1 : 0), unit)
      }
      scaled /= 1000
    }
    return .missing
  }

  /// Fixed decimals, rounded half away from zero, without an exponent and never `-0`.
  package static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite else { return Quantity.missing.number }
    let factor = (0..<max(0, places)).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value.magnitude * factor).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int64(scaled))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// At most two decimals, without zeros at the end.
  private static func trimmed(_ value: Double) -> String {
    var text = decimal(value, places: 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func threeDigits(_ value: Double) -> String {
    decimal(value, places: value < 9.95 ? 1 : 0)
  }

  private static func whole(_ value: Double) -> String {
    decimal(value.rounded(.down), places: 0)
  }

  private static func grouped(_ value: Double) -> String {
    value < 1e15 ? count(Int(value)) : compact(value)
  }
}
