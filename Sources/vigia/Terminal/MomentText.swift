package import Domain
import Foundation

/// A moment of the past as a person writes it behind a panel's name.
package enum MomentText {
  /// - Parameters:
  ///   - text: `14:02` or `14:02:31`, the last that there was on this machine's clock; seconds since 1970; or
  ///     `2026-11-26T14:02:31+01:00`, without a zone UTC. An `@` before it is skipped.
  ///   - offset: seconds east of Greenwich of this machine's zone at a time: on the day on which clocks change it has two.
  /// - Returns: nil for anything else.
  package static func moment(
    _ text: String, now: Timestamp, offset: (Timestamp) -> Int
  ) -> Timestamp? {
    let bare = text.first == "@" ? text.dropFirst() : text[...]
    if let second = ofDay(bare) {
      let local = now.seconds + Int64(offset(now))
      let today = local - (local % 86_400 + 86_400) % 86_400 + second
      let last = today > local ? today - 86_400 : today
      let asNow = Timestamp(seconds: last - Int64(offset(now)))
      return Timestamp(seconds: last - Int64(offset(asNow)))
    }
    let bytes = Array(bare.utf8)
    guard let seconds = EventTime.seconds(bytes.span, 0..<bytes.count),
      (0...253_402_300_799).contains(seconds)
    else { return nil }
    return Timestamp(seconds: Int64(seconds))
  }

  private static func ofDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.count <= 2 && part.allSatisfy(\.isASCII) ? UInt8(part) : nil
    }
    guard (2...3).contains(parts.count), numbers.count == parts.count, numbers[0] < 24,
      numbers.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    return numbers.reduce(0) { $0 * 60 + Int64($1) } * (parts.count == 2 ? 60 : 1)
  }
}
