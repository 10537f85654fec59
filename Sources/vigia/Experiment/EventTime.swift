import Domain
import InferenceProtocol

/// Times as files of events give them.
package enum EventTime {
  /// Seconds: a number as it is, or in milli-, micro- or nanoseconds since 1970 when it is too large for seconds; or
  /// `2026-11-26T15:04:05.250+01:00`, a blank for the T and no zone (then UTC) allowed.
  package static func seconds(_ text: Span<UInt8>, _ range: Range<Int>) -> Double? {
    if let bits = TableNumber.bits(of: text, in: range, as: .fp64) {
      let value = Double(bitPattern: bits)
      switch abs(value) {
      case ..<1e11: return value
      case ..<1e14: return value / 1e3
      case ..<1e17: return value / 1e6
      case ..<1e20: return value / 1e9
      default: return nil
      }
    }
    return calendar(text, range)
  }

  /// As people read it: the clock's time where it is one, else the number.
  static func words(_ seconds: Double) -> String {
    seconds >= 1e8
      ? Output.time(Timestamp(seconds: Int64(seconds.rounded(.down)))) : "second \(Int(seconds))"
  }

  private static func calendar(_ text: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var at = range.lowerBound
    func isNext(_ characters: StaticString) -> Bool {
      at < range.upperBound
        && (0..<characters.utf8CodeUnitCount).contains {
          characters.utf8Start[$0] == text[at]
        }
    }
    func take(_ characters: StaticString) -> Bool {
      guard isNext(characters) else { return false }
      at += 1
      return true
    }
    func number(_ digits: Int, _ limits: ClosedRange<Int>) -> Int? {
      guard at + digits <= range.upperBound else { return nil }
      var value = 0
      for index in at..<at + digits {
        guard text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
      }
      at += digits
      return limits.contains(value) ? value : nil
    }
    guard
      let year = number(4, 1...9_999), take("-"), let month = number(2, 1...12), take("-"),
      let day = number(2, 1...31), take("Tt "), let hour = number(2, 0...23), take(":"),
      let minute = number(2, 0...59), take(":"), let second = number(2, 0...60)
    else { return nil }
    var fraction = 0.0
    if take(".,") {
      var scale = 0.1
      guard isNext("0123456789") else { return nil }
      while isNext("0123456789"), let digit = number(1, 0...9) {
        fraction += Double(digit) * scale
        scale /= 10
      }
    }
    var offset = 0
    if isNext("+-") {
      let sign = text[at] == UInt8(ascii: "-") ? -1 : 1
      at += 1
      guard let hours = number(2, 0...23) else { return nil }
      _ = take(":")
      guard let minutes = number(2, 0...59) else { return nil }
      offset = sign * (hours * 60 + minutes)
    } else {
      _ = take("Zz")
    }
    guard at == range.upperBound else { return nil }
    let days = days(year, month, day)
    return Double(days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second) + fraction
  }

  /// Days since 1970-01-01 of the proleptic Gregorian calendar. Source: Hinnant, "chrono-Compatible Low-Level Date
  /// Algorithms", days_from_civil.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
