import Domain
import Foundation

/// What each message says beside its alerts: how to get to them.
package struct NotificationLinks: Sendable, Equatable {
  /// Where people reach this server, without a slash at the end; nil: only by terminal.
  package var externalURL: String?
  /// The ledger's newest row and its hash, so that a rewritten ledger is noticed by whoever kept a message.
  package var auditHead: String?

  package init(externalURL: String? = nil, auditHead: String? = nil) {
    self.externalURL = externalURL
    self.auditHead = auditHead
  }

  func page(of alert: Alert) -> String? { externalURL.map { "\($0)/alert/\(alert.id)" } }

  /// The alert's own annotations, and how to open it.
  func annotations(of alert: Alert) -> [String: String] {
    var annotations = alert.annotations
    annotations["vigia_open"] = "vigia open alert/\(alert.id)"
    annotations["vigia_link"] = page(of: alert)
    annotations["vigia_audit_head"] = auditHead
    return annotations
  }
}

/// RFC 3339 with milliseconds in UTC, as Alertmanager writes and reads it: `2026-11-22T03:12:05.250Z`.
func rfc3339(_ time: Timestamp) -> String {
  let whole = Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
  // Not by the style: a double just below the millisecond would be written as the one before.
  let milliseconds = "\(1_000 + (time.microseconds - time.seconds * 1_000_000) / 1_000)"
  return "\(whole.dropLast()).\(milliseconds.dropFirst())Z"
}
