/// When something is said once more, or said together. All in seconds.
package struct NotificationPolicy: Sendable, Equatable {
  /// Between two words to Alertmanager of an alert that fires, as Prometheus: a word that is lost is made good.
  package var resend = 60.0
  /// A firing alert is to be believed for so many `resend`, or intervals of its rule where these are longer.
  package var validity = 4.0
  /// For which Alertmanager is told again that an alert is resolved, as it asks of its clients.
  package var resolvedFor = 300.0
  /// For which an alert that is told and has vanished without a word counts as firing: a rule file that cannot be read
  /// at a start resolves nothing.
  package var hold = 900.0

  /// What Alertmanager calls group_wait: a webhook's or command's first message of a group waits for more of them. All
  /// rules are evaluated here, so that what belongs together comes within one evaluation; Alertmanager's own 30 s would
  /// be half of the minute in which a bad release has to page.
  package var groupWait = 10.0
  /// Between two messages of a group of which something has changed. Alertmanager's default, 5 min, keeps back that an
  /// alert is resolved.
  package var groupInterval = 60.0
  /// After which a group that still fires is said again, unless somebody has it in hand.
  package var repeatInterval = 4 * 3_600.0

  package init() {}
}

/// How long a target that did not take a message is left alone: twice as long after each failure.
package struct Backoff: Sendable, Equatable {
  package var first = 1.0
  package var longest = 300.0

  package init() {}

  /// Seconds until the next attempt.
  ///
  /// - Parameters:
  ///   - failures: in a row, from 1.
  ///   - jitter: in 0..<1; takes away up to half, so that many senders do not come back at once.
  ///   - asked: seconds that the target asked for (`Retry-After`); at most `longest` are granted.
  package func delay(after failures: Int, jitter: Double, asked: Double? = nil) -> Double {
    let doubled =
      first * Double(sign: .plus, exponent: min(max(failures, 1) - 1, 32), significand: 1)
    let delay = min(doubled, longest) * (1 - min(max(jitter, 0), 1) / 2)
    return max(delay, min(max(asked ?? 0, 0), longest))
  }
}
