package import Domain
package import Logging
package import Storage
import Synchronization

/// Puts what is to be told of alerts into the queue, which a `NotificationDelivery` empties.
package final class AlertNotifier: Sendable {
  package let delivery: NotificationDelivery
  private let store: StateStore
  private let schedule: Mutex<NotificationSchedule>
  private let known: Mutex<[ReceiverStatus]>
  private let logger: Logger

  package init(delivery: NotificationDelivery, store: StateStore, logger: Logger) {
    self.delivery = delivery
    self.store = store
    self.logger = logger
    schedule = Mutex(
      NotificationSchedule(told: (try? store.toldNotifications()) ?? []))
    known = Mutex([])
  }

  /// As of a moment ago.
  package var receivers: [ReceiverStatus] { known.withLock { $0 } }

  /// Waits for the disk. What cannot be stored is tried again at the next look.
  ///
  /// - Parameter intervals: seconds between two evaluations, by an alert's group.
  func look(at report: AlertReport, intervals: [String: Double], now: Timestamp) {
    var next = schedule.withLock { $0 }
    let plan = next.step(report.alerts, to: delivery.targets, intervals: intervals, at: now)
    if plan.isEmpty || isStored(plan, now: now) { schedule.withLock { $0 = next } }
    let silences = report.silences.filter { $0.endsAt > now }
    Task {
      await delivery.use(silences: silences)
      let statuses = await delivery.statuses()
      known.withLock { $0 = statuses }
    }
  }

  /// - Returns: the receivers that will get it.
  func sendTest(_ alert: Alert, now: Timestamp) -> [String] {
    let plan = NotificationSchedule.testPage(alert, to: delivery.targets, at: now)
    guard !plan.isEmpty, isStored(plan, now: now) else { return [] }
    let targets = Set(plan.send.map(\.target))
    return Set(delivery.targets.filter { targets.contains($0.id) }.map(\.receiver)).sorted()
  }

  private func isStored(_ plan: NotificationPlan, now: Timestamp) -> Bool {
    do throws(StorageError) {
      try store.store(plan, now: now)
      return true
    } catch {
      logger.warning(
        "what is to be told of alerts could not be stored", metadata: ["error": "\(error)"])
      return false
    }
  }
}
