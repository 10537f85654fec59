import Domain
import Foundation

/// An alert as `POST /api/v2/alerts` takes it. Its identity are the labels.
struct AlertmanagerAlert: Encodable {
  var labels: [String: String]
  var annotations: [String: String]
  var startsAt: String
  /// In the future: fires until then, unless something is said before. In the past: resolved.
  var endsAt: String
  var generatorURL: String?

  init(_ notification: AlertNotification, _ links: NotificationLinks, at now: Timestamp) {
    let alert = notification.alert
    labels = alert.labels
    annotations = links.annotations(of: alert)
    let began = alert.firedAt ?? alert.activeAt
    startsAt = rfc3339(began)
    // From the sending, not from the deciding: what waited for an hour would resolve when it arrives.
    let ends =
      alert.isFiring
      ? now.adding(seconds: notification.validity)
      // A clock that was set back must not make it end before it began, which is refused.
      : max(alert.resolvedAt ?? notification.since, began)
    endsAt = rfc3339(ends)
    generatorURL = links.page(of: alert)
  }

  static func body(_ batch: NotificationBatch, _ links: NotificationLinks) throws -> [UInt8] {
    let alerts = batch.notifications.map { AlertmanagerAlert($0, links, at: batch.now) }
    return try NotificationJSON.encode(alerts)
  }
}

enum NotificationJSON {
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}
