/// A point of time in UTC, to the millisecond, as Go's `time.Time` shows it.
struct UTCTime: Equatable {
  /// Since 1970.
  let milliseconds: Int64
  let year: Int
  /// From 1.
  let month: Int
  let day: Int
  /// From 1.
  let dayOfYear: Int
  /// From Sunday, which is 0.
  let weekday: Int
  let hour: Int
  let minute: Int
  let second: Int
  let millisecond: Int

  /// Cut to the millisecond; nil beyond what 64 bits of nanoseconds hold.
  init?(seconds: Double) {
    let nanoseconds = seconds * 1e9
    guard abs(nanoseconds) < 9.223372036854775e18 else { return nil }
    milliseconds = Int64(nanoseconds) / 1_000_000
    let (days, rest) = Self.floored(Int(milliseconds), by: 86_400_000)
    hour = rest / 3_600_000
    minute = rest / 60_000 % 60
    second = rest / 1_000 % 60
    millisecond = rest % 1_000
    weekday = Self.floored(days + 4, by: 7).rest
    let date = Self.date(day: days)
    (year, month, day) = date
    dayOfYear = days - Self.day(ofYear: date.year) + 1
  }

  private static func floored(_ value: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
    let rest = (value % divisor + divisor) % divisor
    return ((value - rest) / divisor, rest)
  }

  /// The civil date of a day since 1970-01-01.
  ///
  /// Source: Hinnant 2013, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
  private static func date(day: Int) -> (year: Int, month: Int, day: Int) {
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

  /// The day since 1970-01-01 that is the year's first.
  private static func day(ofYear year: Int) -> Int {
    let past = year - 1
    return past * 365 + past / 4 - past / 100 + past / 400 - 719_162
  }
}
