import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct V2RouteTests {
  static let body =
    #"{"id":"c-1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]}"#

  @Test func `the server says who it is and what works`() async throws {
    try await TestServices.make().withClient { client in
      for path in ["/v2", "/v2/"] {
        let answer = try await client.get(path)
        #expect(answer.status == .ok)
        #expect(answer.text.hasPrefix(#"{"name":"vigia","version":"0.1.0","extensions":["#))
      }
    }
  }

  @Test(arguments: [
    ("/v2/health/live", 200), ("/v2/health/ready", 200), ("/v2/models/m/ready", 200),
    ("/v2/models/m/versions/1/ready", 200), ("/v2/models/m/versions/2/ready", 503),
    ("/v2/models/m/versions/9/ready", 404), ("/v2/models/none/ready", 404),
  ])
  func `health and readiness answer by status`(path: String, expected: Int) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get(path)
      #expect(answer.status.code == expected)
    }
  }

  @Test func `a version that is not ready says why, and to wait only where that helps`()
    async throws
  {
    try await TestServices.make().withClient { client in
      let answer = try await client.get("/v2/models/m/versions/2/ready")
      #expect(
        answer.error
          == "m@2 is not loaded: nobody has loaded it since the start; vigia model load m 2 --reason \"...\""
      )
      #expect(answer.text.hasPrefix(#"{"name":"m","ready":false,"#))
      #expect(answer.headers[.retryAfter] == nil)
      let infer = try await client.post("/v2/models/m/versions/2/infer", Self.body, [:])
      #expect(infer.status == .serviceUnavailable)
      #expect(infer.error == answer.error)
      #expect(infer.headers[.retryAfter] == nil)
    }
  }

  @Test func `a server on its way out answers, is not ready, and asks to leave`() async throws {
    let services = try await TestServices.make()
    let router = makeRouter(services.api)
    router.startClosing()
    try await services.withClient(of: router) { client in
      let ready = try await client.get("/v2/health/ready")
      #expect(ready.status == .serviceUnavailable)
      let answer = try await client.post("/v2/models/m/infer", Self.body, [:])
      #expect(answer.status == .ok)
      #expect(answer.headers[.connection] == "close")
    }
  }

  @Test func `HEAD is answered as GET without the body`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.executeRequest(
        uri: "/v2/health/live", method: .head, headers: [:], body: nil)
      #expect(answer.status == .ok)
      #expect(answer.body.readableBytes == 0)
    }
  }

  @Test func `metadata name inputs and outputs`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get("/v2/models/m")
      #expect(answer.status == .ok)
      #expect(
        answer.text.contains(#""inputs":[{"name":"x","shape":[-1,2],"datatype":"FP32""#)
          || answer.text.contains(#""inputs":[{"name":"x","datatype":"FP32","shape":[-1,2]"#))
      #expect(try await client.get("/v2/models/none").status == .notFound)
    }
  }

  @Test func `a prediction comes back with its version, variant and times`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/v2/models/m/infer", Self.body, [:])
      #expect(answer.status == .ok, "\(answer.text)")
      #expect(answer.text.contains(#""data":[3,7]"#) || answer.text.contains(#""data":[3.0,7.0]"#))
      #expect(answer.text.contains(#""id":"c-1""#))
      #expect(answer.headers[.vigiaModelVersion] == "1")
      #expect(answer.headers[.vigiaVariant] == "champion")
      #expect(answer.headers[.vigiaQueueMicroseconds] == "1")
      #expect(answer.headers[.vigiaComputeMicroseconds] == "2")
      #expect(answer.headers[.vigiaTotalMicroseconds].flatMap { Int($0) } != nil)
      #expect(answer.headers[.vigiaRequestID].flatMap { RequestID($0) } != nil)
    }
    #expect(services.plane.records.list.map(\.outcome) == [.ok])
  }

  @Test func `numbers that JSON lacks are null, and a field says which, both ways out`()
    async throws
  {
    @Sendable func body(_ data: String, _ parameters: String = "{}") -> String {
      #"{"parameters":\#(parameters),"#
        + #""inputs":[{"name":"x","shape":[3,2],"datatype":"FP32","data":[\#(data)]}]}"#
    }
    let data = "3e38,3e38,-3e38,-3e38,1,2"
    try await LiveServer.run(try await TestServices.make()) { server in
      let (door, router) = try await server.bothWays(body: body(data))
      #expect(door == router)
      #expect(door?.text.contains("[null,null,3.0]") == true, "\(door?.text ?? "")")
      #expect(door?["vigia-not-finite"] == "inf=1, -inf=1")
      let (finite, _) = try await server.bothWays(body: body("1,2,3,4,5,6"))
      #expect(finite?["vigia-not-finite"] == nil)
      let (binary, _) = try await server.bothWays(
        body: body(data, #"{"binary_data_output":true}"#))
      #expect(binary?.status == 200)
      #expect(binary?["vigia-not-finite"] == nil)
    }
  }

  @Test(arguments: [
    ("application/json", true), ("text/plain", true), ("", false),
    ("application/octet-stream", true),
  ])
  func `infer takes JSON whatever the content type`(type: String, isSet: Bool) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        "/v2/models/m/infer", Self.body, isSet ? [.contentType: type] : [:])
      #expect(answer.status == .ok)
    }
  }

  @Test func `a named version answers directly`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/v2/models/m/versions/1/infer", Self.body, [:])
      #expect(answer.headers[.vigiaVariant] == "direct")
    }
  }

  @Test func `a wrong shape is answered with both shapes`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post(
        "/v2/models/m/infer",
        #"{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}"#, [:])
      #expect(answer.status == .badRequest)
      #expect(answer.error?.contains("[-1,2]") == true)
      #expect(answer.error?.contains("[1,3]") == true)
    }
    #expect(services.plane.records.list.map(\.outcome) == [.invalid])
  }

  @Test(arguments: [
    "", "not json", "{", #"{"inputs":[]}"#, "[1]",
    #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2,3]}]}"#,
  ])
  func `a body that is no request is the client's fault, and counted`(body: String) async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/v2/models/m/infer", body, [:])
      #expect(answer.status == .badRequest)
      #expect(answer.error?.isEmpty == false)
    }
    #expect(services.plane.records.list.map(\.outcome) == [.invalid])
  }

  @Test func `an unknown model is not found`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/v2/models/none/infer", Self.body, [:])
      #expect(answer.status == .notFound)
      #expect(answer.error?.contains("none") == true)
    }
  }

  @Test(arguments: [(-1, 200), (0, 200), (1, 413)])
  func `a body may have as many bytes as the limit`(beyond: Int, expected: Int) async throws {
    var limits = APILimits()
    limits.inferBody = 4_096
    let padding = String(repeating: " ", count: 4_096 - Self.body.utf8.count + beyond)
    try await TestServices.make(limits: limits).withClient { client in
      let answer = try await client.post("/v2/models/m/infer", Self.body + padding, [:])
      #expect(answer.status.code == expected)
      if expected == 413 { #expect(answer.error?.contains("4096") == true) }
    }
  }

  @Test func `binary tensors go both ways`() async throws {
    try await TestServices.make().withClient { client in
      let json = #"""
        {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}],"parameters":{"binary_data_output":true}}
        """#
      var body = ByteBuffer(string: json)
      body.writeInteger(Float(1.5).bitPattern, endianness: .little)
      body.writeInteger(Float(2).bitPattern, endianness: .little)
      let answer = try await client.executeRequest(
        uri: "/v2/models/m/infer", method: .post,
        headers: [.inferenceHeaderContentLength: String(json.utf8.count)], body: body)
      #expect(answer.status == .ok)
      #expect(answer.headers[.contentType] == "application/octet-stream")
      let length = try #require(
        answer.headers[.inferenceHeaderContentLength].flatMap { Int($0) })
      var tail = answer.body
      tail.moveReaderIndex(forwardBy: length)
      #expect(tail.readInteger(endianness: .little, as: UInt32.self) == Float(3.5).bitPattern)
      #expect(tail.readableBytes == 0)
    }
  }

  @Test func `the index lists versions, or only those that are ready`() async throws {
    try await TestServices.make().withClient { client in
      struct Entry: Decodable { var name, version, state: String }
      let all = try await client.post("/v2/repository/index", "", [:]).decoded([Entry].self)
      #expect(all.map(\.version) == ["1", "2"])
      let ready = try await client.post("/v2/repository/index", #"{"ready":true}"#, [:])
        .decoded([Entry].self)
      #expect(ready.map(\.version) == ["1"])
      let wrong = try await client.get("/v2/repository/index")
      #expect(wrong.status == .methodNotAllowed)
      #expect(wrong.headers[.allow] == "POST")
      #expect(wrong.error != nil)
    }
  }

  @Test(arguments: [
    "/", "/v1", "/v2/models", "/v2/models//infer", "/vigia", "/v2/models/%zz/ready",
  ])
  func `an unknown path is not found, with V2's body`(path: String) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get(path)
      #expect(answer.status == .notFound)
      #expect(answer.error != nil)
    }
  }

  @Test func `metrics come as text`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.get("/metrics")
      #expect(answer.text == "vigia_up 1\n")
      #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}
