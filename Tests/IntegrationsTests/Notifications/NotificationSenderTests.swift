import Domain
import Foundation
import NIOHTTP1
import Testing

@testable import Integrations

@Suite(.timeLimit(.minutes(1)))
struct NotificationSenderTests {
  @Test func `alerts are posted to Alertmanager, and taken`() async throws {
    try await Bench.with { bench in
      #expect(await bench.sendAlerts() == .accepted)
      let request = try #require(bench.requests.first)
      #expect(request.method == .POST && request.path == "/am/api/v2/alerts")
      #expect(request.headers["Content-Type"] == ["application/json"])
      #expect(!request.headers.contains(name: "Authorization"))
      let body = try JSONSerialization.jsonObject(with: Data(request.body)) as? [[String: Any]]
      #expect(body?.count == 1)
    }
  }

  @Test func `a webhook gets its whole URL, and the token of the file as it is now`()
    async throws
  {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-token-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try await Bench.with { bench in
      for token in ["first-token", "second.token="] {
        try Data("\(token)\n".utf8).write(to: file)
        #expect(await bench.sendWebhook(AuthorizationFile(path: file.path)) == .accepted)
        let request = try #require(bench.requests.last)
        #expect(request.path == "/hook/S3CRET?key=S3CRET")
        #expect(request.headers["Authorization"] == ["Bearer \(token)"])
      }
    }
  }

  @Test(arguments: ["", "two words", "line\nline", String(repeating: "x", count: 20_000)])
  func `a file without a token sends nothing and tells no byte of it`(content: String)
    async throws
  {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-token-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(content.utf8).write(to: file)
    try await Bench.with { bench in
      let result = await bench.sendWebhook(AuthorizationFile(path: file.path))
      #expect(result == .retry(reason: "\(file.path) holds no bearer token"))
      #expect(bench.requests.isEmpty)
    }
  }

  @Test(
    arguments: [
      (400, DeliveryResult.refused(reason: "status 400: no label pair")),
      (401, .retry(reason: "status 401: no label pair", after: 7)),
      (404, .retry(reason: "status 404: no label pair", after: 7)),
      (422, .refused(reason: "status 422: no label pair")),
      (413, .refused(reason: "status 413: no label pair")),
      (408, .retry(reason: "status 408: no label pair", after: 7)),
      (429, .retry(reason: "status 429: no label pair", after: 7)),
      (500, .retry(reason: "status 500: no label pair", after: 7)),
      (503, .retry(reason: "status 503: no label pair", after: 7)),
      // Nobody is followed to another place.
      (302, .retry(reason: "status 302: no label pair", after: 7)),
    ])
  func `a status says whether the message is at fault, or the moment`(
    status: Int, result: DeliveryResult
  ) async throws {
    try await Bench.with { bench in
      bench.upstream.script { _ in
        .reply(
          status: status, headers: ["Retry-After": "7", "Location": "http://127.0.0.1:1/"],
          body: Array(#"{"code":\#(status),"message":"no label pair"}"#.utf8))
      }
      #expect(await bench.sendAlerts() == result)
      #expect(bench.requests.count == 1)
    }
  }

  @Test func `what an ill server says cannot steer a terminal`() async throws {
    try await Bench.with { bench in
      bench.upstream.script { _ in
        .reply(status: 500, body: Array("\u{1b}]0;owned\u{7}\u{202e}boom".utf8))
      }
      guard case .retry(let reason, _) = await bench.sendAlerts() else {
        Issue.record("it was not to be retried")
        return
      }
      #expect(reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e })
      #expect(reason.contains("boom"))
    }
  }

  @Test(arguments: [Fault.silent, .trickling, .flooding, .broken, .gone])
  func `a dead, slow or mad peer costs the time of one call, and is asked again`(fault: Fault)
    async throws
  {
    try await Bench.with(call: fault.isSlow ? .milliseconds(500) : .seconds(60)) { bench in
      bench.upstream.script { _ in fault.action }
      if fault == .gone { try await bench.upstream.die() }
      let begin = ContinuousClock.now
      let results = [await bench.sendAlerts(), await bench.sendWebhook()]
      // A trickle would take minutes, a silence for ever.
      #expect(begin.duration(to: .now) < .seconds(30))
      for result in results {
        guard case .retry(let reason, nil) = result else {
          Issue.record("\(result)")
          continue
        }
        #expect(reason.contains(fault.words), "\(reason)")
        #expect(!reason.contains("S3CRET"))
      }
    }
  }

  enum Fault: CaseIterable {
    case silent, trickling, flooding, broken, gone

    var action: ScriptedUpstream.Action {
      switch self {
      case .silent, .gone: .silence
      case .trickling: .trickle
      case .flooding: .flood
      case .broken: .rawThenClose("SSH-2.0-OpenSSH_9.2\r\n")
      }
    }

    /// What ends only with the time of the call.
    var isSlow: Bool { self == .silent || self == .trickling }

    var words: String {
      switch self {
      case .silent, .trickling: "no answer within 0.5 s"
      case .flooding: "more than 200000 bytes"
      case .broken: "is not HTTP"
      case .gone: "nobody listens there"
      }
    }
  }

  @Test func `a call that is not wanted any more ends at once`() async throws {
    try await Bench.with(call: .seconds(3_600)) { bench in
      let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
      bench.upstream.script { _ in
        arrival.yield()
        return .silence
      }
      let sending = Task { await bench.sendAlerts() }
      for await _ in arrived { break }
      sending.cancel()
      #expect(await sending.value == .retry(reason: "it was given up"))
      // One that is cancelled before it begins never begins.
      let late = Task {
        while !Task.isCancelled { await Task.yield() }
        return await bench.sendAlerts()
      }
      late.cancel()
      #expect(await late.value == .retry(reason: "it was given up"))
    }
  }
}

/// A sender and a server that does what a test says; both are ended with it.
struct Bench: Sendable {
  let upstream: ScriptedUpstream
  let url: String
  let sender: NotificationSender

  /// - Parameter call: what one call may take; by default as much as a busy machine needs.
  static func with(
    call: Duration = .seconds(30), _ body: (Bench) async throws -> Void
  ) async throws {
    var limits = NotificationSender.Limits()
    limits.call = call
    limits.reply = 200_000
    let upstream = try await ScriptedUpstream.start { _ in .reply(status: 200, body: []) }
    let bench = Bench(
      upstream: upstream, url: upstream.url, sender: NotificationSender(limits: limits))
    do {
      try await body(bench)
    } catch {
      await bench.sender.shutdown()
      throw error
    }
    await bench.sender.shutdown()
    try? await bench.upstream.die()
  }

  var requests: [ScriptedUpstream.Request] { upstream.requests }
  var peer: UpstreamAddress { get throws { try .parse("\(url)/am/") } }

  func sendAlerts() async -> DeliveryResult {
    guard let peer = try? peer else { return .refused(reason: "no address") }
    return await sender.send(.page([.page()]), toAlertmanager: peer, NotificationLinks())
  }

  func sendWebhook(_ authorization: AuthorizationFile? = nil) async -> DeliveryResult {
    guard let hook = try? WebhookAddress.parse("\(url)/hook/S3CRET?key=S3CRET") else {
      return .refused(reason: "no address")
    }
    return await sender.send(
      .page([.page()], to: .webhook), toWebhook: hook, NotificationLinks(),
      authorization: authorization)
  }
}
