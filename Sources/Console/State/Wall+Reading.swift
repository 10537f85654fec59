package import Domain
import Foundation

extension Wall {
  /// The server's words, in which a time is written for machines (`2026-11-22T14:02:31Z`), as a person of this zone reads them:
  /// `14:02:31`, with its date where that is not the day of `now`.
  package func reading(_ text: String, now: Timestamp) -> String {
    guard text.utf8.contains(UInt8(ascii: "Z")) else { return text }
    var words = text
    for match in text.matches(of: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/).reversed() {
      guard let date = try? Date(String(match.output), strategy: .iso8601) else { continue }
      let time = Timestamp(seconds: Int64(date.timeIntervalSince1970))
      words.replaceSubrange(match.range, with: short(time, now: now))
    }
    return words
  }
}

extension ConsoleState {
  /// The server's words with the times in them as this console's user reads them.
  func reading(_ text: String) -> String { wall.reading(text, now: serverNow) }
}
