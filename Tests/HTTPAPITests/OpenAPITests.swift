import Domain
import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inference
import Testing

/// `/openapi.json` is true to the routes and to their answers.
@Suite struct OpenAPITests {
  private func check(
    of services: TestServices,
    _ body: @Sendable (SchemaCheck, any TestClientProtocol) async throws -> Void
  ) async throws {
    try await services.withClient { client in
      let answer = try await client.get("/openapi.json")
      #expect(answer.status == .ok)
      #expect(answer.headers[.contentType] == "application/json")
      try await body(SchemaCheck(Data(answer.body.readableBytesView)), client)
    }
  }

  @Test func `every path of every endpoint is there, under its verb, and nothing else`()
    async throws
  {
    try await check(of: .make()) { check, _ in
      let paths = try #require(check.document["paths"])
      var ids: [String] = []
      for endpoint in Endpoint.allCases {
        for path in endpoint.route.paths {
          let method = endpoint.route.method.rawValue.lowercased()
          let isPost = method == "post"
          let operation = try #require(paths[path, method], "\(method) \(path) is missing")
          let verbs = Endpoint.allCases.count { $0.route.paths.contains(path) }
          #expect(paths[path]?.members.count == verbs)
          ids.append(try #require(operation["operationId"]?.text))
          #expect(operation["responses", "200"] != nil)
          #expect(operation["responses", "403"] != nil)
          #expect((operation["responses", "415"] != nil) == isPost)
          #expect((operation["requestBody"] != nil) == isPost)
          let named = (operation["parameters"]?.items ?? []).filter { $0["in"] == .string("path") }
          #expect(named.allSatisfy { path.contains("{\($0["name"]?.text ?? "?")}") })
          #expect(named.count == path.count { $0 == "{" })
        }
      }
      #expect(paths.members.reduce(0) { $0 + $1.value.members.count } == ids.count)
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test(arguments: [
    "series", "heatmap", "judgements", "business", "requests", "failures", "past", "runbooks",
  ])
  func `what a question about something that is not there gets is told`(
    path: String
  ) async throws {
    try await check(of: .make()) { check, _ in
      let operation = try #require(check.document["paths", "/vigia/v1/\(path)", "post"])
      #expect(operation["responses", "404"] != nil)
    }
  }

  @Test func `a body is required wherever its content type is`() async throws {
    try await check(of: .make()) { check, _ in
      for endpoint in Endpoint.allCases where endpoint.route.requiresJSONContentType {
        let body = check.document["paths", endpoint.route.paths[0], "post", "requestBody"]
        #expect(body?["required"] == .bool(true), "\(endpoint)")
      }
    }
  }

  @Test(arguments: [
    ("/api/v1/query", ["query"]), ("/api/v1/query_range", ["end", "query", "start", "step"]),
  ])
  func `a query says what it cannot do without`(path: String, needed: [String]) async throws {
    try await check(of: .make()) { check, client in
      let all = check.document["paths", path, "get", "parameters"]?.items ?? []
      let required = all.filter { $0["required"] == .bool(true) }
      #expect(required.compactMap { $0["name"]?.text }.sorted() == needed)
      #expect(required.allSatisfy { $0["schema", "minLength"] == .number(1) })
      let whole = ["query=1", "start=1", "end=2", "step=1"]
      for name in needed {
        let left = whole.filter { !$0.hasPrefix("\(name)=") }.joined(separator: "&")
        #expect(try await client.get("\(path)?\(left)").status == .badRequest, "\(name)")
        let empty = try await client.get("\(path)?\(name)=&\(left)")
        #expect(empty.status == .badRequest, "\(name)")
      }
    }
  }

  @Test(arguments: [true, false])
  func `it says who needs a token on this very server`(isReadingOpen: Bool) async throws {
    let services = try await TestServices.make(
      authenticator: isReadingOpen
        ? Authenticator(localToken: secret) : Authenticator(tokens: RouteMatrixTests.tokens))
    try await check(of: services) { check, _ in
      for endpoint in Endpoint.allCases {
        let route = endpoint.route
        let operation = check.document["paths", route.paths[0], route.method.rawValue.lowercased()]
        let isOpen = route.access == .open || (isReadingOpen && route.access == .read)
        #expect(operation?["security"]?.items.isEmpty == isOpen, "\(endpoint)")
        #expect((operation?["responses", "401"] == nil) == isOpen, "\(endpoint)")
      }
    }
  }

  @Test func `every reference leads to something`() async throws {
    try await check(of: .make()) { check, _ in
      var left = [check.document]
      var seen: Set<String> = []
      while let value = left.popLast() {
        if let reference = value["$ref"]?.text {
          seen.insert(reference)
          #expect(check.resolved(reference) != nil, "\(reference)")
        }
        left += value.items + value.members.values
      }
      #expect(seen.count > 50)
    }
  }

  @Test(arguments: [
    ("/v2", "/v2", 200), ("/v2/health/live", "/v2/health/live", 200),
    ("/v2/health/ready", "/v2/health/ready", 200), ("/v2/models/m", "/v2/models/{model}", 200),
    ("/v2/models/x", "/v2/models/{model}", 404),
    ("/v2/models/m/ready", "/v2/models/{model}/ready", 200),
    ("/v2/models/m/versions/2/ready", "/v2/models/{model}/versions/{version}/ready", 503),
    ("/v2/models/m/config", "/v2/models/{model}/config", 200),
    ("/v2/models/stats", "/v2/models/stats", 200),
    ("/v2/models/m/versions/2/stats", "/v2/models/{model}/versions/{version}/stats", 503),
    ("/vigia/v1/status", "/vigia/v1/status", 200),
    ("/vigia/v1/commands/never-sent", "/vigia/v1/commands/{id}", 404),
    ("/vigia/v1/incidents", "/vigia/v1/incidents", 200),
    ("/vigia/v1/incidents?open=maybe", "/vigia/v1/incidents", 400),
    ("/vigia/v1/incidents/inc-1", "/vigia/v1/incidents/{id}", 200),
    ("/vigia/v1/incidents/inc-2", "/vigia/v1/incidents/{id}", 404),
    ("/vigia/v1/incidents/1", "/vigia/v1/incidents/{id}", 400),
    ("/vigia/v1/commands/0123456789abcdef", "/vigia/v1/commands/{id}", 200),
  ])
  func `what is read fits its schema`(path: String, documented: String, status: Int) async throws {
    var answers = FakeSource.Answers()
    answers.outcomes[CommandRouteTests.rollBack.id] = .done(sequence: 1, revision: 2, summary: "s")
    answers.incidents = .success([.full])
    let source = FakeSource(snapshot: .full, answers: answers)
    try await check(of: .make(source: source)) { check, client in
      let answer = try await client.get(path)
      #expect(answer.status.code == status)
      let json = try answer.json
      #expect(check.faults(of: json, check.schema(documented, "get", status)) == [])
    }
  }

  @Test(arguments: [
    ("/v2/models/{model}/infer", V2RouteTests.body, 200),
    ("/v2/models/{model}/infer", "]", 400),
    ("/vigia/v1/models/{model}/labels", #"{"labels":[{"id":"a","label":[1,"x",true]}]}"#, 200),
    ("/v2/repository/index", "", 200),
    ("/vigia/v1/series", #"{"measure":"accuracy","window":{"from":0,"to":2,"step":1}}"#, 200),
    (
      "/vigia/v1/heatmap",
      #"{"model":"m","window":{"from":0,"to":1,"step":1},"bucketCount":2,"lowest":1,"highest":9}"#,
      200
    ), ("/vigia/v1/requests", #"{"onlyErrors":false,"limit":1}"#, 200),
    (
      "/vigia/v1/business",
      #"{"model":"m","window":{"from":0,"to":0,"step":9},"borders":[0,90000]}"#, 200
    ),
    ("/vigia/v1/audit", #"{"limit":1}"#, 200),
    ("/vigia/v1/runbooks", #"{"alert":"Full","limit":1}"#, 200),
    ("/vigia/v1/preflight", #"{"model":"m","version":"2"}"#, 200),
    ("/vigia/v1/commands", "{}", 400), ("/vigia/v1/reload", "{}", 200),
  ])
  func `what is asked for fits its schema`(path: String, body: String, status: Int) async throws {
    try await check(of: .make(source: FakeSource(snapshot: .full, answers: .full))) {
      check, client in
      let answer = try await client.post(
        path.replacing("{model}", with: "m"), body, .bearer(secret))
      #expect(answer.status.code == status, "\(answer.text)")
      let json = try answer.json
      #expect(check.faults(of: json, check.schema(path, "post", status)) == [])
      #expect(answer.headers[HTTPField.Name("Vigia-Request-Id")!].flatMap { RequestID($0) } != nil)
    }
  }

  @Test(arguments: [
    CommandOutcome.done(sequence: 1, revision: nil, summary: "s"), .unknown(reason: "r"),
    .refused(Refusal(.frozen, "until noon")), .refused(Refusal(.unknownModel, "none")),
  ])
  func `what a command comes to fits its schema`(outcome: CommandOutcome) async throws {
    try await check(of: .make(outcome: { _ in outcome })) { check, client in
      let answer = try await client.post(
        "/vigia/v1/commands", CommandRouteTests.rollBack, .bearer(secret))
      let schema = check.schema("/vigia/v1/commands", "post", answer.status.code)
      let json = try answer.json
      #expect(check.faults(of: json, schema) == [])
    }
  }

  @Test(arguments: [
    Command.Action.rollBack(model: "m", breakGlass: true),
    .promote(model: "m", version: "3", verification: .required),
    .setWeight(model: "m", version: "2", weight: 0.1), .setShadow(model: "m", version: nil),
    .freeze(model: "m", until: Timestamp(seconds: 5)), .unfreeze(model: "m"),
    .release(model: "m", version: "3"), .load(model: "m", version: nil),
    .unload(model: "m", version: "3", pinned: true), .pin(model: "m", version: "3"),
    .unpin(model: "m"), .undo(model: "m", row: 7),
    .limit(model: "m", scope: .eachClient, rate: 2.5, burst: nil),
    .shed(model: "m", scope: .client("a:b"), share: 0.2),
    .eject(model: "m", version: "3", upstream: "http://u", seconds: 60),
    .openIncident(model: nil, title: "t"), .openIncident(model: "m", title: "t"),
    .closeIncident(incident: IncidentID(12)), .note(incident: IncidentID(12), model: nil),
    .note(incident: nil, model: "m"),
    .tickStep(incident: IncidentID(1), runbook: "A", step: "0f", text: "Look", isDone: true),
    .stop,
  ])
  func `every command that there is fits its schema`(action: Command.Action) async throws {
    let command = Command(
      id: CommandRouteTests.rollBack.id, action: action, reason: "r", origin: .cli,
      expected: .init(revision: 4, champion: "1", championSHA256: "0123abcd"))
    let json = try JSONDecoder().decode(JSONTree.self, from: JSONEncoder().encode(command))
    try await check(of: .make()) { check, _ in
      #expect(check.faults(of: json, check.resolved("#/components/schemas/Command")) == [])
    }
  }

  @Test(arguments: [
    ("{}", true), (#"{"parameters":null}"#, true),
    (#"{"parameters":{"unload_dependents":[{}]}}"#, true),
    (#"{"parameters":{"config":"{}"}}"#, false), (#"{"parameters":[]}"#, false),
  ])
  func `a load takes what its schema takes`(body: String, isTaken: Bool) async throws {
    let json = try JSONDecoder().decode(JSONTree.self, from: Data(body.utf8))
    let services = try await TestServices.make()
    _ = try await services.plane.plane.load(ModelVersion(model: "m", version: "2"))
    try await check(of: services) { check, client in
      let faults = check.faults(of: json, check.resolved("#/components/schemas/LoadOrder"))
      #expect(faults.isEmpty == isTaken, "\(faults)")
      let answer = try await client.post(
        "/v2/repository/models/m/load", body, .bearer(secret))
      #expect(answer.status == (isTaken ? .ok : .badRequest), "\(answer.text)")
    }
  }

  @Test func `the check finds what is missing, what is not known and what is of another kind`()
    async throws
  {
    try await check(of: .make()) { check, _ in
      let schema = check.resolved("#/components/schemas/ServerMetadata")
      let faults = check.faults(
        of: .object(["name": .number(1), "extensions": .array([]), "more": .null]), schema)
      #expect(faults.count == 3, "\(faults)")
    }
  }
}

extension TestResponse {
  fileprivate var json: JSONTree { get throws { try decoded(JSONTree.self) } }
}
