package import Domain

/// Decides what is to be said to whom, from how the alerts stand and what was said last.
///
/// To each peer of an Alertmanager every alert is said when it begins to fire, each minute while it fires, and for five
/// minutes once it is resolved; silenced ones and consequences of others too: what is not told any more would resolve there,
/// and Alertmanager silences and inhibits by itself. A webhook and a command hear only changes, grouped; see
/// `NotificationSchedule+Groups`.
///
/// What it says counts as said: the queue that takes it loses nothing. A value, so that whoever cannot store a plan goes
/// back to the schedule of before.
package struct NotificationSchedule: Sendable {
  var told: [NotificationKey: AlertNotification]
  let policy: NotificationPolicy
  private var missingSince: [AlertID: Timestamp] = [:]

  /// - Parameter told: `StateStore.toldNotifications()`.
  package init(told: [AlertNotification] = [], policy: NotificationPolicy = NotificationPolicy()) {
    self.told = Dictionary(told.map { ($0.key, $0) }) { $1 }
    self.policy = policy
  }

  /// - Parameters:
  ///   - alerts: all that fire or were resolved lately; pending ones are nobody's business. One that was told as firing
  ///     and is not among them counts as firing for `NotificationPolicy.hold`, then as resolved.
  ///   - intervals: seconds between two evaluations, by an alert's `group`.
  package mutating func step(
    _ alerts: [Alert], to targets: [NotificationTarget], intervals: [String: Double] = [:],
    at now: Timestamp
  ) -> NotificationPlan {
    let known = Set(targets.map(\.id))
    told = told.filter { known.contains($0.key.target) }
    let present = present(among: alerts, at: now)
    var plan = NotificationPlan()
    for target in targets {
      // What was told is told to its end, though the configuration asks for less now.
      let here = present.values.filter {
        $0.severity >= target.least
          || told[NotificationKey(target: target.id, alert: $0.id)] != nil
      }.sorted { $0.id < $1.id }
      switch target.kind {
      case .alertmanager: planAlerts(here, target, intervals, now, &plan)
      case .webhook, .command: planGroups(here, target, now, &plan)
      }
    }
    return plan
  }

  /// What `vigia alert test` says: at once, to everybody, whatever they hear of otherwise, and not remembered.
  package static func testPage(
    _ alert: Alert, to targets: [NotificationTarget], at now: Timestamp
  ) -> NotificationPlan {
    let send = targets.map {
      AlertNotification(target: $0.id, alert: alert, at: now, since: now, validity: 60)
    }
    return NotificationPlan(send: send, forget: send.map(\.key))
  }

  // MARK: What there is to tell of

  /// Firing and resolved alerts by id, with those that have vanished.
  private mutating func present(
    among alerts: [Alert], at now: Timestamp
  ) -> [AlertID: Alert] {
    var present: [AlertID: Alert] = [:]
    for alert in alerts where alert.state != .pending {
      // Two rules may make the same alert: it fires while one of them does.
      if let other = present[alert.id], other.isFiring { continue }
      present[alert.id] = alert
    }
    var missing: [AlertID: Timestamp] = [:]
    for notification in told.values where notification.alert.isFiring {
      let id = notification.alert.id
      guard present[id] == nil || missing[id] != nil else { continue }
      let since = missingSince[id] ?? now
      missing[id] = since
      present[id] = notification.alert
      guard now.secondsSince(since) >= policy.hold else { continue }
      present[id]?.state = .resolved
      present[id]?.resolvedAt = now
    }
    missingSince = missing
    return present
  }

  // MARK: Alertmanager

  private mutating func planAlerts(
    _ alerts: [Alert], _ target: NotificationTarget, _ intervals: [String: Double],
    _ now: Timestamp, _ plan: inout NotificationPlan
  ) {
    for alert in alerts {
      let last = told[NotificationKey(target: target.id, alert: alert.id)]
      let wasFiring = last?.alert.isFiring ?? false
      guard alert.isFiring ? !wasFiring || isOver(policy.resend, last?.at ?? now, now) : wasFiring
      else { continue }
      let validity = policy.validity * max(intervals[alert.group] ?? 0, policy.resend)
      say(alert, to: target, validity, now, &plan)
    }
    let resolved = told.values.filter { $0.target == target.id && !$0.alert.isFiring }
    for last in resolved.sorted(by: { $0.alert.id < $1.alert.id }) {
      repeatResolved(last, now, &plan)
    }
  }

  private mutating func repeatResolved(
    _ last: AlertNotification, _ now: Timestamp, _ plan: inout NotificationPlan
  ) {
    guard !isOver(policy.resolvedFor, last.since, now) else {
      return forget(last.key, &plan)
    }
    guard isOver(policy.resend, last.at, now) else { return }
    var again = last
    again.at = now
    told[last.key] = again
    plan.send.append(again)
  }

  // MARK: Saying and forgetting

  mutating func say(
    _ alert: Alert, to target: NotificationTarget, _ validity: Double, _ now: Timestamp,
    _ plan: inout NotificationPlan
  ) {
    let key = NotificationKey(target: target.id, alert: alert.id)
    let last = told[key]
    let isSame = last?.alert.isFiring == alert.isFiring
    let notification = AlertNotification(
      target: target.id, alert: alert, at: now, since: isSame ? last?.since ?? now : now,
      validity: validity)
    told[key] = notification
    plan.send.append(notification)
  }

  mutating func forget(_ key: NotificationKey, _ plan: inout NotificationPlan) {
    told[key] = nil
    plan.forget.append(key)
  }

  /// Whether so many seconds have passed; yes, too, where the clock was set back.
  func isOver(_ seconds: Double, _ since: Timestamp, _ now: Timestamp) -> Bool {
    let passed = now.secondsSince(since)
    return passed >= seconds || passed < 0
  }
}
