import Domain
import Foundation
import HTTPAPI
import InferenceProtocol
import Logging
import Testing

/// What is asked of a request, and told in its reply, is the same for the fast handler and for the router.
@Suite(.timeLimit(.minutes(1))) struct BothWaysTests {
  @Test(
    arguments: [
      (
        #""outputs":[{"name":"y","parameters":{"classification":3}}]"#,
        "output \"y\": the parameter \"classification\""
      ),
      (
        #""outputs":[{"name":"y","parameters":{"shared_memory_region":"r","shared_memory_byte_size":8}}]"#,
        "output \"y\": the parameter \"shared_memory_byte_size\""
      ),
      (#""parameters":{"sequence_id":7}"#, "the parameter \"sequence_id\" of a request"),
      (
        #""parameters":{"triton_final_response":true}"#,
        "the parameter \"triton_final_response\" of a request"
      ),
      (
        #""parameters":{"mine":7},"outputs":[{"name":"y","parameters":{"binary_data":false,"mine":"x"}}]"#,
        nil
      ),
    ] as [(String, String?)])
  func `what would be left out is refused by its name`(asked: String, refused: String?) async throws
  {
    let body = FrontDoorTests.body.dropLast() + "," + asked + "}"
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(body: String(body))
      #expect(door == router)
      #expect(door?.status == (refused == nil ? 200 : 501))
      if let refused {
        #expect(
          door?.text
            == #"{"error":"\#(refused.replacingOccurrences(of: "\"", with: "\\\"")) is not supported"}"#
        )
      }
    }
  }

  static let listed = "https://ops.example"
  static let tokens = RouteMatrixTests.tokens

  /// A request, and the status that it has both ways.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: [String] = []
    var host = "Host: localhost"
    var path = "/v2/models/m/infer"
    var status: Int
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(name: "its own name", status: 200),
    Case(name: "its own address", host: "Host: 127.0.0.1:8080", status: 200),
    Case(name: "another name", host: "Host: evil.example", status: 403),
    Case(name: "no name", host: "", status: 400),
    Case(name: "two names", host: "Host: localhost\r\nHost: localhost", status: 400),
    Case(name: "its own page", fields: ["Origin: http://localhost"], status: 200),
    Case(name: "a listed page", fields: ["Origin: \(listed)"], status: 200),
    Case(name: "another page", fields: ["Origin: http://evil.example"], status: 403),
    Case(
      name: "a page that begins like a listed one", fields: ["Origin: \(listed).evil"], status: 403),
    Case(name: "a listed page on another port", fields: ["Origin: \(listed):8443"], status: 403),
    Case(
      name: "a listed page by another scheme", fields: ["Origin: http://ops.example"], status: 403),
    Case(name: "a page from nowhere", fields: ["Origin: null"], status: 403),
    Case(
      name: "two pages", fields: ["Origin: \(listed)", "Origin: http://evil.example"], status: 403),
    Case(name: "another version", path: "/v2/models/m/versions/9/infer", status: 404),
    Case(name: "another model", path: "/v2/models/none/infer", status: 404),
    Case(name: "a path beside it", path: "/v2/models/m/infers", status: 404),
  ])
  func `host, origin and path are judged the same`(_ one: Case) async throws {
    let services = try await TestServices.make(origins: [Self.listed])
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(one.fields, host: one.host, path: one.path)
      #expect(door?.status == one.status)
      #expect(door == router)
    }
  }

  @Test(arguments: [
    ([], 401), (["Authorization: Bearer wrong"], 401), (["Authorization: Basic reader"], 401),
    (["Authorization: Bearer reader"], 200), (["Authorization: bearer admin"], 200),
    (["Authorization: Bearer reader", "Authorization: Bearer reader"], 401),
    (["Origin: \(listed)"], 401), (["Origin: \(listed)", "Authorization: Bearer reader"], 200),
  ])
  func `a token is judged the same, and a listed page has no right without one`(
    fields: [String], status: Int
  ) async throws {
    let services = try await TestServices.make(
      authenticator: Authenticator(tokens: Self.tokens), origins: [Self.listed])
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(fields)
      #expect(door?.status == status)
      #expect(door == router)
    }
  }

  @Test(arguments: [
    ("an answer", FrontDoorTests.body, 200), ("a refusal", "]", 400),
    ("a body that is too large", String(repeating: " ", count: 5_000), 413),
  ])
  func `a listed page may read each reply, a refusal too`(
    name: String, body: String, status: Int
  ) async throws {
    var limits = APILimits()
    limits.inferBody = 4_000
    let services = try await TestServices.make(origins: [Self.listed], limits: limits)
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(["Origin: \(Self.listed)"], body: body)
      for answer in [door, router] {
        #expect(answer?.status == status)
        #expect(answer?.all("access-control-allow-origin") == [Self.listed])
        #expect(answer?.all("vary") == ["Origin"])
        #expect(answer?["access-control-allow-credentials"] == nil)
        let exposed = answer?["access-control-expose-headers"] ?? ""
        for name in ["Vigia-Request-Id", "Vigia-Model-Version", "Inference-Header-Content-Length"] {
          #expect(exposed.contains(name))
        }
      }
      let (plain, _) = try await server.bothWays(body: body)
      #expect(plain?["access-control-allow-origin"] == nil)
      #expect(plain?.all("vary") == ["Origin"])
    }
  }

  @Test
  func `a request that its version refused names the version, one that never came to it does not`()
    async throws
  {
    try await LiveServer.run(try await TestServices.make()) { server in
      let unfit = #"{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}"#
      let (door, router) = try await server.bothWays(body: unfit)
      for answer in [door, router] {
        #expect(answer?.status == 400)
        #expect(answer?["vigia-model-version"] == "1")
        #expect(answer?["vigia-variant"] == "champion")
        #expect(answer?["vigia-total-us"].flatMap { Int($0) } != nil)
      }
      let (garbled, _) = try await server.bothWays(body: "]")
      #expect(garbled?.status == 400 && garbled?["vigia-model-version"] == nil)
    }
  }

  @Test func `without a list no reply speaks of origins`() async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays()
      for answer in [door, router] {
        #expect(answer?.status == 200)
        #expect(answer?["vary"] == nil)
        #expect(answer?["access-control-allow-origin"] == nil)
      }
      let (refused, _) = try await server.bothWays(["Origin: \(Self.listed)"])
      #expect(refused?.status == 403)
      #expect(refused?["access-control-allow-origin"] == nil)
    }
  }

  @Test(arguments: ["]", String(repeating: "[", count: 100), String(repeating: " ", count: 5_000)])
  func `of a model that is not there that is said, whatever is wrong with the body`(
    body: String
  ) async throws {
    var limits = APILimits()
    limits.inferBody = 4_000
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(body: body, path: "/v2/models/x/infer")
      #expect(door?.status == 404)
      #expect(router?.status == 404)
      #expect(door?.text == router?.text)
      #expect(door?.text.contains(#"model \"x\" is not in the repository"#) == true)
    }
    #expect(services.plane.records.list.isEmpty)
  }

  @Test(arguments: [(0, 200), (1, 413)])
  func `a body may have as many bytes as the limit`(beyond: Int, status: Int) async throws {
    var limits = APILimits()
    limits.inferBody = FrontDoorTests.body.utf8.count + 10
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      let body = FrontDoorTests.body + String(repeating: " ", count: 10 + beyond)
      let (door, router) = try await server.bothWays(body: body)
      #expect(door?.status == status)
      #expect(router?.status == status)
      #expect(door?.text == router?.text)
    }
    #expect(services.plane.records.list.count == 2)
  }

  @Test(arguments: [(5, 200), (4, 413)])
  func `a body may nest as deep as the limit`(depth: Int, status: Int) async throws {
    var limits = APILimits()
    limits.tensors.depth = depth
    let services = try await TestServices.make(limits: limits)
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(
        body: #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[[1,2]]}]}"#)
      #expect(door?.status == status)
      #expect(door == router)
    }
  }

  @Test(arguments: [(1, 200), (2, 413)])
  func `a body may have as many tensors as the limit`(count: Int, status: Int) async throws {
    var limits = APILimits()
    limits.tensors.tensors = 1
    let services = try await TestServices.make(limits: limits)
    let tensors = (0..<count).map { index in
      #"{"name":"\#(index == 0 ? "x" : "x\(index)")","shape":[1,2],"datatype":"FP32","data":[1,2]}"#
    }
    try await LiveServer.run(services) { server in
      let (door, router) = try await server.bothWays(
        body: #"{"inputs":[\#(tensors.joined(separator: ","))]}"#)
      #expect(door?.status == status)
      #expect(door == router)
    }
  }

  /// Three fields are the request's own.
  static let heads: [(fields: [String], isTaken: Bool)] = {
    let long = String(repeating: "a", count: 12_000)
    return [
      ((0..<97).map { "X-\($0): 1" }, true), ((0..<98).map { "X-\($0): 1" }, false),
      (["X: " + String(repeating: "a", count: 16_000)], true),
      (["X: " + String(repeating: "a", count: 17_000)], false),
      ((0..<6).map { "X-\($0): \(long)" }, false),
    ]
  }()

  @Test(arguments: heads)
  func `a head has a bound on the number of its fields and on their size`(
    fields: [String], isTaken: Bool
  ) async throws {
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(fields)
      #expect((door?.status == 200) == isTaken)
      #expect((router?.status == 200) == isTaken)
    }
  }

  @Test(arguments: [
    ("an answer", FrontDoorTests.body, [String]()), ("a body that is none", "]", []),
    ("a wrong name", FrontDoorTests.body.replacingOccurrences(of: "\"x\"", with: "\"z\""), []),
    ("a foreign page", FrontDoorTests.body, ["Origin: http://evil.example"]),
    ("a form that is not known", FrontDoorTests.body, ["Content-Encoding: br"]),
  ])
  func `each reply has an id of its own, which is that of the record and of the line`(
    name: String, body: String, fields: [String]
  ) async throws {
    let lines = LogLines()
    var services = try await TestServices.make(logger: lines.logger)
    services.api.logsRequests = true
    let ready = services
    try await LiveServer.run(ready) { server in
      let (door, router) = try await server.bothWays(fields, body: body)
      let ids = [door, router].compactMap { $0?["vigia-request-id"] }
      #expect(Set(ids).count == 2)
      #expect(ids.allSatisfy { RequestID($0) != nil })
      #expect(lines.list.compactMap { $0.metadata["request_id"]?.description } == ids)
      let recorded = ready.plane.records.list.map(\.id.description)
      #expect(recorded.isEmpty || recorded == ids)
    }
  }

  @Test func `a line tells who asked what of whom, how it ended and how long it took`() async throws
  {
    let lines = LogLines()
    var services = try await TestServices.make(logger: lines.logger)
    services.api.logsRequests = true
    let ready = services
    try await LiveServer.run(ready) { server in
      _ = try await server.bothWays(["X-Vigia-Client: batch"])
      _ = try await server.bothWays(
        ["X-Vigia-Client: batch"], path: "/v2/models/%1b%5b2Jm/versions/7/infer")
    }
    #expect(lines.list.map(\.text) == Array(repeating: "request", count: 4))
    for line in lines.list.prefix(2) {
      #expect(line.metadata["client"] == "batch")
      #expect(line.metadata["model"] == "m")
      #expect(line.metadata["version"] == "1")
      #expect(line.metadata["status"] == "200")
      #expect(line.metadata["total_us"].flatMap { Int("\($0)") } != nil)
    }
    for line in lines.list.suffix(2) {
      #expect(line.metadata["model"] == #"\u{1b}[2Jm"#)
      #expect(line.metadata["version"] == "7")
      #expect(line.metadata["status"] == "404")
    }
  }
}
