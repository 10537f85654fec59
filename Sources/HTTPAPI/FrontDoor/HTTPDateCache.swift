import Domain
import Glibc
import Synchronization

/// The value of the `Date` field, made anew once a second.
///
/// Source: RFC 9110, section 5.6.7.
final class HTTPDateCache: Sendable {
  private let state = Mutex<(second: Int64, text: String)>((.min, ""))

  func text(at now: Timestamp) -> String {
    state.withLock { state in
      if state.second != now.seconds { state = (now.seconds, Self.text(second: now.seconds)) }
      return state.text
    }
  }

  /// - Parameter second: since 1970-01-01T00:00:00Z.
  static func text(second: Int64) -> String {
    var time = time_t(second)
    var parts = unsafe tm()
    // Both live on this frame; the call fills `parts` and keeps neither.
    unsafe gmtime_r(&time, &parts)
    let (weekday, month) = unsafe (Int(parts.tm_wday), Int(parts.tm_mon))
    let (year, day) = unsafe (parts.tm_year + 1900, two(parts.tm_mday))
    let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
    return "\(weekdays[weekday]), \(day) \(months[month]) \(year) "
      + "\(two(hour)):\(two(minute)):\(two(second)) GMT"
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
