import Domain
import Foundation
import Testing

@testable import Integrations

/// Against the real program, where VIGIA_ALERTMANAGER names its binary (and its template is where it was built to look).
@Suite(.enabled(if: RealAlertmanager.binary != nil), .timeLimit(.minutes(2)))
struct RealAlertmanagerTests {
  @Test func `it receives, groups, names alerts alike, silences and resolves`() async throws {
    let alertmanager = try await RealAlertmanager.start()
    let sender = NotificationSender()
    do { try await run(alertmanager, sender) } catch { Issue.record(error) }
    await sender.shutdown()
    await alertmanager.stop()
  }

  private func run(_ alertmanager: RealAlertmanager, _ sender: NotificationSender) async throws {
    var messages = alertmanager.messages.makeAsyncIterator()
    let peer = try UpstreamAddress.parse(alertmanager.url)
    let links = NotificationLinks(externalURL: "https://vigia.example", auditHead: "1 ab")
    func send(_ alerts: [Alert]) async -> DeliveryResult {
      var batch = NotificationBatch.page(alerts)
      batch.now = .now
      return await sender.send(batch, toAlertmanager: peer, links)
    }
    while await !alertmanager.isReady(sender) { try await Task.sleep(for: .milliseconds(20)) }

    // Two of one group, one of another.
    let now = Timestamp.now
    var firing = [Alert.page(), .page(instance: "b"), .page()]
    firing[2].labels["model"] = "fraud"
    firing = firing.map { alert in
      var alert = Alert(labels: alert.labels, state: .firing, value: 1, activeAt: now)
      alert.annotations = ["summary": "down"]
      alert.firedAt = now
      return alert
    }
    #expect(await send(firing) == .accepted)
    var groups: [RealAlertmanager.Message] = []
    for _ in 0..<2 { groups.append(try #require(await messages.next())) }
    groups.sort { $0.alerts.count > $1.alerts.count }
    #expect(groups.map(\.alerts.count) == [2, 1])
    #expect(groups.map(\.status) == ["firing", "firing"])
    #expect(groups[0].groupLabels == firing[0].groupLabels)
    #expect(Set(groups[0].alerts.map(\.fingerprint)) == Set(firing.prefix(2).map { "\($0.id)" }))
    #expect(groups[1].alerts[0].annotations["vigia_open"] == "vigia open alert/\(firing[2].id)")
    // Our own message to a webhook has the very same fields, and says the same of the same group.
    let own = WebhookMessage(
      NotificationBatch(
        target: .init(receiver: "hook", kind: .webhook, address: ""),
        notifications: NotificationBatch.page(Array(firing.prefix(2))).notifications, now: now),
      links)
    let (theirs, ours) = (try Self.tree(groups[0].body), try Self.tree(own.body()))
    #expect(Set(theirs.keys) == Set(ours.keys))
    for key in ["groupLabels", "commonLabels", "status", "version", "receiver", "groupKey"] {
      #expect(theirs[key] as? NSObject == ours[key] as? NSObject, "\(key)")
    }
    let fields = try #require((theirs["alerts"] as? [[String: Any]])?.first)
    #expect(Set(fields.keys) == Set((ours["alerts"] as? [[String: Any]])?.first?.keys ?? [:].keys))

    // A label that it cannot take is the message's fault.
    guard
      case .refused(let reason) = await send([
        Alert(labels: ["alertname": "A", "bad-name": "x"], state: .firing, value: 1, activeAt: now)
      ])
    else { throw RealAlertmanager.Unexpected() }
    #expect(reason.contains("status 400"))

    // A silence, made once however often it is looked at, and ended.
    let mirror = SilenceMirror(owner: "test")
    var silence = Silence(
      id: "one", matchers: [AlertMatcher(name: "model", value: "fraud")], startsAt: now,
      endsAt: now.adding(seconds: 600), createdBy: "ada", comment: "moving")
    for comment in ["moving", "moving", "longer"] {
      silence.comment = comment
      #expect(await sender.mirror([silence], to: peer, as: mirror, at: .now) == .accepted)
      let open = try await alertmanager.silences(sender).filter { $0.status.state == "active" }
      #expect(open.map(\.comment) == ["\(comment) [vigia test one]"])
    }
    #expect(try await alertmanager.states(sender)["fraud"] == ["suppressed"])
    #expect(await sender.mirror([], to: peer, as: mirror, at: .now) == .accepted)
    #expect(try await alertmanager.states(sender)["fraud"] == ["active"])

    let resolved = firing.prefix(2).map { alert in
      var alert = alert
      alert.state = .resolved
      alert.resolvedAt = .now
      return alert
    }
    #expect(await send(resolved) == .accepted)
    let over = try #require(await messages.next())
    #expect(over.status == "resolved")
    #expect(Set(over.alerts.map(\.fingerprint)) == Set(resolved.map { "\($0.id)" }))
  }

  private static func tree(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }
}

/// The process, on loopback, with a webhook of the test's own.
final class RealAlertmanager: Sendable {
  static var binary: String? { ProcessInfo.processInfo.environment["VIGIA_ALERTMANAGER"] }

  struct Unexpected: Error {}

  struct Message: Decodable, Sendable {
    struct Alert: Decodable { var fingerprint: String, annotations: [String: String] }
    var status: String
    var groupLabels: [String: String]
    var alerts: [Alert]
    var body: [UInt8] = []

    private enum CodingKeys: String, CodingKey { case status, groupLabels, alerts }
  }

  let url: String
  let messages: AsyncStream<Message>
  private let process: Process
  private let hook: ScriptedUpstream
  private let folder: URL

  private init(
    url: String, messages: AsyncStream<Message>, process: Process, hook: ScriptedUpstream,
    folder: URL
  ) {
    self.url = url
    self.messages = messages
    self.process = process
    self.hook = hook
    self.folder = folder
  }

  static func start() async throws -> RealAlertmanager {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-alertmanager-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (messages, arrival) = AsyncStream.makeStream(of: Message.self)
    let hook = try await ScriptedUpstream.start { request in
      if var message = try? JSONDecoder().decode(Message.self, from: Data(request.body)) {
        message.body = request.body
        arrival.yield(message)
      }
      return .reply(status: 200, body: [])
    }
    // A port that was free a moment ago.
    let probe = try await ScriptedUpstream.start()
    let port = probe.port
    try await probe.die()
    try """
    route: { receiver: hook, group_by: [alertname, model], group_wait: 1s, group_interval: 2s }
    receivers: [{ name: hook, webhook_configs: [{ url: "\(hook.url)/hook" }] }]
    """.write(to: folder.appendingPathComponent("am.yml"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary ?? "")
    process.arguments = [
      "--config.file=\(folder.path)/am.yml", "--storage.path=\(folder.path)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=", "--log.level=error",
    ]
    try process.run()
    return RealAlertmanager(
      url: "http://127.0.0.1:\(port)", messages: messages, process: process, hook: hook,
      folder: folder)
  }

  func stop() async {
    process.terminate()
    process.waitUntilExit()
    try? await hook.die()
    try? FileManager.default.removeItem(at: folder)
  }

  func isReady(_ sender: NotificationSender) async -> Bool {
    (try? await sender.ask(.init(url: "\(url)/-/ready"), nil)) != nil
  }

  func silences(_ sender: NotificationSender) async throws -> [SilenceMirror.Found] {
    let body = try await sender.ask(.init(url: "\(url)/api/v2/silences"), nil)
    return try JSONDecoder().decode([SilenceMirror.Found].self, from: Data(body))
  }

  /// Of all alerts, by model.
  func states(_ sender: NotificationSender) async throws -> [String: Set<String>] {
    struct Listed: Decodable {
      struct Status: Decodable { var state: String }
      var labels: [String: String]
      var status: Status
    }
    let body = try await sender.ask(.init(url: "\(url)/api/v2/alerts"), nil)
    return try JSONDecoder().decode([Listed].self, from: Data(body)).reduce(into: [:]) {
      $0[$1.labels["model"] ?? "", default: []].insert($1.status.state)
    }
  }
}

extension Timestamp {
  fileprivate static var now: Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
