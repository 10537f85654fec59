import AsyncHTTPClient
import Foundation
import Integrations
import NIOSSL
import Testing

/// A load over TLS: whom it trusts, and what it says where it does not.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LoadSecurityTests {
  private func figures(
    of server: LoadedServer, host: String = "127.0.0.1", _ security: LoadSecurity
  ) async throws -> LoadFigures {
    var target = LoadTarget(
      host: host, port: server.port,
      requests: [LoadTarget.request(host: host, path: "/", fields: [], body: Array("{}".utf8))],
      rows: 1, connections: 2, timeout: .seconds(10))
    target.security = security
    return try await LoadRun(target, LoadSchedule(rate: 100, duration: 0.2)).run()
  }

  private func withAuthorities<Value>(
    _ text: String = TestCertificate.certificate, _ body: (String) async throws -> Value
  ) async throws -> Value {
    let file = NSTemporaryDirectory() + "vigia-authorities-\(UUID().uuidString).pem"
    try Data(text.utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try await body(file)
  }

  private func reason(_ body: () async throws -> LoadFigures) async -> String {
    do {
      return "\(try await body().ok) answered"
    } catch {
      return LoadRun.reason(of: error)
    }
  }

  @Test func `a server that an authority vouches for is loaded, or any where that is said`()
    async throws
  {
    try await LoadedServer.run(tls: TestCertificate.server()) { _ in
      .ok
    } body: { server in
      let verified = try await withAuthorities {
        try await figures(of: server, .verified(authorities: $0))
      }
      #expect(verified.ok == 20, "\(verified.errors)")
      #expect(try await figures(of: server, .unverified).ok == 20)
    }
  }

  @Test func `a server that nobody vouches for is told in words, by the load and before it`()
    async throws
  {
    try await LoadedServer.run(tls: TestCertificate.server()) { _ in
      .ok
    } body: { server in
      let words = "its certificate is not trusted"
      let load = await reason { try await figures(of: server, .verified(authorities: nil)) }
      #expect(load.hasPrefix(words), "\(load)")
      let client = LoadSecurity.verified(authorities: nil).client()
      do {
        _ = try await V2Discovery(
          url: "https://127.0.0.1:\(server.port)", headers: [], client: client
        ).inputs(of: "m", version: nil)
        Issue.record("it was trusted")
      } catch {
        #expect("\(error)".hasPrefix("no answer: \(words)"), "\(error)")
      }
      try await client.shutdown()
    }
  }

  @Test func `a certificate for another name is refused`() async throws {
    try await LoadedServer.run(host: "127.0.0.2", tls: TestCertificate.server()) { _ in
      .ok
    } body: { server in
      try await withAuthorities { file in
        let found = await reason {
          try await figures(of: server, host: "127.0.0.2", .verified(authorities: file))
        }
        #expect(found == "its certificate is for another name")
      }
    }
  }

  @Test func `a server without TLS is named as what it is`() async throws {
    let upstream = try await ScriptedUpstream.start()
    let client = LoadSecurity.unverified.client()
    do {
      _ = try await V2Discovery(
        url: "https://127.0.0.1:\(upstream.port)", headers: [], client: client
      ).inputs(of: "m", version: nil)
      Issue.record("it spoke TLS")
    } catch {
      #expect("\(error)" == "no answer: it does not speak TLS: is it http?")
    }
    try await client.shutdown()
    try await upstream.die()
  }

  @Test func `a file that holds no certificate is refused before anything is sent`() async throws {
    try await LoadedServer.run(tls: TestCertificate.server()) { _ in
      .ok
    } body: { server in
      let found = try await withAuthorities("no certificate") { file in
        await reason { try await figures(of: server, .verified(authorities: file)) }
      }
      #expect(found == "the file of authorities holds no certificate")
      #expect(server.received == 0)
    }
  }
}
