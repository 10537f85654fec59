import Domain

/// Webhooks and commands, which do not group, silence or inhibit by themselves.
///
/// A group is the alerts of one name and model. Its first message waits `groupWait` from when the first of them began to
/// fire; from then on there is one when something has changed, but not within `groupInterval` of the last, and one each
/// `repeatInterval` while something fires that nobody has acknowledged. A message holds all that fires of the group and
/// what was resolved since the last. Silenced alerts and consequences of others are not said. That one is resolved is
/// said whenever it was said to fire, silenced meanwhile or not: whoever was paged has something open.
extension NotificationSchedule {
  mutating func planGroups(
    _ alerts: [Alert], _ target: NotificationTarget, _ now: Timestamp,
    _ plan: inout NotificationPlan
  ) {
    let groups = Dictionary(grouping: alerts, by: \.groupLabels)
    let order = groups.keys.sorted { Self.order($0) < Self.order($1) }
    let told = Dictionary(
      grouping: told.values.filter { $0.target == target.id }, by: \.groupLabels)
    for labels in order {
      planGroup(groups[labels] ?? [], told: told[labels] ?? [], target, now, &plan)
    }
  }

  private static func order(_ labels: [String: String]) -> String {
    "\(labels["alertname"] ?? "")\u{0}\(labels["model"] ?? "")"
  }

  private mutating func planGroup(
    _ alerts: [Alert], told: [AlertNotification], _ target: NotificationTarget,
    _ now: Timestamp, _ plan: inout NotificationPlan
  ) {
    let open = Set(told.map(\.alert.id))
    let firing = alerts.filter {
      $0.isFiring && $0.silencedBy.isEmpty && $0.inhibitedBy == nil
    }
    let resolved = alerts.filter { !$0.isFiring && open.contains($0.id) }
    let isChanged = !resolved.isEmpty || firing.contains { !open.contains($0.id) }
    let isDue: Bool
    if let last = told.map(\.at).max() {
      let isInHand = firing.allSatisfy { $0.acknowledgement != nil }
      isDue =
        isChanged && isOver(policy.groupInterval, last, now)
        || !isInHand && isOver(policy.repeatInterval, last, now)
    } else {
      let began = firing.map { $0.firedAt ?? $0.activeAt }.min()
      isDue = began.map { isOver(policy.groupWait, $0, now) } ?? false
    }
    guard isDue else { return }
    for alert in firing + resolved { say(alert, to: target, 0, now, &plan) }
    for alert in resolved {
      forget(NotificationKey(target: target.id, alert: alert.id), &plan)
    }
  }
}
