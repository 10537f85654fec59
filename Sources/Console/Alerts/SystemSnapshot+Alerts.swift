package import Domain
import Synchronization

extension SystemSnapshot {
  /// By cause: those that somebody has to look at, then quiet ones, then those that are over, then what always fires.
  package var alertGroups: [AlertGroup] { AlertMemo.shared.sorted(alerts).groups }

  /// Those that fire and that nobody has in hand.
  package var openAlerts: [AlertGroup] { AlertMemo.shared.sorted(alerts).open }

  /// Of the open ones those that somebody is to act on: that alerting works is no alert for the overview.
  package var pressingAlerts: [AlertGroup] { AlertMemo.shared.sorted(alerts).pressing }
}

/// Alerts by cause, as the panels ask for them.
private struct SortedAlerts: Sendable {
  let alerts: [Alert]
  let groups: [AlertGroup]
  let open: [AlertGroup]
  let pressing: [AlertGroup]

  init(_ alerts: [Alert]) {
    self.alerts = alerts
    let all = AlertGroup.groups(of: alerts)
    let causes = all.filter { !$0.isHeartbeat }
    let current = causes.filter { !$0.isOver && !$0.isQuiet }
    let quiet = causes.filter { !$0.isOver && $0.isQuiet }
    groups = current + quiet + causes.filter(\.isOver) + all.filter(\.isHeartbeat)
    open = groups.filter { !$0.isHeartbeat && $0.members.contains(where: \.needsSomebody) }
    pressing = open.filter { $0.addressed.severity > .info }
  }
}

/// The alerts that were sorted last: one picture asks for them a dozen times, and they are others only with the next snapshot.
private final class AlertMemo: Sendable {
  static let shared = AlertMemo()

  /// Of the present, a pause and what is under the cursor; the newest last.
  private static let capacity = 3
  private let last = Mutex<[SortedAlerts]>([])

  func sorted(_ alerts: [Alert]) -> SortedAlerts {
    last.withLock { last in
      // The same memory is equal without a look at it.
      if let found = last.last(where: { $0.alerts == alerts }) { return found }
      let sorted = SortedAlerts(alerts)
      if last.count == Self.capacity { last.removeFirst() }
      last.append(sorted)
      return sorted
    }
  }
}
