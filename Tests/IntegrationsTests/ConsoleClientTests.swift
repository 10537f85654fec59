import Domain
import Foundation
import Integrations
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConsoleClientTests {
  static let command = Command(
    id: CommandID("0123456789abcdef")!, action: .rollBack(model: "m", breakGlass: false),
    reason: "p99", origin: .console)

  private func withClient(
    _ endpoint: ConsoleEndpoint, timing: ConsoleClient.Timing = .init(),
    _ body: (ConsoleClient) async throws -> Void
  ) async throws {
    let client = ConsoleClient(endpoint: endpoint, timing: timing)
    do {
      try await body(client)
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
  }

  private func withServer(
    _ reply: String, closes: Bool = false, timing: ConsoleClient.Timing = .init(),
    _ body: (ConsoleClient) async throws -> Void
  ) async throws {
    let server = try await ScriptedServer.start(reply, closes: closes)
    try await withClient(.server(host: "127.0.0.1", port: server.port), timing: timing, body)
    try await server.stop()
  }

  @Test func `a command that found no server was not sent`() async throws {
    let server = try await ScriptedServer.start("")
    try await server.stop()
    let endpoints: [ConsoleEndpoint] = [
      .socket(path: "/tmp/no-such-vigia.sock"), .server(host: "127.0.0.1", port: server.port),
      .server(host: "localhost", port: server.port),
    ]
    for endpoint in endpoints {
      try await withClient(endpoint) { client in
        guard case .refused(let refusal) = await client.send(Self.command) else {
          Issue.record("\(endpoint): not a refusal")
          return
        }
        #expect(refusal.message.hasPrefix("not sent: "))
        #expect(refusal.message.contains("is vigia running?"))
        let error = await #expect(throws: SourceError.self) {
          for try await _ in client.snapshots() {}
        }
        guard case .unreachable? = error else {
          Issue.record("\(endpoint): \(String(describing: error))")
          return
        }
      }
    }
  }

  @Test func `a command whose connection was lost may have been performed`() async throws {
    try await withServer("", closes: true) { client in
      guard case .unknown(let reason) = await client.send(Self.command) else {
        Issue.record("not unknown")
        return
      }
      #expect(reason.contains("closed the connection") || reason.contains("was lost"))
    }
  }

  @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", ""])
  func `a body that never ends is given up, and so is a head that never comes`(
    _ reply: String
  ) async throws {
    let timing = ConsoleClient.Timing(question: .milliseconds(100), command: .milliseconds(100))
    try await withServer(reply, timing: timing) { client in
      guard case .unknown(let reason) = await client.send(Self.command) else {
        Issue.record("not unknown")
        return
      }
      #expect(reason.contains("did not answer in time"))
      await #expect(throws: SourceError.self) { try await client.audit(AuditQuery()) }
    }
  }

  @Test func `a body beyond all measure is given up`() async throws {
    try await withServer("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{") { client in
      let error = await #expect(throws: SourceError.self) { try await client.audit(AuditQuery()) }
      #expect(error?.reason.contains("16 MB") == true)
    }
  }

  @Test func `a stream that falls silent is lost`() async throws {
    // However long is waited for an answer: it has come.
    let timing = ConsoleClient.Timing(question: .seconds(3_600), silence: .milliseconds(100))
    try await withServer(
      "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", timing: timing
    ) { client in
      let error = await #expect(throws: SourceError.self) {
        for try await _ in client.snapshots() {}
      }
      #expect(error?.reason.contains("silent") == true)
    }
  }

  @Test func `a stream that is refused ends with the server's reason`() async throws {
    let body = #"{"error":"no token, no stream"}"#
    try await withServer(
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    ) { client in
      let error = await #expect(throws: SourceError.self) {
        for try await _ in client.snapshots() {}
      }
      #expect(error == .notAllowed(reason: "no token, no stream"))
    }
  }

  @Test(arguments: [(0, true), (1, true), (2, false), (7, false)])
  func `the server's protocol is this one, or the one before`(
    number: Int, isSpoken: Bool
  ) async throws {
    let server = ServerInfo(
      protocolNumber: number, version: "", environment: "", host: "", listen: "", pid: 1,
      startedAt: Timestamp(seconds: 0), isReadOnly: false, isDemo: false)
    let snapshot = SystemSnapshot(
      server: server, sequence: 1, time: Timestamp(seconds: 0), engine: .starting,
      store: StoreStatus(), models: [])
    let delta = try JSONEncoder().encode(SnapshotDelta(from: nil, to: snapshot))
    let line = String(decoding: delta, as: UTF8.self) + "\n"
    try await withServer(
      "HTTP/1.1 200 OK\r\nContent-Length: \(line.utf8.count)\r\n\r\n\(line)"
    ) { client in
      var count = 0
      let error = await #expect(throws: SourceError.self) {
        for try await _ in client.snapshots() { count += 1 }
      }
      #expect(count == (isSpoken ? 1 : 0), "\(String(describing: error))")
      if !isSpoken { #expect(error?.reason.contains("speaks protocol \(number)") == true) }
    }
  }

  @Test func `another protocol is named even where its lines cannot be read`() async throws {
    let line = "{\"server\":{\"protocolNumber\":9},\"all\":\"new\"}\n"
    try await withServer(
      "HTTP/1.1 200 OK\r\nContent-Length: \(line.utf8.count)\r\n\r\n\(line)"
    ) { client in
      let error = await #expect(throws: SourceError.self) {
        for try await _ in client.snapshots() {}
      }
      #expect(error?.reason.contains("speaks protocol 9") == true)
    }
  }

  @Test func `a foreign server's error is shown without what a terminal obeys`() async throws {
    let body = #"{"error":"no\u001b[2J way"}"#
    try await withServer(
      "HTTP/1.1 403 Forbidden\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    ) { client in
      await #expect(throws: SourceError.notAllowed(reason: "no [2J way")) {
        try await client.audit(AuditQuery())
      }
    }
  }
}
