/// A place that alerts are told to: one peer of an Alertmanager, a webhook, or a command.
package struct NotificationTarget: Sendable, Hashable, Identifiable {
  /// The receiver's name in the configuration.
  package var receiver: String
  package var kind: ReceiverStatus.Kind
  /// As it may be shown and logged: without credentials.
  package var address: String
  /// Alerts below this are not told here.
  package var least: Alert.Severity

  package init(
    receiver: String, kind: ReceiverStatus.Kind, address: String, least: Alert.Severity = .info
  ) {
    self.receiver = receiver
    self.kind = kind
    self.address = address
    self.least = least
  }

  /// The key of what waits for it and of what it was told; each peer of a receiver has its own.
  package var id: String { kind == .alertmanager ? "\(receiver) \(address)" : receiver }
}

/// A state of an alert that a target is to be told, and is remembered to have been told.
package struct AlertNotification: Codable, Sendable, Equatable {
  /// `NotificationTarget.id`.
  package var target: String
  /// Firing, or resolved.
  package var alert: Alert
  /// When it was decided to say this.
  package var at: Timestamp
  /// When the alert's present state was said first.
  package var since: Timestamp
  /// Seconds from the sending for which a firing alert is to be believed without another word.
  package var validity: Double

  package init(
    target: String, alert: Alert, at: Timestamp, since: Timestamp, validity: Double
  ) {
    self.target = target
    self.alert = alert
    self.at = at
    self.since = since
    self.validity = validity
  }

  package var key: NotificationKey { NotificationKey(target: target, alert: alert.id) }

  /// What belongs into one message to a webhook or a command: the alert's name and model, as Alertmanager's
  /// `group_by: [alertname, model]`.
  package var groupLabels: [String: String] { alert.groupLabels }
}

package struct NotificationKey: Sendable, Hashable {
  package var target: String
  package var alert: AlertID

  package init(target: String, alert: AlertID) {
    self.target = target
    self.alert = alert
  }
}

/// What is to be said now, and what need not be remembered once it has been said.
package struct NotificationPlan: Sendable, Equatable {
  package var send: [AlertNotification]
  package var forget: [NotificationKey]

  package init(send: [AlertNotification] = [], forget: [NotificationKey] = []) {
    self.send = send
    self.forget = forget
  }

  package var isEmpty: Bool { send.isEmpty && forget.isEmpty }
}

/// One message to one target: alerts of one group, or for Alertmanager any.
package struct NotificationBatch: Sendable, Equatable {
  package var target: NotificationTarget
  package var notifications: [AlertNotification]
  package var now: Timestamp

  package init(
    target: NotificationTarget, notifications: [AlertNotification], now: Timestamp
  ) {
    self.target = target
    self.notifications = notifications
    self.now = now
  }
}

/// What became of a message.
package enum DeliveryResult: Sendable, Equatable {
  case accepted
  /// Not now: the target is away, slow, busy, or ill. `after`: seconds that it asked for.
  case retry(reason: String, after: Double? = nil)
  /// Never: the target will not take this message.
  case refused(reason: String)
}

extension Alert {
  package var groupLabels: [String: String] {
    labels.filter { ["alertname", "model"].contains($0.key) && !$0.value.isEmpty }
  }
}
