package import Domain

/// What a webhook gets as its body, and a command on its standard input: version 4 of Alertmanager's webhook payload.
package struct WebhookMessage: Encodable, Sendable, Equatable {
  var version = "4"
  var receiver: String
  /// `firing` while one of its alerts is.
  var status: String
  var alerts: [Alert]
  var groupKey: String
  var groupLabels: [String: String]
  var commonLabels: [String: String]
  var commonAnnotations: [String: String]
  var externalURL: String
  /// How many were left out; none ever is.
  var truncatedAlerts = 0

  struct Alert: Encodable, Sendable, Equatable {
    var status: String
    var labels: [String: String]
    var annotations: [String: String]
    var startsAt: String
    /// Year 1 while it fires.
    var endsAt: String
    var generatorURL: String
    var fingerprint: String

    init(_ notification: AlertNotification, _ links: NotificationLinks) {
      let alert = notification.alert
      status = alert.isFiring ? "firing" : "resolved"
      labels = alert.labels
      annotations = links.annotations(of: alert)
      startsAt = rfc3339(alert.firedAt ?? alert.activeAt)
      endsAt =
        alert.isFiring
        ? "0001-01-01T00:00:00Z" : rfc3339(alert.resolvedAt ?? notification.since)
      generatorURL = links.page(of: alert) ?? ""
      fingerprint = "\(alert.id)"
    }
  }

  package init(_ batch: NotificationBatch, _ links: NotificationLinks) {
    receiver = batch.target.receiver
    alerts = batch.notifications.map { Alert($0, links) }
    status = alerts.contains { $0.status == "firing" } ? "firing" : "resolved"
    groupLabels = batch.notifications.first?.groupLabels ?? [:]
    groupKey = "{}:{" + Self.text(groupLabels) + "}"
    commonLabels = Self.common(alerts.map(\.labels))
    commonAnnotations = Self.common(alerts.map(\.annotations))
    externalURL = links.externalURL ?? ""
  }

  package func body() throws -> [UInt8] { try NotificationJSON.encode(self) }

  /// `alertname="ModelDown", model="electricity"`.
  private static func text(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(name)=\"\(escaped)\""
    }.joined(separator: ", ")
  }

  private static func common(_ all: [[String: String]]) -> [String: String] {
    guard let first = all.first else { return [:] }
    return first.filter { entry in all.allSatisfy { $0[entry.key] == entry.value } }
  }
}
