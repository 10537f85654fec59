import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@Suite struct RequestLogTests {
  /// Keeps what was logged.
  final class Lines: Sendable {
    private let all = Mutex<[String]>([])
    func append(_ line: String) { all.withLock { $0.append(line) } }
    var list: [String] { all.withLock { $0 } }

    var logger: Logger {
      Logger(label: "test") { _ in Handler(lines: self) }
    }
  }

  struct Handler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(lines: Lines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.append("\(event.message) \(event.metadata ?? [:])")
    }
  }

  @Test func `a refused request is one line, without what a terminal obeys`() async throws {
    let lines = Lines()
    let services = try await TestServices.make(logger: lines.logger)
    try await services.withClient { client in
      _ = try await client.post(
        "/vigia/v1/commands?token=secret-in-a-query", "{}", [.contentType: "application/json"])
      _ = try await client.executeRequest(
        uri: "/v2", method: .get, headers: [.origin: "http://evil.example/\u{1b}[2J"], body: nil)
    }
    let failures = lines.list.filter { $0.hasPrefix("request failed") }
    #expect(failures.count == 2)
    #expect(failures[0].contains("401"))
    #expect(failures.allSatisfy { !$0.contains("\u{1b}") && !$0.contains("\n") })
    #expect(failures.allSatisfy { !$0.contains("secret-in-a-query") })
  }

  @Test func `no secret of a request is logged`() async throws {
    let lines = Lines()
    var services = try await TestServices.make(logger: lines.logger)
    services.api.logsRequests = true
    let ready = services
    try await ready.withClient { client in
      _ = try await client.post("/vigia/v1/commands", "{}", .bearer("canary-7f3a"))
      _ = try await client.post("/vigia/v1/commands", "{}", .bearer(secret))
    }
    #expect(lines.list.contains { $0.hasPrefix("request ") })
    #expect(lines.list.allSatisfy { !$0.contains("canary-7f3a") && !$0.contains(secret) })
  }

  @Test func `a client's own mistakes are not logged`() async throws {
    let lines = Lines()
    let services = try await TestServices.make(logger: lines.logger)
    try await services.withClient { client in
      _ = try await client.get("/nowhere")
      _ = try await client.post("/v2/models/m/infer", "nonsense", [:])
    }
    #expect(lines.list.filter { $0.hasPrefix("request") }.isEmpty)
  }
}
