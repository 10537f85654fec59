/// A time of the Gregorian calendar, in UTC.
///
/// Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package struct CivilTime {
  package let year: Int
  /// 1...12.
  package let month: Int
  /// 1...31.
  package let day: Int
  package let hour: Int
  package let minute: Int
  /// Since 1970-01-01.
  private let days: Int

  /// - Parameter seconds: since 1970; the fraction is cut off towards zero. NaN and what does not fit into 64 bits are the
  ///   last day that does, as they are in Prometheus.
  package init(seconds: Double) {
    let whole = Int(exactly: seconds.rounded(.towardZero)) ?? .max
    let days = Self.quotient(whole, 86_400)
    let rest = Self.modulo(whole, 86_400)
    hour = rest / 3_600
    minute = rest % 3_600 / 60
    self.days = days

    // Years from March on, so that the leap day is the last.
    let shifted = days + 719_468
    let era = Self.quotient(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Sunday is 0.
  package var dayOfWeek: Int { Self.modulo(days + 4, 7) }

  var daysInMonth: Int { month == 2 && isLeapYear ? 29 : Self.monthLengths[month - 1] }

  /// From 1.
  package var dayOfYear: Int {
    Self.monthLengths[..<(month - 1)].reduce(day, +) + (month > 2 && isLeapYear ? 1 : 0)
  }

  private var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  /// Rounded down.
  private static func quotient(_ value: Int, _ divisor: Int) -> Int {
    value / divisor - (value % divisor < 0 ? 1 : 0)
  }

  private static func modulo(_ value: Int, _ divisor: Int) -> Int {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
