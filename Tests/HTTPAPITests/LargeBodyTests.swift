import Domain
import Foundation
import HTTPTypes
import Inference
import InferenceProtocol
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HTTPAPI

/// Bodies whose reading and printing take long: other connections do not wait for them, and their own keeps its order.
@Suite(.timeLimit(.minutes(1))) struct LargeBodyTests {
  /// An infer body of `rows` rows, of some ten bytes each.
  static func body(_ rows: Int) -> String {
    let data = Array(repeating: "1.25,2.5", count: rows).joined(separator: ",")
    return #"{"inputs":[{"name":"x","shape":[\#(rows),2],"datatype":"FP32","data":[\#(data)]}]}"#
  }

  @Test(arguments: [(10, true), (20_000, false)])
  func `a large body is not read on an event loop`(rows: Int, isOnLoop: Bool) async throws {
    var services = try await TestServices.make()
    let places = Mutex<[Bool]>([])
    // Asked for in the middle of reading.
    services.api.routingKeyHeader = { _ in
      places.withLock { $0.append(MultiThreadedEventLoopGroup.currentEventLoop != nil) }
      return nil
    }
    try await LiveServer.run(services) { server in
      let answer = try await RawClient.send(
        port: server.port, FrontDoorTests.infer("Connection: close\r\n", body: Self.body(rows)))
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
    #expect(places.withLock { $0 } == [isOnLoop])
  }

  @Test func `large and small answers keep the order of their requests`() async throws {
    let services = try await TestServices.make()
    let (large, small) = (Self.body(20_000), Self.body(1))
    let broken = String(repeating: " ", count: 200_000)
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(
          FrontDoorTests.infer(body: large) + FrontDoorTests.infer(body: small)
            + FrontDoorTests.live + FrontDoorTests.infer(body: broken)
            + FrontDoorTests.infer(body: large)
            + FrontDoorTests.infer("Connection: close\r\n", body: small))
        let ends = [
          ",3.75]}]}", ":[3.75]}]}", "true}", "of the body\"}", ",3.75]}]}", ":[3.75]}]}",
        ]
        for (index, end) in ends.enumerated() {
          let answer = try await connection.read(through: end)
          #expect(answer.hasPrefix(index == 3 ? "HTTP/1.1 400 " : "HTTP/1.1 200 OK\r\n"))
          #expect(answer.hasSuffix(end))
          #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
        }
      }
    }
  }

  @Test func `both ways in and out give the same large answer, plain and packed`() async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      for fields in [[], ["Accept-Encoding: gzip"]] {
        let (door, router) = try await server.bothWays(fields, body: Self.body(20_000))
        #expect(door?.status == 200)
        #expect(door == router)
      }
    }
  }

  @Test(arguments: [100, 20_000])
  func
    `a reply that would be longer than it may be is refused both ways, and the connection goes on`(
      rows: Int
    ) async throws
  {
    var limits = APILimits()
    limits.answerBody = rows * 4
    try await LiveServer.run(try await TestServices.make(limits: limits)) { server in
      let (door, router) = try await server.bothWays(body: Self.body(rows))
      #expect(door == router)
      #expect(door?.status == 400)
      #expect(door?["vigia-model-version"] == "1")
      #expect(
        door?.text.hasPrefix(
          #"{"error":"with output \"y\" of shape [\#(rows)] the reply is longer than the "#) == true
      )
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(
          FrontDoorTests.infer(body: Self.body(rows)) + FrontDoorTests.live)
        let refused = try await connection.read(through: "}")
        #expect(refused.hasPrefix("HTTP/1.1 400 "))
        #expect(try await connection.read(through: "true}").hasPrefix("HTTP/1.1 200 OK\r\n"))
      }
    }
  }

  @Test(arguments: [100, 20_000])
  func `a reply that printing refuses is recorded as what its client got, and one that fits as ok`(
    rows: Int
  ) async throws {
    var limits = APILimits()
    limits.answerBody = rows * 4
    let services = try await TestServices.make(limits: limits)
    let records = services.plane.records
    try await LiveServer.run(services) { server in
      for fields in [[], ["Accept-Encoding: gzip"]] {
        _ = try await server.bothWays(fields, body: Self.body(rows))
      }
      #expect(records.list.map(\.outcome) == [.invalid, .invalid, .invalid, .invalid])
      #expect(
        records.list.allSatisfy { $0.error?.contains("the reply is longer than the") == true })
      #expect(services.plane.plane.refusals["m"]?[.mismatch] == 4)
      _ = try await server.bothWays(body: Self.body(rows / 2))
      #expect(records.list.dropFirst(4).map(\.outcome) == [.ok, .ok])
    }
  }

  @Test func `a client that leaves while its body is read gives its bytes back`() async throws {
    let body = Self.body(20_000)
    var limits = APILimits()
    limits.receivingBytes = body.utf8.count + 1_000
    var services = try await TestServices.make(limits: limits)
    let gate = Gate()
    services.api.routingKeyHeader = { _ in gate.pass() }
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(FrontDoorTests.infer(body: body))
        await gate.entered()
      }
      let refused = try await RawClient.send(
        port: server.port, FrontDoorTests.infer("Connection: close\r\n", body: body))
      #expect(refused.hasPrefix("HTTP/1.1 503 "))
      gate.open()
      var answer = ""
      while !answer.hasPrefix("HTTP/1.1 200 OK") {
        answer = try await RawClient.send(
          port: server.port, FrontDoorTests.infer("Connection: close\r\n", body: body))
      }
    }
  }

  @Test func `a server that closes answers what it is reading, and says so`() async throws {
    var services = try await TestServices.make()
    let gate = Gate()
    services.api.routingKeyHeader = { _ in gate.pass() }
    try await LiveServer.run(services) { server in
      try await RawConnection.open(port: server.port) { connection in
        try await connection.send(FrontDoorTests.infer(body: Self.body(20_000)))
        await gate.entered()
        await server.shutDown()
        gate.open()
        let answer = try await connection.rest()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix(",3.75]}]}"))
      }
    }
  }

  @Test(arguments: [
    (131_072, nil, false), (131_073, nil, true), (400_000, "100", false), (400_000, "140000", true),
    (600_000, "100", true), (400_000, "x", true), (100, "x", false),
  ])
  func `JSON is large sooner than what is copied`(
    bytes: Int, headerLength: String?, isLarge: Bool
  ) {
    let fields: HTTPFields = headerLength.map { [.inferenceHeaderContentLength: $0] } ?? [:]
    #expect(LargeBody.isLarge(bytes, fields) == isLarge)
  }

  @Test(arguments: [
    (8_192, false, false), (8_193, false, true), (8_193, true, false), (131_073, true, true),
  ])
  func `an answer is large by what is printed`(elements: Int, isBinary: Bool, isLarge: Bool) {
    let response = InferResponse(
      modelName: "m",
      outputs: [
        Tensor(name: "y", shape: [elements], fp32: Array(repeating: 1, count: elements))
      ])
    let request = InferRequest(parameters: ["binary_data_output": .bool(isBinary)], inputs: [])
    #expect(LargeBody.isLarge(response, for: request) == isLarge)
  }
}

/// Holds the first that passes until it is opened.
private final class Gate: Sendable {
  private let isFirst = Mutex(true)
  private let held = DispatchSemaphore(value: 0)
  private let arrived: AsyncStream<Void>
  private let arrival: AsyncStream<Void>.Continuation

  init() { (arrived, arrival) = AsyncStream.makeStream() }

  func pass() -> String? {
    let isFirst = isFirst.withLock { isFirst in
      defer { isFirst = false }
      return isFirst
    }
    guard isFirst else { return nil }
    arrival.finish()
    held.wait()
    return nil
  }

  func entered() async { for await _ in arrived {} }

  func open() { held.signal() }
}
