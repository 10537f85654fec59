import Domain
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// Bodies that are packed for their way, in and out.
@Suite(.timeLimit(.minutes(1))) struct CodingTests {
  /// `FrontDoorTests.body` as Python's gzip and zlib pack it.
  static let gzip = bytes(
    "H4sIAAAAAAACA6tWykxRslJKVNJRyswrKC0pVrKKrlbKS8xNBYpWAEWLMxILgOxoQx2jWB2llMSSxJJKkICSW4CxkRJEBCpdG1sLANCQmOlPAAAA"
  )
  static let deflate = bytes(
    "eJyrVspMUbJSSlTSUcrMKygtKVayiq5WykvMTQWKVgBFizMSC4DsaEMdo1gdpZTEksSSSpCAkluAsZESRAQqXRtbCwCyqBeT"
  )
  /// In two members.
  static let members = bytes(
    "H4sIAAAAAAACA6tWykxRslJKVNJRyswrKC0pVrKKBgBgeStdFAAAAB+LCAAAAAAAAgOrVspLzE1VslKqUNJRKs5ILACyow11jGJ1lFISSxJLKkECSm4BxkZKEBGodG1sLQDtWcIIOwAAAA=="
  )
  /// With a million blanks after it, in 1122 bytes.
  static let bomb = bytes(
    "H4sIAAAAAAACA+3JMQrCQBRF0a3Ir6dJ7LIAa/uQYiCCKQyBTEAJ2bsjugPbc6rHfXtMY3SRI8U0L1tZo+v3mPPjVuuz1vWel7r7JrVDijGXXF6fEJfruY1v+d3HcJwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP70BkmyiF5PABAA"
  )

  private static func bytes(_ base64: String) -> [UInt8] {
    Array(Data(base64Encoded: base64) ?? Data())
  }

  @Test(arguments: [
    ("gzip", gzip, 200), ("x-gzip", gzip, 200), ("GZIP", gzip, 200), ("gzip", members, 200),
    ("deflate", deflate, 200), ("identity", Array(FrontDoorTests.body.utf8), 200),
    ("gzip", Array(gzip.dropLast(9)), 400), ("gzip", Array(FrontDoorTests.body.utf8), 400),
    ("gzip", gzip + [1, 2, 3], 400), ("gzip", [], 400), ("deflate", gzip, 400), ("br", gzip, 415),
    ("gzip, gzip", gzip, 415),
  ])
  func `a packed body is unpacked both ways in, and what cannot be is refused`(
    coding: String, body: [UInt8], status: Int
  ) async throws {
    let services = try await TestServices.make()
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(["Content-Encoding: \(coding)"], body: body)
      #expect(door?.status == status, "\(door?.text ?? "")")
      #expect(door == router)
      if status == 200 { #expect(door?.text.hasSuffix(FrontDoorTests.answerEnd) == true) }
      if status == 415 { #expect(door?["accept-encoding"] == "gzip, deflate") }
    }
    let outcomes = services.plane.records.list.map(\.outcome)
    #expect(outcomes == Array(repeating: status == 200 ? .ok : .invalid, count: 2))
  }

  @Test(arguments: [(1 << 20, 200), ((1 << 20) - 1, 413)])
  func `a small body that unpacks to more than the limit is refused`(
    beyond: Int, status: Int
  ) async throws {
    var limits = APILimits()
    limits.inferBody = FrontDoorTests.body.utf8.count + beyond
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(["Content-Encoding: gzip"], body: Self.bomb)
      #expect(door?.status == status)
      #expect(door == router)
    }
  }

  @Test func `what is unpacked at once has a bound, and is given back`() async throws {
    var limits = APILimits()
    limits.unpackedBytes = 1 << 20
    let services = try await TestServices.make(limits: limits)
    try await services.withClient { client in
      let fields: HTTPFields = [.contentEncoding: "gzip"]
      func ask(_ body: [UInt8]) async throws -> Int {
        try await client.executeRequest(
          uri: "/v2/models/m/infer", method: .post, headers: fields, body: ByteBuffer(bytes: body)
        ).status.code
      }
      for _ in 0..<3 {
        let refused = try await ask(Self.bomb)
        #expect(refused == 503)
        let answered = try await ask(Self.gzip)
        #expect(answered == 200)
      }
    }
  }

  @Test func `a console's questions and labels may come packed, too`() async throws {
    // {"limit":1}
    let body = Self.bytes("H4sIAAAAAAACA6tWysnMzSxRsjKsBQDuRjmKCwAAAA==")
    try await TestServices.make().withClient { client in
      for path in ["/v2/repository/index", "/vigia/v1/audit"] {
        let answer = try await client.executeRequest(
          uri: path, method: .post,
          headers: [.contentEncoding: "gzip", .contentType: "application/json"],
          body: ByteBuffer(bytes: body))
        #expect(answer.status == .ok, "\(answer.text)")
      }
    }
  }

  /// A request of so many rows, whose answer has as many numbers.
  private static func wide(_ rows: Int) -> String {
    let data = (0..<rows * 2).map { _ in "1.25" }.joined(separator: ",")
    return #"{"inputs":[{"name":"x","shape":[\#(rows),2],"datatype":"FP32","data":[\#(data)]}]}"#
  }

  @Test(arguments: [1_000, 20_000])
  func `a large reply goes as gzip to whoever takes it, both ways out`(rows: Int) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let (plain, _) = try await server.bothWays(body: Self.wide(rows))
      let (door, router) = try await server.bothWays(
        ["Accept-Encoding: br, gzip;q=0.5"], body: Self.wide(rows))
      #expect(plain?["content-encoding"] == nil)
      for answer in [door, router] {
        let answer = try #require(answer)
        #expect(answer["content-encoding"] == "gzip")
        #expect(answer["vary"] == "Accept-Encoding")
        #expect(answer["content-length"] == "\(answer.body.count)")
        #expect(answer.body.count < (plain?.body.count ?? 0) / 10)
        #expect(try Self.unpacked(answer.body) == plain?.body)
      }
    }
  }

  @Test(arguments: [
    ("", 1_000), ("gzip;q=0", 1_000), ("gzip; q=0.000, *", 1_000), ("br", 1_000), ("gzip", 1),
    ("gzip", 700),
  ])
  func `a small reply, and one to whoever does not take gzip, goes as it is`(
    accepted: String, rows: Int
  ) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(
        accepted.isEmpty ? [] : ["Accept-Encoding: \(accepted)"], body: Self.wide(rows))
      for answer in [door, router] {
        #expect(answer?.status == 200)
        #expect(answer?["content-encoding"] == nil)
        #expect(answer?["vary"] == (rows < 1_000 ? nil : "Accept-Encoding"))
      }
    }
  }

  @Test func `binary tensors are packed with their JSON, whose length is the unpacked one`()
    async throws
  {
    let json = Self.wide(2_000).dropLast() + #","parameters":{"binary_data_output":true}}"#
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(["Accept-Encoding: gzip"], body: String(json))
      for answer in [door, router] {
        let answer = try #require(answer)
        let bytes = try Self.unpacked(answer.body)
        let length = try #require(answer["inference-header-content-length"].flatMap { Int($0) })
        #expect(bytes.count == length + 8_000)
        #expect(bytes[..<length].last == UInt8(ascii: "}"))
      }
    }
  }

  /// What the machine's own gzip makes of it.
  private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let file = URL(filePath: "\(folder.path)/body.gz")
    try Data(bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-d", file.path]
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: URL(filePath: "\(folder.path)/body")))
  }
}
