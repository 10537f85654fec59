package import Domain

/// Wall-clock times as text in one zone.
package struct Wall: Sendable, Equatable {
  /// Seconds east of Greenwich.
  package var offset: Int

  package init(offset: Int) { self.offset = offset }

  /// `14:02:31`.
  package func time(_ timestamp: Timestamp) -> String {
    let second = secondOfDay(timestamp.seconds)
    return "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
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
    return "\(two(second / 3600)):\(two(second / 60 % 60))"
  }

  /// `2026-11-22`, in the proleptic Gregorian calendar.
  ///
  /// Source: Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
  package func date(_ timestamp: Timestamp) -> String {
    let local = timestamp.seconds + Int64(offset)
    let days = (local >= 0 ? local : local - 86_399) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// Seconds since 1970 at which its day began, under the present offset.
  package func startOfDay(_ timestamp: Timestamp) -> Int64 {
    timestamp.seconds - secondOfDay(timestamp.seconds)
  }

  /// Days since Monday, 0 through 6.
  package func weekday(_ timestamp: Timestamp) -> Int {
    // The first day of 1970 was a Thursday.
    let days = (startOfDay(timestamp) + Int64(offset)) / 86_400 + 3
    return Int((days % 7 + 7) % 7)
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

  /// `+02:00`.
  package var zone: String {
    let minutes = Int64(abs(offset) / 60)
    return (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
  }

  private func secondOfDay(_ seconds: Int64) -> Int64 {
    let local = (seconds + Int64(offset)) % 86_400
    return local < 0 ? local + 86_400 : local
  }

  private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
