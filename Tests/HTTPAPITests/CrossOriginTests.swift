import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct CrossOriginTests {
  @Test(arguments: [
    ("https://ops.example", "https://ops.example"), ("HTTPS://Ops.Example", "https://ops.example"),
    ("http://localhost:3000", "http://localhost:3000"), ("http://a.example:80", "http://a.example"),
    ("https://a.example:443", "https://a.example"),
    ("https://a.example:80", "https://a.example:80"),
    ("http://[::1]:3000", "http://[::1]:3000"), ("http://127.0.0.1", "http://127.0.0.1"),
    ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
  ])
  func `an origin is kept as browsers spell it`(text: String, expected: String) throws {
    #expect(try WebOrigin(text).description == expected)
  }

  @Test(arguments: [
    ("*", WebOrigin.Problem.any), ("https://*.example", .any), ("null", .null), ("NULL", .null),
    ("", .form), ("ops.example", .form), ("https://", .form), ("https://a.example/", .form),
    ("https://a.example/path", .form), ("https://user@a.example", .form), ("ftp://a", .form),
    ("https://a.example:", .form), ("https://a.example:0", .form),
    ("https://a.example:65536", .form),
    ("https://a.example:08", .form), ("https://a b", .form), ("https://b\u{fc}cher.example", .form),
    ("https://[::1", .form), ("https://[]:1", .form), ("file:///tmp/a.html", .form),
  ])
  func `what names nobody, everybody or no site is refused with its reason`(
    text: String, problem: WebOrigin.Problem
  ) {
    #expect(throws: problem) { try WebOrigin(text) }
  }

  private static let page = "https://ops.example"

  private static func question(
    _ path: String, method: String = "POST", origin: String = page
  ) -> (String, HTTPFields) {
    (path, [.origin: origin, .accessControlRequestMethod: method])
  }

  @Test(arguments: [
    ("/v2/models/m/infer", "POST"), ("/v2/models/m", "GET, HEAD"), ("/metrics", "GET, HEAD"),
    ("/vigia/v1/commands", "POST"), ("/vigia/v1/models/m/labels", "POST"),
  ])
  func `a browser may ask first, and needs no token for it`(
    path: String, methods: String
  ) async throws {
    let services = try await TestServices.make(
      authenticator: Authenticator(tokens: RouteMatrixTests.tokens), origins: [Self.page],
      routingKeyHeader: "X-Routing-Key")
    try await services.withClient { client in
      let (path, fields) = Self.question(path)
      let answer = try await client.executeRequest(
        uri: path, method: .options, headers: fields, body: nil)
      #expect(answer.status == .noContent)
      #expect(answer.headers[.accessControlAllowOrigin] == Self.page)
      #expect(answer.headers[.accessControlAllowMethods] == methods)
      #expect(answer.headers[.accessControlMaxAge] == "600")
      #expect(answer.headers[.vary] == "Origin")
      #expect(answer.headers[.accessControlAllowCredentials] == nil)
      let allowed = answer.headers[.accessControlAllowHeaders] ?? ""
      for name in [
        "Content-Type", "Authorization", "Inference-Header-Content-Length", "X-Vigia-Client",
        "X-Routing-Key",
      ] {
        #expect(allowed.contains(name))
      }
    }
    #expect(services.commands.list.isEmpty)
  }

  @Test
  func `the question of a page that is not listed is refused, and of a path that is not there`()
    async throws
  {
    try await TestServices.make(origins: [Self.page]).withClient { client in
      for (path, fields, status) in [
        ("/v2", Self.question("/v2", origin: "http://evil.example").1, 403),
        ("/v2", [.origin: "null", .accessControlRequestMethod: "GET"], 403),
        ("/nowhere", Self.question("/nowhere").1, 404), ("/v2", [.origin: Self.page], 405),
        ("/v2", [.accessControlRequestMethod: "GET"], 405),
      ] as [(String, HTTPFields, Int)] {
        let answer = try await client.executeRequest(
          uri: path, method: .options, headers: fields, body: nil)
        #expect(answer.status.code == status)
        let mayRead = fields[.origin] == Self.page
        #expect(answer.headers[.accessControlAllowOrigin] == (mayRead ? Self.page : nil))
      }
    }
  }

  @Test func `a question is answered at the door, too`() async throws {
    let services = try await TestServices.make(origins: [Self.page])
    try await LiveServer.run(services) { server in
      let text = try await RawClient.send(
        port: server.port,
        bytes: Array(
          "OPTIONS /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nOrigin: \(Self.page)\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"
            .utf8))
      let answer = RawAnswer(text)
      #expect(answer?.status == 204)
      #expect(answer?["access-control-allow-origin"] == Self.page)
      #expect(answer?["content-length"] == nil)
      #expect(answer?.body == [])
    }
  }

  @Test func `a listed page without a token changes nothing, and with one it may`() async throws {
    let services = try await TestServices.make(origins: [Self.page])
    try await services.withClient { client in
      var fields = HTTPFields.json
      fields[.origin] = Self.page
      let refused = try await client.post(
        "/vigia/v1/commands", CommandRouteTests.rollBack, fields)
      #expect(refused.status == .unauthorized)
      #expect(refused.headers[.accessControlAllowOrigin] == Self.page)
      fields[.authorization] = "Bearer \(secret)"
      let done = try await client.post("/vigia/v1/commands", CommandRouteTests.rollBack, fields)
      #expect(done.status == .ok)
    }
    #expect(services.commands.list.count == 1)
  }
}
