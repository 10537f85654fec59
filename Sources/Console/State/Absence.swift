package import Domain
import TextUI

/// A stretch of time in which nobody looked at a console: what happened in it is told to whoever comes back.
package struct Absence: Sendable, Equatable {
  /// Server time.
  package var since: Timestamp
  package var until: Timestamp
  /// Alerts that fired within it, as they were seen last.
  package var alerts: [Alert]

  /// How long nobody must have pressed a key, in seconds.
  package static let least = 900.0
}

/// When somebody looked last, and what alerts came since.
struct LookOut: Sendable, Equatable {
  /// By the local clock: when the last key was pressed here, or on an earlier console of the same user.
  var lookedAt: Timestamp?
  /// When it was last told outside.
  var toldAt: Timestamp?
  /// Alerts that began to fire since, newest last, at most `most`.
  var alerts: [Alert] = []

  /// Seconds between two times that are told: no more is lost when the console is killed.
  static let tellEvery = 60.0
  private static let most = 200

  mutating func note(_ next: SystemSnapshot, after previous: SystemSnapshot?) {
    let known = Dictionary((previous?.alerts ?? []).map { ($0.id, $0) }) { first, _ in first }
    for alert in next.alerts where alert.severity > .info {
      if let at = alerts.lastIndex(where: { $0.id == alert.id && $0.firedAt == alert.firedAt }) {
        alerts[at] = alert
      } else if alert.isFiring, known[alert.id]?.isFiring != true {
        alerts.append(alert)
      }
    }
    if alerts.count > Self.most { alerts.removeFirst(alerts.count - Self.most) }
  }
}
