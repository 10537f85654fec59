package import Domain
package import Foundation

/// Wall-clock times as text in one zone, each under the offset of its own time.
package struct Wall: Sendable, Equatable {
  private let zone: TimeZone

  package init(zone: TimeZone) { self.zone = zone }

  /// - Parameter offset: seconds east of Greenwich, all year round; whole minutes of less than 18 hours.
  package init(offset: Int) { zone = TimeZone(secondsFromGMT: offset) ?? .gmt }

  /// `14:02:31`.
  package func time(_ timestamp: Timestamp) -> String {
    let second = secondOfDay(timestamp.seconds)
    return "\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))"
  }

  /// `14:02:31.118`.
  package func precise(_ timestamp: Timestamp) -> String {
    let millisecond = (timestamp.microseconds - timestamp.seconds * 1_000_000) / 1_000
    let digits = String(millisecond)
    return time(timestamp) + "." + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// `14:02`.
  package func minute(_ seconds: Int64) -> String {
    let second = secondOfDay(seconds)
    return "\(Self.two(second / 3600)):\(Self.two(second / 60 % 60))"
  }

  /// `2026-11-22`.
  package func date(_ timestamp: Timestamp) -> String { Self.date(day(timestamp.seconds)) }

  /// Of the Monday of its week.
  package func mondayDate(_ timestamp: Timestamp) -> String {
    Self.date(day(timestamp.seconds) - Int64(weekday(timestamp)))
  }

  /// In the proleptic Gregorian calendar.
  ///
  /// Source: Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
  ///
  /// - Parameter day: since the first of 1970.
  private static func date(_ day: Int64) -> String {
    let days = day + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(two(month))-\(two(dayOfMonth))"
  }

  /// Seconds since 1970 at which its day began: not at midnight where clocks were set ahead then.
  package func startOfDay(_ timestamp: Timestamp) -> Int64 {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let start = calendar.startOfDay(for: Self.point(timestamp.seconds))
    return Int64(start.timeIntervalSince1970.rounded(.down))
  }

  /// Where its day and those before it began, from the Monday some weeks before on; oldest first.
  package func daysBack(weeks: Int, from timestamp: Timestamp) -> [Int64] {
    var days = [startOfDay(timestamp)]
    for _ in 0..<weekday(timestamp) + weeks * 7 {
      days.append(startOfDay(Timestamp(seconds: days[days.count - 1] - 1)))
    }
    return days.reversed()
  }

  /// Days since Monday, 0 through 6.
  package func weekday(_ timestamp: Timestamp) -> Int {
    // The first day of 1970 was a Thursday.
    Int(((day(timestamp.seconds) + 3) % 7 + 7) % 7)
  }

  /// `2026-11-22 14:02:31`.
  package func dateAndTime(_ timestamp: Timestamp) -> String {
    date(timestamp) + " " + time(timestamp)
  }

  /// `14:02:31` on the day of `now`, `11-21 14:02` before.
  package func short(_ timestamp: Timestamp, now: Timestamp) -> String {
    let day = date(timestamp)
    return day == date(now) ? time(timestamp) : "\(day.suffix(5)) \(minute(timestamp.seconds))"
  }

  /// `+02:00`, as it is at that time.
  package func zone(at timestamp: Timestamp) -> String {
    let offset = offset(timestamp.seconds)
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + Self.two(minutes / 60) + ":" + Self.two(minutes % 60)
  }

  /// Seconds east of Greenwich.
  private func offset(_ seconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Self.point(seconds)))
  }

  private static func point(_ seconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(seconds))
  }

  /// Days from the first of 1970 on.
  private func day(_ seconds: Int64) -> Int64 {
    let local = seconds + offset(seconds)
    return (local >= 0 ? local : local - 86_399) / 86_400
  }

  private func secondOfDay(_ seconds: Int64) -> Int64 {
    let local = (seconds + offset(seconds)) % 86_400
    return local < 0 ? local + 86_400 : local
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
