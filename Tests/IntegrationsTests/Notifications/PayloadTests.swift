import Domain
import Foundation
import Testing

@testable import Integrations

/// Bodies against what the real programs write and read, field by field.
struct PayloadTests {
  private let links = NotificationLinks(
    externalURL: "https://vigia.example", auditHead: "42 abcdef")
  private let id = Alert.page().id

  @Test func `an alert is what Alertmanager's API takes`() throws {
    let alerts = try tree(
      AlertmanagerAlert.body(.page([.page(), .page(state: .resolved)]), links))
    #expect(
      alerts == [
        [
          "annotations": [
            "summary": "it \"is\" down\nhttps://a/b", "vigia_open": "vigia open alert/\(id)",
            "vigia_link": "https://vigia.example/alert/\(id)", "vigia_audit_head": "42 abcdef",
          ],
          "endsAt": "2026-01-01T14:04:00.000Z",
          "generatorURL": "https://vigia.example/alert/\(id)",
          "labels": ["alertname": "ModelDown", "model": "electricity", "severity": "critical"],
          "startsAt": "2026-01-01T12:00:00.123Z",
        ],
        [
          "annotations": [
            "summary": "it \"is\" down\nhttps://a/b", "vigia_open": "vigia open alert/\(id)",
            "vigia_link": "https://vigia.example/alert/\(id)", "vigia_audit_head": "42 abcdef",
          ],
          "endsAt": "2026-01-01T12:05:00.000Z",
          "generatorURL": "https://vigia.example/alert/\(id)",
          "labels": ["alertname": "ModelDown", "model": "electricity", "severity": "critical"],
          "startsAt": "2026-01-01T12:00:00.123Z",
        ],
      ] as NSArray)
  }

  @Test func `a firing alert is believed from its sending on, however long it waited`() throws {
    var batch = NotificationBatch.page([.page()])
    batch.now = batch.now.adding(seconds: 86_400)
    let alerts = try tree(AlertmanagerAlert.body(batch, NotificationLinks())) as? [[String: Any]]
    #expect(alerts?.first?["endsAt"] as? String == "2026-01-02T14:04:00.000Z")
    #expect(alerts?.first?.keys.contains("generatorURL") == false)
  }

  @Test func `an alert does not end before it began, whatever the clock did`() throws {
    var alert = Alert.page(state: .resolved)
    alert.resolvedAt = Timestamp(seconds: 0)
    let alerts = try tree(AlertmanagerAlert.body(.page([alert]), links)) as? [[String: Any]]
    #expect(alerts?.first?["endsAt"] as? String == alerts?.first?["startsAt"] as? String)
  }

  @Test func `a webhook's body is Alertmanager's version 4`() throws {
    let other = Alert.page(instance: "b", state: .resolved)
    let body = try tree(WebhookMessage(.page([.page(), other], to: .webhook), links).body())
    let labels = ["alertname": "ModelDown", "model": "electricity", "severity": "critical"]
    let common = ["summary": "it \"is\" down\nhttps://a/b", "vigia_audit_head": "42 abcdef"]
    func annotations(_ id: AlertID) -> [String: String] {
      common.merging([
        "vigia_open": "vigia open alert/\(id)",
        "vigia_link": "https://vigia.example/alert/\(id)",
      ]) { $1 }
    }
    let expected: NSDictionary = [
      "version": "4", "receiver": "oncall", "status": "firing", "truncatedAlerts": 0,
      "externalURL": "https://vigia.example",
      "groupKey": #"{}:{alertname="ModelDown", model="electricity"}"#,
      "groupLabels": ["alertname": "ModelDown", "model": "electricity"],
      "commonLabels": labels, "commonAnnotations": common,
      "alerts": [
        [
          "status": "firing", "labels": labels, "annotations": annotations(id),
          "startsAt": "2026-01-01T12:00:00.123Z", "endsAt": "0001-01-01T00:00:00Z",
          "generatorURL": "https://vigia.example/alert/\(id)", "fingerprint": "\(id)",
        ],
        [
          "status": "resolved", "labels": labels.merging(["instance": "b"]) { $1 },
          "annotations": annotations(other.id),
          "startsAt": "2026-01-01T12:00:00.123Z", "endsAt": "2026-01-01T12:05:00.000Z",
          "generatorURL": "https://vigia.example/alert/\(other.id)",
          "fingerprint": "\(other.id)",
        ],
      ],
    ]
    #expect(body as? NSDictionary == expected)
  }

  @Test func `a group of which nothing fires any more is resolved`() throws {
    let message = WebhookMessage(
      .page([.page(state: .resolved)], to: .webhook), NotificationLinks())
    #expect(message.status == "resolved")
    #expect(message.externalURL == "" && message.alerts[0].generatorURL == "")
    #expect(
      message.alerts[0].annotations == [
        "summary": "it \"is\" down\nhttps://a/b", "vigia_open": "vigia open alert/\(id)",
      ])
  }

  @Test func `only a webhook's host is shown`() throws {
    let address = try WebhookAddress.parse("https://hooks.example:444/T0/S3CRET?token=S3CRET")
    #expect("\(address)" == "https://hooks.example:444")
    #expect(address.url == "https://hooks.example:444/T0/S3CRET?token=S3CRET")
    for (text, problem) in [
      ("https://ada:S3CRET@hooks.example/", UpstreamAddressError.credentials),
      ("ftp://hooks.example/", .scheme), ("hooks.example", .noURL),
      ("http://169.254.169.254/latest", .linkLocal), ("https://", .noHost),
      ("https://hooks.example/#a", .noURL),
    ] {
      #expect(throws: problem, "\(text)") { try WebhookAddress.parse(text) }
    }
  }

  private func tree(_ bytes: [UInt8]) throws -> NSObject {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSObject)
  }
}

extension Timestamp {
  static let began = Timestamp(microseconds: 1_767_268_800_123_456)
}

extension Alert {
  static func page(instance: String? = nil, state: State = .firing) -> Alert {
    var labels = ["alertname": "ModelDown", "model": "electricity", "severity": "critical"]
    labels["instance"] = instance
    return Alert(
      labels: labels, annotations: ["summary": "it \"is\" down\nhttps://a/b"], state: state,
      value: 1, activeAt: Timestamp(seconds: 1_767_268_000), firedAt: .began,
      resolvedAt: state == .resolved ? Timestamp(seconds: 1_767_269_100) : nil)
  }
}

extension NotificationBatch {
  /// Sent two hours after the alert began.
  static func page(
    _ alerts: [Alert], to kind: ReceiverStatus.Kind = .alertmanager
  ) -> NotificationBatch {
    let target = NotificationTarget(receiver: "oncall", kind: kind, address: "there")
    let now = Timestamp(seconds: 1_767_268_800 + 7_200)
    return NotificationBatch(
      target: target,
      notifications: alerts.map {
        AlertNotification(target: target.id, alert: $0, at: now, since: now, validity: 240)
      }, now: now)
  }
}
