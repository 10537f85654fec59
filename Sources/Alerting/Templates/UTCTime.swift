import PromQL

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
    let (whole, rest) = Self.floored(Int(milliseconds), by: 1_000)
    let civil = CivilTime(seconds: Double(whole))
    (year, month, day) = (civil.year, civil.month, civil.day)
    (hour, minute) = (civil.hour, civil.minute)
    (dayOfYear, weekday) = (civil.dayOfYear, civil.dayOfWeek)
    second = Self.floored(whole, by: 60).rest
    millisecond = rest
  }

  private static func floored(_ value: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
    let rest = (value % divisor + divisor) % divisor
    return ((value - rest) / divisor, rest)
  }
}
