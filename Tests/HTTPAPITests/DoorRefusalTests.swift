import Domain
import Foundation
import Inference
import Logging
import NIOCore
import Testing

@testable import HTTPAPI

/// What is refused before any model is asked: it has an id, a text and a line, is counted by its reason, and holds no
/// connection.
@Suite(.timeLimit(.minutes(1))) struct DoorRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var refusal: HTTPRefusal
    var status: Int
    var fields: [String] = ["Authorization: Bearer reader"]
    var host = "Host: localhost"
    var path = "/v2/models/m/infer"
    var testDescription: String { refusal.rawValue }
  }

  @Test(arguments: [
    Case(refusal: .host, status: 403, host: "Host: evil.example"),
    Case(refusal: .origin, status: 403, fields: ["Origin: http://evil.example"]),
    Case(refusal: .malformed, status: 400, host: ""),
    Case(refusal: .unauthorized, status: 401, fields: []),
    Case(refusal: .forbidden, status: 403, path: "/v2/repository/models/m/load"),
    Case(refusal: .unknownPath, status: 404, path: "/v2/nothing"),
    Case(refusal: .unknownModel, status: 404, path: "/v2/models/nobody/infer"),
    Case(refusal: .wrongMethod, status: 405, path: "/v2/health/live"),
    Case(refusal: .contentType, status: 415, path: "/vigia/v1/series"),
    Case(
      refusal: .headTooLarge, status: 431, fields: ["X: " + String(repeating: "a", count: 17_000)]),
    Case(refusal: .headTooLarge, status: 431, fields: (0..<200).map { "X-\($0): 1" }),
  ])
  func `a refusal is counted by its reason on both ways in`(_ one: Case) async throws {
    let services = try await TestServices.make(
      authenticator: Authenticator(tokens: RouteMatrixTests.tokens))
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(one.fields, host: one.host, path: one.path)
      for answer in [door, router] {
        #expect(answer?.status == one.status)
        #expect(answer?.text.hasPrefix(#"{"error":""#) == true)
        #expect(answer?["vigia-request-id"].flatMap { RequestID($0) } != nil)
      }
    }
    #expect(services.api.tally.figures.refusals == [one.refusal: 2])
  }

  private static let start = "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\n"

  @Test(arguments: [
    start + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nabcd",
    "BREW /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /v2/models/é HTTP/1.1\r\nHost: localhost\r\n\r\n", "GARBAGE\r\n\r\n",
  ])
  func `what is no request is told, logged and counted`(request: String) async throws {
    let lines = LogLines()
    let services = try await TestServices.make(logger: lines.logger)
    try await LiveServer.run(services) { server in
      let answers = [
        try await RawClient.send(port: server.port, request),
        try await RawClient.send(socketPath: server.socketPath, request),
      ].compactMap { RawAnswer(Array($0.utf8)) }
      #expect(answers.count == 2)
      for answer in answers {
        #expect(answer.status == 400)
        #expect(answer["connection"] == "close")
        #expect(answer["content-type"] == "application/json")
        #expect(answer.text.hasPrefix(#"{"error":""#) && answer.text.hasSuffix("}"))
        #expect(answer["content-length"] == "\(answer.body.count)")
      }
      let told = lines.list.filter { $0.text == "request refused unread" }
      #expect(
        told.map { $0.metadata["request_id"]?.description }
          == answers.map { $0["vigia-request-id"] })
    }
    #expect(services.api.tally.figures.refusals == [.malformed: 2])
  }

  @Test func `a large head is told the limit`() async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let answer = try await RawClient.send(
        port: server.port,
        "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 70_000))\r\n\r\n"
      )
      #expect(answer.hasPrefix("HTTP/1.1 431 "))
      #expect(answer.contains("16384 bytes") && answer.contains("100 fields"))
    }
  }

  @Test func `a body that does not come is 408 on both ways in, and counted`() async throws {
    let services = try await TestServices.make()
    var limits = ConnectionLimits()
    limits.head = .milliseconds(50)
    try await LiveServer.run(services, limits: limits) { server in
      for request in [
        Self.start + "Content-Length: 67108864\r\n\r\n",
        Self.start + "Transfer-Encoding: chunked\r\n\r\n",
        "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
        "GET /v2", "GET /v2/health/live HTTP/1.0\r\n",
      ] {
        let answer = try await RawClient.send(port: server.port, request)
        #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(request)")
        #expect(answer.contains(#"{"error":""#) && answer.lowercased().contains("vigia-request-id"))
      }
    }
    #expect(services.plane.plane.refusals["m"] == [.tooSlow: 2])
    #expect(services.api.tally.figures.refusals == [.tooSlow: 3])
  }

  @Test(arguments: [
    ("GET /v2/health/live", "", 413), ("POST /vigia/v1/series", "", 413),
    ("POST /vigia/v1/series", "Expect: 100-continue\r\n", 413),
    ("POST /vigia/v1/commands", "", 401),
    ("POST /vigia/v1/commands", "Expect: 100-continue\r\n", 401),
    ("POST /v2/models/m/infer", "Expect: 100-continue\r\n", 413), ("GET /nothing", "", 404),
  ])
  func `a length that is never taken ends the connection at once, with an answer`(
    line: String, field: String, status: Int
  ) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let text = try await RawClient.send(
        port: server.port,
        "\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\(field)"
          + "Content-Length: 99999999999999\r\n\r\n")
      let answer = try #require(RawAnswer(Array(text.utf8)))
      #expect(answer.status == status)
      #expect(answer["connection"] == "close")
    }
  }

  @Test func `a route that takes a body gives leave to send it`() async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(
          "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            + "Content-Length: 2\r\n\r\n")
        let leave = try await connection.read(through: "\r\n\r\n")
        #expect(leave == "HTTP/1.1 100 Continue\r\n\r\n")
        try await connection.send("{}")
        let answer = try await connection.read(through: "]")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
    }
  }

  @Test(arguments: [
    ("1.0", ""), ("1.0", "Connection: upgrade\r\n"), ("1.1", "Connection: close, TE\r\n"),
    ("1.1", "Connection: TE\r\nConnection: Close\r\n"), ("1.1", "Connection: CLOSE\r\n"),
  ])
  func `a client's last request ends its connection`(version: String, field: String) async throws {
    let request = "GET /v2/health/live HTTP/\(version)\r\nHost: localhost\r\n\(field)\r\n"
    try await LiveServer.run(try await TestServices.make()) { server in
      for answer in [
        try await RawClient.send(port: server.port, request),
        try await RawClient.send(socketPath: server.socketPath, request),
      ] {
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.lowercased().contains("connection: close\r\n"))
        #expect(answer.hasSuffix(#"{"live":true}"#))
      }
    }
  }

  @Test func `a client of HTTP/1.0 that asks for more is told that it may go on`() async throws {
    let infer = FrontDoorTests.infer("Connection: Keep-Alive\r\n", body: FrontDoorTests.body)
    let old = infer.replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0")
    try await LiveServer.run(try await TestServices.make()) { server in
      try await RawConnection.open(port: server.port) { connection in
        for _ in 0..<2 {
          try await connection.send(old)
          let answer = try await connection.read(through: "]}]}")
          #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
          #expect(answer.lowercased().contains("\r\nconnection: keep-alive\r\n"))
        }
        // Of HTTP/1.1 it goes without saying.
        try await connection.send("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try await connection.read(through: "}")
        #expect(!answer.lowercased().contains("\r\nconnection:"))
        try await connection.send("GET /v2/health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
        let last = try await connection.read(through: "}")
        #expect(last.lowercased().contains("\r\nconnection: close\r\n"))
      }
    }
  }

  @Test func `who speaks TLS to the plain port is answered at once`() async throws {
    // A handshake record with the beginning of a ClientHello: there is no blank line to come.
    let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]
    try await LiveServer.run(try await TestServices.make()) { server in
      let answer = try await RawClient.send(
        port: server.port, bytes: hello + Array(repeating: 0x61, count: 500))
      #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test func `a client of HTTP/1.0 gets a reply of no known length up to the connection's end`()
    async throws
  {
    let services = try await TestServices.make()
    for option in ["", "Connection: keep-alive\r\n"] {
      try await LiveServer.run(services) { server in
        try await RawConnection.open(port: server.port) { connection in
          try await connection.send(
            "GET /vigia/v1/stream HTTP/1.0\r\nHost: localhost\r\n\(option)\r\n")
          let head = try await connection.read(through: "\r\n\r\n")
          #expect(head.hasPrefix("HTTP/1.0 200 OK\r\n"))
          #expect(head.lowercased().contains("\r\nconnection: close\r\n"))
          #expect(!head.lowercased().contains("transfer-encoding"))
          // Not the length of a chunk.
          let first = try await connection.read(through: "{")
          #expect(first == "{", "\(first)")
          await server.shutDown()
          _ = try? await connection.read(through: "\u{0}")
          #expect(connection.isEnded)
        }
      }
    }
  }

  @Test func `a body in chunks is the last that HTTP/1.0 sends over its connection`() async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let text = try await RawClient.send(
        port: server.port,
        "POST /v2/repository/index HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
      #expect(text.lowercased().contains("\r\nconnection: close\r\n"), "\(text)")
    }
  }

  @Test(arguments: [
    ("1.0", "", 200), ("1.1", "Connection: close\r\n", 400), ("1.0", "Host: evil.example\r\n", 403),
    ("1.0", "Host:\r\n", 400), ("1.0", "Host: localhost\r\nHost: localhost\r\n", 400),
    ("1.0", "Origin: https://evil.example\r\n", 403),
  ])
  func `only HTTP/1.0 may name no host`(version: String, fields: String, status: Int) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let text = try await RawClient.send(
        port: server.port, "GET /v2/health/live HTTP/\(version)\r\n\(fields)\r\n")
      #expect(RawAnswer(Array(text.utf8))?.status == status, "\(text)")
      let elsewhere = try await RawClient.send(
        port: server.port, "GET http://evil.example/v2/health/live HTTP/1.0\r\n\r\n")
      #expect(RawAnswer(Array(elsewhere.utf8))?.status != 200, "\(elsewhere)")
    }
  }

  @Test(arguments: ["gzip, chunked", "identity, chunked"])
  func `another transfer coding is not read as if it were none`(coding: String) async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let answer = try await RawClient.send(
        port: server.port, Self.start + "Transfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 501 "), "\(answer)")
      #expect(answer.lowercased().contains("connection: close\r\n"))
    }
    #expect(services.api.tally.figures.refusals == [.transferCoding: 1])
  }

  @Test(arguments: ["/v2/models/NAME/infer", "/v2/models/m/versions/NAME/infer"])
  func `a long name comes back cut and escaped`(path: String) async throws {
    let name = "%E2%80%AE" + String(repeating: "a", count: 7_000)
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(
        path: path.replacingOccurrences(of: "NAME", with: name))
      #expect(door?.status == 404)
      #expect(door == router)
      #expect(door?.text.contains(#"\\u{202e}aaa"#) == true)
      #expect(door?.text.contains("... (6801 more)") == true)
      #expect((door?.body.count ?? .max) < 400)
    }
  }

  @Test func `open connections are counted`() async throws {
    let services = try await TestServices.make()
    let tally = services.api.tally
    try await LiveServer.run(services) { server in
      #expect(tally.figures.connectionLimit == 4_096)
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(FrontDoorTests.live)
        _ = try await connection.read(through: #"{"live":true}"#)
        #expect(tally.figures.connections == 1)
      }
    }
    #expect(tally.figures.connections == 0)
  }

  @Test func `a full port says so, once a minute`() async throws {
    let lines = LogLines()
    var services = try await TestServices.make(logger: lines.logger)
    services.api.now = { Timestamp(seconds: 6_000) }
    let bound = ConnectionBound(1, services.api)
    #expect(bound.isAcceptingNewConnections())
    bound.connectionOpened()
    #expect(!bound.isAcceptingNewConnections() && !bound.isAcceptingNewConnections())
    #expect(lines.list.map(\.metadata) == [["connections": "1", "limit": "1"]])
    services.api.now = { Timestamp(seconds: 6_060) }
    #expect(!ConnectionBound(1, services.api).isAcceptingNewConnections())
    #expect(lines.list.count == 2)
    bound.connectionClosed()
    #expect(bound.isAcceptingNewConnections())
  }
}
