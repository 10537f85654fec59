import Domain
import Foundation
import Integrations
import NIOHTTP1
import Testing

/// A Prometheus-compatible server, well and ill.
@Suite(.timeLimit(.minutes(1))) struct PrometheusSourceTests {
  private static let vector = #"""
    {"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"__name__":"up","job":"a b"},"value":[1795378662.729,"0.1"]},
    {"metric":{},"value":[1795378662,"+Inf"]},{"metric":{"x":"1"},"value":[0,"NaN"]}]},
    "warnings":["w"],"infos":[]}
    """#

  /// Asks a server that does what is said, and compares.
  private func outcome(
    of action: ScriptedUpstream.Action,
    question: MetricQuery = MetricQuery(expression: "up", time: 5),
    query: Duration = .seconds(20)
  ) async throws -> (Result<MetricAnswer, SeriesSourceFailure>, [ScriptedUpstream.Request]) {
    let server = try await ScriptedUpstream.start { _ in action }
    let result = await Self.ask(try UpstreamAddress.parse(server.url), question, query)
    let requests = server.requests
    try await server.die()
    return (result, requests)
  }

  private static func ask(
    _ address: UpstreamAddress, _ question: MetricQuery, _ query: Duration
  ) async -> Result<MetricAnswer, SeriesSourceFailure> {
    var limits = PrometheusSource.Limits()
    limits.query = query
    limits.reply = 1 << 20
    let source = PrometheusSource(address, limits: limits)
    let result: Result<MetricAnswer, SeriesSourceFailure>
    do throws(SeriesSourceFailure) {
      result = .success(try await source.answer(question))
    } catch {
      result = .failure(error)
    }
    await source.shutdown()
    return result
  }

  private static func reason(_ result: Result<MetricAnswer, SeriesSourceFailure>) -> String? {
    guard case .failure(.silent(let reason)) = result else { return nil }
    return reason
  }

  @Test func `an instant vector is read with all that numbers can be`() async throws {
    let (result, requests) = try await outcome(
      of: ScriptedUpstream.json(Self.vector),
      question: MetricQuery(expression: "sum by (a) (rate(b{c=~\"d+\"}[5m])) > 1 & é", time: 1_500))
    let answer = try result.get()
    #expect(answer.kind == .vector)
    #expect(
      answer.results.map(\.points) == [
        [.init(time: 1_795_378_662_729, value: "0.1")],
        [.init(time: 1_795_378_662_000, value: "+Inf")],
        [.init(time: 0, value: "NaN")],
      ])
    #expect(answer.results[0].labels == ["__name__": "up", "job": "a b"])
    let request = try #require(requests.first)
    #expect(request.method == .GET)
    #expect(
      request.path
        == "/api/v1/query?query=sum%20by%20%28a%29%20%28rate%28b%7Bc%3D~%22d%2B%22%7D%5B5m%5D%29%29%20%3E%201"
        + "%20%26%20%C3%A9&timeout=20000ms&partial_response=false&time=1.5")
  }

  @Test func `a range goes to its own route, and a long question by POST`() async throws {
    let (range, requests) = try await outcome(
      of: ScriptedUpstream.json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"2"]]}]}}"#
      ), question: MetricQuery(expression: "up", time: 9_000, range: .init(from: 1_000, step: 500)))
    #expect(try range.get().results.map(\.points.count) == [2])
    #expect(
      requests.first?.path
        == "/api/v1/query_range?query=up&timeout=20000ms&partial_response=false&start=1.0&end=9.0&step=0.5"
    )
    let long = "up{a=\"" + String(repeating: "x", count: 5_000) + "\"}"
    let (_, posted) = try await outcome(
      of: ScriptedUpstream.json(Self.vector), question: MetricQuery(expression: long, time: 1_000))
    let request = try #require(posted.first)
    #expect(request.method == .POST && request.path == "/api/v1/query")
    #expect(request.headers.first(name: "Content-Type") == "application/x-www-form-urlencoded")
    #expect(String(decoding: request.body, as: UTF8.self).hasPrefix("query=up%7Ba%3D%22xxx"))
  }

  @Test(arguments: [400, 422])
  func `what it cannot make sense of is the question's fault`(status: Int) async throws {
    let (result, _) = try await outcome(
      of: ScriptedUpstream.json(
        #"{"status":"error","errorType":"\#(status == 400 ? "bad_data" : "execution")","error":"1:3: no\u001b[2J"}"#,
        status: status))
    #expect(
      result
        == .failure(
          .refused(
            MetricQueryFailure(isBadQuery: status == 400, reason: "1:3: no\\u{1B}[2J"))))
  }

  @Test(
    arguments: [
      ("", "it is no JSON"), ("<html>", "it is no JSON"), ("[1,2]", "of another kind"),
      ("{}", "\"data\" is missing"),
      (#"{"status":"success","data":{}}"#, "\"resultType\" is missing"),
      (#"{"data":{"resultType":"table","result":[]}}"#, "table"),
      (#"{"data":{"resultType":"vector","result":{}}}"#, "\"data.result\" is of another kind"),
      (#"{"data":{"resultType":"vector","result":[{"metric":{}}]}}"#, "\"value\" is missing"),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"1"]}]}}"#,
        "another kind"
      ),
      (#"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,1]}]}}"#, "another kind"),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}"#,
        "its answer cannot be read"
      ),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}]}}"#,
        "no clock"
      ),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0x10"]}]}}"#,
        "is no number"
      ),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,""]}]}}"#, "is no number"
      ),
      (
        #"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1e"]}]}}"#,
        "is no number"
      ),
      (String(repeating: "[", count: 100_000), "its answer cannot be read"),
    ])
  func `an answer that is not Prometheus' is told, and is no answer`(body: String, words: String)
    async throws
  {
    let (result, _) = try await outcome(of: ScriptedUpstream.json(body))
    let reason = try #require(Self.reason(result))
    #expect(reason.hasPrefix("its answer cannot be read: ") && reason.contains(words), "\(reason)")
  }

  @Test(arguments: [
    (301, "redirects are not followed"), (401, "does not take these credentials"),
    (403, "does not take these credentials"), (404, "status 404: gone"), (400, "status 400: gone"),
    (429, "status 429: gone"), (503, "status 503: gone"),
  ])
  func `any other status is no answer`(status: Int, words: String) async throws {
    let (result, _) = try await outcome(
      of: .reply(
        status: status, headers: ["Location": "http://127.0.0.1:1/"], body: Array("gone".utf8)))
    #expect(Self.reason(result)?.contains(words) == true, "\(result)")
  }

  @Test(arguments: [
    (ScriptedUpstream.Action.silence, "no whole answer within 300 ms"),
    (.trickle, "no whole answer within 300 ms"),
  ])
  func `one that says nothing, or a byte now and then, is cut off in time`(
    action: ScriptedUpstream.Action, words: String
  ) async throws {
    let (result, _) = try await outcome(of: action, query: .milliseconds(300))
    #expect(Self.reason(result) == words)
  }

  @Test func `an answer without end, and one that promises 500 MB, are cut off at their bound`()
    async throws
  {
    let promised = "HTTP/1.1 200 OK\r\nContent-Length: 524288000\r\n\r\n{"
    for action in [ScriptedUpstream.Action.flood, .rawThenClose(promised)] {
      let (result, _) = try await outcome(of: action)
      #expect(Self.reason(result) == "its answer has more than 1048576 bytes")
    }
  }

  @Test func `nobody there, and one that hangs up, are told`() async throws {
    let server = try await ScriptedUpstream.start()
    let address = try UpstreamAddress.parse(server.url)
    try await server.die()
    let dead = await Self.ask(address, MetricQuery(expression: "up", time: 1), .seconds(20))
    #expect(Self.reason(dead) != nil)
    let (cut, _) = try await outcome(
      of: .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"sta"))
    #expect(Self.reason(cut) != nil)
  }

  @Test func `credentials are read at each use, and never told`() async throws {
    let server = try await ScriptedUpstream.start { _ in ScriptedUpstream.json(Self.vector) }
    let address = try UpstreamAddress.parse(server.url + "/prom/")
    let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = AuthorizationFile(path: path)
    let bearer = PrometheusSource(
      address, credentials: .bearer(file), headers: [.init(name: "X-Scope-OrgID", value: "team")])
    let basic = PrometheusSource(address, credentials: .basic(user: "ada", password: file))
    let question = MetricQuery(expression: "up", time: 1)
    await #expect(throws: SeriesSourceFailure.self) { try await bearer.answer(question) }
    #expect(server.requests.isEmpty)
    for secret in ["first", "second"] {
      try Data("\(secret)\n".utf8).write(to: URL(filePath: path))
      _ = try await bearer.answer(question)
      _ = try await basic.answer(question)
    }
    let values = server.requests.map { $0.headers.first(name: "Authorization") ?? "" }
    #expect(
      values == [
        "Bearer first", "Basic \(Data("ada:first".utf8).base64EncodedString())", "Bearer second",
        "Basic \(Data("ada:second".utf8).base64EncodedString())",
      ])
    #expect(server.requests[0].headers.first(name: "X-Scope-OrgID") == "team")
    #expect(server.requests[0].path.hasPrefix("/prom/api/v1/query?"))
    await bearer.shutdown()
    await basic.shutdown()
    try await server.die()
  }
}
