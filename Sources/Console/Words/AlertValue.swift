import Domain
import TextUI

/// Values of an alert's measure as they are written: in one unit for all of them, which is that of the bound, so that it
/// stands once.
struct AlertScale: Sendable {
  private let factor: Double
  private let word: String
  private let isShare: Bool

  /// - Parameter reference: what decides between milliseconds and hours.
  init(_ unit: Alert.Unit?, reference: Double) {
    isShare = unit == .ratio
    (factor, word) =
      switch unit {
      case nil: (1, "")
      case .ratio: (100, "%")
      case .perSecond: (1, "/s")
      case .seconds: Self.seconds(reference.magnitude)
      case .bytes: Self.bytes(reference.magnitude)
      }
  }

  /// With three digits that count.
  func value(_ value: Double) -> Quantity {
    guard isShare else { return Quantity(Alert.number(value * factor), word) }
    return Quantity(Self.trimmed(Format.percent(value).number), word)
  }

  /// What a rule says, with all its digits.
  func bound(_ value: Double) -> Quantity {
    let scaled = value * factor
    guard scaled.magnitude < 1e9 else { return Quantity(Alert.number(scaled), word) }
    return Quantity(Self.trimmed(Format.decimal(scaled, places: 6)), word)
  }

  private static func seconds(_ size: Double) -> (Double, String) {
    switch size {
    case 0: (1, "s")
    case ..<0.001: (1e6, "us")
    case ..<1: (1e3, "ms")
    case ..<120: (1, "s")
    case ..<7_200: (1 / 60, "min")
    case ..<172_800: (1 / 3_600, "h")
    default: (1 / 86_400, "d")
    }
  }

  private static func bytes(_ size: Double) -> (Double, String) {
    switch size {
    case ..<1e3: (1, "B")
    case ..<1e6: (1e-3, "kB")
    case ..<1e9: (1e-6, "MB")
    case ..<1e12: (1e-9, "GB")
    default: (1e-12, "TB")
    }
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let digits = text.reversed().drop { $0 == "0" }
    return String(digits.drop { $0 == "." }.reversed())
  }
}

extension Alert {
  var scale: AlertScale { AlertScale(unit, reference: boundNumber ?? value ?? 0) }

  /// The rule asks whether something is so, not how much of it there is.
  package var isFlag: Bool { bound?.hasPrefix("== ") ?? false }

  /// The value against what the rule holds it against: `6.31 > 5 %`; alone where it is just that: `1 == 1` tells nobody more.
  /// With `was` where it is back and the rule only holds the alert.
  package var valueText: String { valueTexts[0] }

  /// The same in a column: closer together where it has to be, and then without the bound. A number is never cut.
  func valueText(in columns: Int) -> String {
    valueTexts.first { $0.displayWidth <= columns } ?? valueTexts[valueTexts.count - 1]
  }

  /// From the longest to the shortest.
  private var valueTexts: [String] {
    guard let value else { return [boundText.map { "\($0.sign) \($0.limit.text)" } ?? "-"] }
    let was = isBack ? "was " : ""
    if isFlag, boundNumber == 1, value == 1 { return [was + "true", "true"] }
    let number = scale.value(value)
    guard !isFlag, let (sign, limit) = boundText else { return [was + number.text, number.text] }
    return [
      "\(was)\(number.number) \(sign) \(limit.text)",
      "\(was)\(number.number)\(sign)\(limit.text)",
      "\(number.number) \(sign) \(limit.text)",
      "\(number.number)\(sign)\(limit.text)",
      was + number.text, number.text,
    ]
  }

  /// As the rule has it, in the unit of its series.
  private var boundText: (sign: String, limit: Quantity)? {
    guard let bound else { return nil }
    let parts = bound.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return ("", Quantity(bound)) }
    guard unit != nil, let boundNumber else { return (parts[0], Quantity(parts[1])) }
    return (parts[0], scale.bound(boundNumber))
  }

  /// The number that it is held against.
  var boundNumber: Double? {
    let parts = bound?.split(separator: " ") ?? []
    guard parts.count == 2, let number = Double(parts[1]), number.isFinite else { return nil }
    return number
  }

  /// Whether it is above its bound that it fires.
  var isAboveBound: Bool? {
    bound.flatMap { $0.hasPrefix(">") ? true : $0.hasPrefix("<") ? false : nil }
  }

  /// With three digits that count, and none that do not.
  static func number(_ value: Double) -> String {
    let size = value.magnitude
    if size >= 9_999.5 { return Format.compact(value) }
    if size > 0, size < 0.000_1 { return value < 0 ? ">-0.0001" : "<0.0001" }
    let places = size >= 99.5 ? 0 : size >= 9.95 ? 1 : size >= 0.995 ? 2 : size >= 0.099_5 ? 3 : 4
    var text = Format.decimal(value, places: places)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
