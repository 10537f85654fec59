import Domain
import Foundation
import HTTPAPI
import Inference
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct FrontDoorTests {
  static let body =
    #"{"id":"a","inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}"#
  static let answerEnd = #""data":[3.0]}]}"#

  static func infer(_ fields: String = "", body: String = body) -> String {
    "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\n\(fields)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// The same request in a form that only the router takes.
  static func chunked(_ fields: String = "", body: String = body) -> String {
    "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\n\(fields)"
      + "Transfer-Encoding: chunked\r\n\r\n"
      + (body.isEmpty ? "" : "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n") + "0\r\n\r\n"
  }

  static let live = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

  @Test(arguments: [
    ("a good request", "", body),
    ("a request that asks to close", "Connection: close\r\n", body),
    ("a client's name", "X-Vigia-Client: batch\r\n", body),
    ("a wrong name", "", body.replacingOccurrences(of: "\"x\"", with: "\"z\"")),
    ("a wrong shape", "", body.replacingOccurrences(of: "[1,2],", with: "[1,3],")),
    ("no JSON", "", "]"),
    ("no body", "", ""),
    ("a wrong binary header", "Inference-Header-Content-Length: -1\r\n", body),
    ("a page of another site", "Origin: http://evil.example\r\n", body),
    ("binary output", "", String(body.dropLast()) + #","parameters":{"binary_data_output":true}}"#),
  ])
  func `both ways in give the same answer`(name: String, fields: String, body: String) async throws
  {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let fast = try await Self.lines(
        server.port, Self.infer("Connection: close\r\n", body: body), fields)
      let slow = try await Self.lines(
        server.port, Self.chunked("Connection: close\r\n", body: body), fields)
      #expect(fast == slow, "\(name)")
    }
    let records = services.plane.records.list
    #expect(records.count % 2 == 0)
    if records.count == 2 {
      #expect(records[0].outcome == records[1].outcome)
      #expect(records[0].client == records[1].client)
    }
  }

  @Test(arguments: ["+\(body.utf8.count)", "-1", "1e2", "\(body.utf8.count) 1"])
  func `the length of the JSON part is digits alone on both ways in`(length: String) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let fields = "Inference-Header-Content-Length: \(length)\r\n"
      for answer in [
        try await Self.lines(server.port, Self.infer("Connection: close\r\n"), fields),
        try await Self.lines(server.port, Self.chunked("Connection: close\r\n"), fields),
      ] {
        #expect(answer.contains { $0.hasPrefix("HTTP/1.1 400 ") })
        #expect(answer.contains { $0.contains(#"digits alone, found \"\#(length)\""#) })
      }
    }
  }

  @Test func `a client over its limit is told so on both ways in`() async throws {
    let services = try await TestServices.make()
    try services.plane.plane.apply(
      Deployment(
        model: "m", revision: 2, champion: "1", championSince: Timestamp(seconds: 0),
        limits: [
          TrafficLimit(
            scope: .client("batch"), measure: .rate(perSecond: 0.001, burst: 1),
            since: Timestamp(seconds: 0), by: "ana", reason: "r")
        ]))
    let fields = "X-Vigia-Client: batch\r\n"
    try await LiveServer.run(services) { server in
      _ = try await Self.lines(server.port, Self.infer("Connection: close\r\n"), fields)
      let fast = try await Self.lines(server.port, Self.infer("Connection: close\r\n"), fields)
      let slow = try await Self.lines(server.port, Self.chunked("Connection: close\r\n"), fields)
      #expect(fast.contains { $0.hasPrefix("HTTP/1.1 429 ") })
      // A token comes every thousand seconds; some may have passed.
      #expect((800...1_000).contains(Self.wait(in: fast) ?? 0))
      #expect((800...1_000).contains(Self.wait(in: slow) ?? 0))
      #expect(Self.untimed(fast) == Self.untimed(slow))
      let other = try await Self.lines(server.port, Self.infer("Connection: close\r\n"), "")
      #expect(other.contains { $0.hasPrefix("HTTP/1.1 200 ") })
    }
    #expect(services.plane.records.list.map(\.outcome) == [.ok, .limited, .limited, .ok])
    #expect(services.plane.plane.refusals["m"] == [.rateLimit: 2])
  }

  private static func wait(in lines: [String]) -> Int? {
    let field = "retry-after: "
    return lines.first { $0.hasPrefix(field) }.flatMap { Int($0.dropFirst(field.count)) }
  }

  /// Without the seconds that are left to wait, and without the length that they make.
  private static func untimed(_ lines: [String]) -> [String] {
    lines.filter { !$0.hasPrefix("retry-after: ") && !$0.hasPrefix("content-length: ") }
      .map { $0.replacing(/in [0-9]+ s/, with: "in N s") }
  }

  @Test func `refusals are counted by their reason`() async throws {
    var limits = APILimits()
    limits.inferBody = 200
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      for body in ["]", Self.body.replacingOccurrences(of: "\"x\"", with: "\"z\"")] {
        _ = try await Self.lines(server.port, Self.infer("Connection: close\r\n", body: body), "")
      }
      let large = String(repeating: " ", count: 300)
      _ = try await Self.lines(server.port, Self.infer("Connection: close\r\n", body: large), "")
      _ = try await Self.lines(
        server.port, Self.chunked("Connection: close\r\n", body: large), "")
    }
    #expect(
      services.plane.plane.refusals["m"] == [.malformed: 1, .mismatch: 1, .tooLarge: 2])
  }

  /// The lines of an answer without what differs from request to request, in an order of their own.
  private static func lines(_ port: Int, _ request: String, _ fields: String) async throws
    -> [String]
  {
    let request =
      fields.isEmpty || request.contains(fields)
      ? request
      : request.replacingOccurrences(
        of: "Host: localhost\r\n", with: "Host: localhost\r\n" + fields)
    return try await RawClient.send(port: port, request).components(separatedBy: "\r\n")
      .map { line in
        let name = line.prefix { $0 != ":" }.lowercased()
        let varies = ["vigia-request-id", "vigia-total-us", "date"].contains(name)
        return varies ? name : line.contains(": ") ? name + line.dropFirst(name.count) : line
      }.sorted()
  }

  @Test func `replies keep the order of their requests, whoever answers them`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(
          Self.infer() + Self.live + Self.infer() + Self.infer() + Self.live)
        for end in [Self.answerEnd, #"{"live":true}"#, Self.answerEnd, Self.answerEnd] {
          let answer = try await connection.read(through: end)
          #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
          #expect(answer.hasSuffix(end))
          #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
        }
        _ = try await connection.read(through: #"{"live":true}"#)
      }
    }
  }

  @Test func `a slow prediction holds back what was sent after it`() async throws {
    let services = try await TestServices.make()
    services.plane.engine.hold()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(Self.infer() + Self.live)
        await services.plane.engine.waitForJobs(1)
        services.plane.engine.release()
        let first = try await connection.read(through: Self.answerEnd)
        #expect(!first.contains("live"))
        let second = try await connection.read(through: #"{"live":true}"#)
        #expect(second.hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
    }
  }

  @Test func `a request may come byte by byte`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        for text in [Self.infer(), Self.live, Self.infer("Cookie: a=b\r\n")] {
          for byte in text { try await connection.send(String(byte)) }
        }
        _ = try await connection.read(through: Self.answerEnd)
        _ = try await connection.read(through: #"{"live":true}"#)
        _ = try await connection.read(through: Self.answerEnd)
      }
    }
    #expect(services.plane.records.list.count == 2)
  }

  @Test func `the same head with another length is another request`() async throws {
    let services = try await TestServices.make()
    let longer = Self.body.replacingOccurrences(of: "[1,2]}", with: "[1.00,2.000]}")
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        for body in [Self.body, longer, Self.body, longer] {
          try await connection.send(Self.infer(body: body))
          let answer = try await connection.read(through: Self.answerEnd)
          #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
      }
    }
    #expect(services.plane.records.list.map(\.outcome) == [.ok, .ok, .ok, .ok])
  }

  @Test func `a client that waits for leave to send its body gets it`() async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        let parts = Self.infer("Expect: 100-continue\r\n").components(separatedBy: "\r\n\r\n")
        try await connection.send(parts[0] + "\r\n\r\n")
        let word = try await connection.read(through: "\r\n\r\n")
        #expect(word == "HTTP/1.1 100 Continue\r\n\r\n")
        try await connection.send(parts[1])
        let answer = try await connection.read(through: Self.answerEnd)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
    }
  }

  @Test func `a body that is too large is refused before it has come`() async throws {
    var limits = APILimits()
    limits.inferBody = 100
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      let answer = try await RawClient.send(
        port: server.port,
        "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n{")
      #expect(answer.hasPrefix("HTTP/1.1 413 "))
      #expect(answer.lowercased().contains("connection: close"))
      #expect(answer.contains("100 bytes"))
    }
    #expect(services.plane.records.list.map(\.outcome) == [.invalid])
  }

  @Test(arguments: [
    "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: +4\r\n\r\nabcd",
    "POST /v2/models/m/infer HTTP/1.1\r\nHost : localhost\r\nContent-Length: 4\r\n\r\nabcd",
    "GARBAGE\r\n\r\n",
  ])
  func `what is not HTTP is refused and closed`(request: String) async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let answer = try await RawClient.send(port: server.port, request)
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
      #expect(!answer.contains("\"outputs\""))
    }
  }

  @Test func `a head that does not come in time ends its connection`() async throws {
    let services = try await TestServices.make()
    var limits = ConnectionLimits()
    limits.head = .milliseconds(50)
    try await LiveServer.run(services, limits: limits) { server in
      let answer = try await RawClient.send(port: server.port, "POST /v2/models/m/inf")
      #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func `a body that does not come in time ends its connection`() async throws {
    let services = try await TestServices.make()
    var limits = ConnectionLimits()
    limits.head = .milliseconds(50)
    try await LiveServer.run(services, limits: limits) { server in
      let answer = try await RawClient.send(port: server.port, String(Self.infer().dropLast()))
      #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test func `an idle connection is closed, and a slow prediction is not idle`() async throws {
    let services = try await TestServices.make()
    services.plane.engine.hold()
    // Longer than a busy machine leaves between a connection and its first bytes.
    try await LiveServer.run(services, idleSeconds: 3) { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await RawConnection.open(port: server.port) { connection in
            try await connection.send(Self.infer())
            let answer = try await connection.read(through: Self.answerEnd)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
          }
        }
        await services.plane.engine.waitForJobs(1)
        // Idle for as long as the other one's prediction: its end shows that the clock has run out.
        let answer = try await RawClient.send(port: server.port, "")
        #expect(answer == "")
        services.plane.engine.release()
        try await group.waitForAll()
      }
    }
  }

  @Test func `more bytes than the server may hold are refused, whoever they are for`()
    async throws
  {
    var doorLimits = ConnectionLimits()
    doorLimits.heldBytes = 100
    var limits = APILimits()
    limits.uncountedBody = 100
    limits.receivingBytes = 3_000
    let services = try await TestServices.make(limits: limits)
    let padded = Self.body + String(repeating: " ", count: 2_000)
    try await LiveServer.run(services, limits: doorLimits) { server in
      // One that goes to the router holds what has come of it, until it ends.
      try await RawConnection.open(port: server.port) { slow in
        try await slow.send(String(Self.chunked(body: padded).dropLast(3)))
        var router = ""
        while !router.hasPrefix("HTTP/1.1 503 ") {
          router = try await RawClient.send(
            port: server.port, Self.chunked("Connection: close\r\n", body: padded))
        }
        #expect(router.lowercased().contains("retry-after: 1"))
        let door = try await RawClient.send(
          port: server.port, String(Self.infer(body: padded).dropLast()))
        #expect(door.hasPrefix("HTTP/1.1 503 "))
        #expect(door.lowercased().contains("retry-after: 1"))
        let small = try await RawClient.send(
          port: server.port, Self.chunked("Connection: close\r\n"))
        #expect(small.hasPrefix("HTTP/1.1 200 OK\r\n"))
        // Its last chunk, of nothing: in Swift a line end is one character.
        try await slow.send("0\r\n\r\n")
        let answer = try await slow.read(through: Self.answerEnd)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
      // And gives it back.
      for request in [
        Self.chunked("Connection: close\r\n", body: padded),
        Self.infer("Connection: close\r\n", body: padded),
      ] {
        let answer = try await RawClient.send(port: server.port, request)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
    }
    let refusals = services.plane.plane.refusals["m"] ?? [:]
    #expect(refusals.keys.elementsEqual([.tooManyBytes]))
    let outcomes = services.plane.records.list.map(\.outcome).filter { $0 != .ok }
    #expect(outcomes.allSatisfy { $0 == .shed } && outcomes.count >= 2)
  }

  @Test func `an answer whose connection is gone counts as cancelled, not as given`() async throws {
    let services = try await TestServices.make()
    let engine = services.plane.engine
    engine.hold()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(Self.infer())
        await engine.waitForJobs(1)
        try await connection.reset()
      }
      while services.api.tally.figures.connections > 0 { await Task.yield() }
      engine.release()
      while services.plane.records.list.isEmpty { await Task.yield() }
    }
    #expect(services.plane.records.list.map(\.outcome) == [.cancelled])
  }

  @Test func `a client that has said all still gets its answer`() async throws {
    let services = try await TestServices.make()
    services.plane.engine.hold()
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(Self.infer())
        await services.plane.engine.waitForJobs(1)
        connection.finish()
        services.plane.engine.release()
        let answer = try await connection.rest()
        #expect(answer.hasSuffix(Self.answerEnd))
      }
    }
  }
}
