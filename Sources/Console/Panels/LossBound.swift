import Domain
import TextUI

/// What a crash of the host would take, with the figure of this moment.
enum LossBound {
  /// - Parameter now: the server's time.
  static func line(_ store: StoreStatus, now: Timestamp, width: Int, _ look: Look) -> StyledText {
    let isNarrow = width < 100
    let lead =
      look.text("lost at a crash: ", .quiet)
      + look.text(isNarrow ? "nothing acknowledged" : "nothing that state.db acknowledged", .ok)
    if store.paused != nil {
      return lead + look.text("; telemetry ", .quiet) + look.status(.critical, "is not written")
        + look.text(isNarrow ? ", only counted" : ": what comes is dropped, and counted", .quiet)
    }
    guard let committed = store.committedAt else {
      return lead + look.text("; of telemetry at most the last second", .quiet)
    }
    let age = max(0, now.secondsSince(committed))
    let seconds = "\(Format.decimal(age, places: age < 10 ? 1 : 0)) s"
    guard age <= late else {
      return lead + look.text("; of telemetry ", .quiet) + look.status(.warn, seconds)
        + look.text(", since the last commit", .quiet)
    }
    return lead + look.text("; of telemetry ", .quiet) + look.text("1 s at most", .ok)
      + look.text(isNarrow ? ", \(seconds) now" : ", the last commit was \(seconds) ago", .quiet)
  }

  /// Seconds after which a commit is overdue: one is made at each turn of the second.
  private static let late = 3.0
}
