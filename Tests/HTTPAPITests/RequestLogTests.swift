import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@Suite struct RequestLogTests {
  @Test func `a refused request is one line, without what a terminal obeys`() async throws {
    let lines = LogLines()
    let services = try await TestServices.make(logger: lines.logger)
    try await services.withClient { client in
      _ = try await client.post(
        "/vigia/v1/commands?token=secret-in-a-query", "{}", [.contentType: "application/json"])
      _ = try await client.executeRequest(
        uri: "/v2", method: .get, headers: [.origin: "http://evil.example/\u{1b}[2J"], body: nil)
    }
    let failures = lines.list.map { "\($0.text) \($0.metadata)" }
    #expect(lines.list.map(\.text) == ["request failed", "request failed"])
    #expect(failures[0].contains("401"))
    #expect(failures.allSatisfy { !$0.contains("\u{1b}") && !$0.contains("\n") })
    #expect(failures.allSatisfy { !$0.contains("secret-in-a-query") })
  }

  @Test func `no secret of a request is logged`() async throws {
    let lines = LogLines()
    var services = try await TestServices.make(logger: lines.logger)
    services.api.logsRequests = true
    let ready = services
    try await ready.withClient { client in
      _ = try await client.post("/vigia/v1/commands", "{}", .bearer("canary-7f3a"))
      _ = try await client.post("/vigia/v1/commands", "{}", .bearer(secret))
    }
    #expect(lines.list.contains { $0.text == "request" })
    let texts = lines.list.map { "\($0.text) \($0.metadata)" }
    #expect(texts.allSatisfy { !$0.contains("canary-7f3a") && !$0.contains(secret) })
  }

  @Test func `a client's own mistakes are not logged`() async throws {
    let lines = LogLines()
    let services = try await TestServices.make(logger: lines.logger)
    try await services.withClient { client in
      _ = try await client.get("/nowhere")
      _ = try await client.post("/v2/models/m/infer", "nonsense", [:])
    }
    #expect(lines.list.isEmpty)
  }

  @Test
  func `of all requests two hundred a second have a line, and the next says how many had none`()
    async throws
  {
    let lines = LogLines()
    let clock = Mutex(Timestamp(seconds: 1_000))
    var services = try await TestServices.make(logger: lines.logger)
    services.api.logsRequests = true
    services.api.now = { clock.withLock { $0 } }
    let ready = services
    try await ready.withClient { client in
      for _ in 0..<205 { _ = try await client.get("/v2/health/live") }
      #expect(lines.list.count == 200)
      clock.withLock { $0 = Timestamp(seconds: 1_001) }
      _ = try await client.get("/v2/health/live")
    }
    #expect(lines.list.count == 201)
    #expect(lines.list.last?.metadata["lines_left_out"] == "5")
    #expect(lines.list.dropLast().allSatisfy { $0.metadata["lines_left_out"] == nil })
  }
}
