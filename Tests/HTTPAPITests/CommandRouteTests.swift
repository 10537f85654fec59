import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct CommandRouteTests {
  static let rollBack = Command(
    id: CommandID("0123456789abcdef")!, action: .rollBack(model: "m", breakGlass: false),
    reason: "p99", origin: .api)

  @Test func `a command with the local token is done in its name`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/vigia/v1/commands", Self.rollBack, .bearer(secret))
      #expect(answer.status == .ok)
      #expect(
        try answer.decoded(CommandOutcome.self) == .done(sequence: 7, revision: 2, summary: "done"))
    }
    #expect(services.commands.list.map(\.command) == [Self.rollBack])
    #expect(
      services.commands.list.map(\.principal) == [
        Principal(name: "local-token", role: .admin, proof: "token")
      ])
  }

  @Test func `a reload needs a proof, and answers what came of it`() async throws {
    var services = try await TestServices.make()
    try await services.withClient { client in
      let stranger = try await client.post("/vigia/v1/reload", "{}")
      #expect(stranger.status == .unauthorized)
      let answer = try await client.post("/vigia/v1/reload", "{}", .bearer(secret))
      #expect(
        try answer.decoded(ReloadReport.self)
          == ReloadReport(changes: ["by local-token"], problems: ["a.yaml:1:1: no"]))
    }
    services.api.reload = nil
    try await services.withClient { client in
      let answer = try await client.post("/vigia/v1/reload", "{}", .bearer(secret))
      #expect(answer.status == .forbidden && answer.error?.contains("--read-only") == true)
    }
  }

  @Test(arguments: [
    ("", true, 400), ("now", true, 400), ("[1]", true, 200), ("{}", false, 415), ("", false, 415),
  ])
  func `a reload is asked for with JSON, whatever it says`(
    body: String, saysJSON: Bool, status: Int
  ) async throws {
    var fields = HTTPFields.bearer(secret)
    if !saysJSON { fields[.contentType] = nil }
    let asked = fields
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/vigia/v1/reload", body, asked)
      #expect(answer.status.code == status)
      #expect((answer.error == nil) == (status == 200))
    }
  }

  @Test func `without a proof nothing is performed`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/vigia/v1/commands", Self.rollBack)
      #expect(answer.status == .unauthorized)
      #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"vigia\"")
      #expect(answer.error?.contains("token in the data folder") == true)
    }
    #expect(services.commands.list.isEmpty)
  }

  @Test(arguments: [
    (Refusal.Code.notAllowed, 403), (.readOnly, 403), (.unknownModel, 404), (.unknownVersion, 404),
    (.stateMoved, 409), (.frozen, 409), (.quarantined, 409), (.noRollbackTarget, 409),
    (.nothingToDo, 409), (.invalid, 422), (.notLoaded, 409), (.preflightFailed, 409),
    (.auditUnavailable, 503), (.stopping, 503),
  ])
  func `a refusal has its status, its outcome and its sentence`(
    code: Refusal.Code, status: Int
  ) async throws {
    let outcome = CommandOutcome.refused(Refusal(code, "because"))
    try await TestServices.make(outcome: { _ in outcome }).withClient { client in
      let answer = try await client.post("/vigia/v1/commands", Self.rollBack, .bearer(secret))
      #expect(answer.status.code == status)
      #expect(answer.error == "because")
      #expect(try answer.decoded(CommandOutcome.self) == outcome)
    }
  }

  @Test func `a role that is too low for the act goes on to Control, which refuses and audits it`()
    async throws
  {
    let tokens = [Authenticator.Token(name: "ci", secret: "ci", role: .operate)]
    let refusal = Refusal(.notAllowed, "ci may operate; stop needs the role admin")
    let services = try await TestServices.make(
      authenticator: Authenticator(tokens: tokens), outcome: { _ in .refused(refusal) })
    try await services.withClient { client in
      var stop = Self.rollBack
      stop.action = .stop
      let answer = try await client.post("/vigia/v1/commands", stop, .bearer("ci"))
      #expect(answer.status == .forbidden)
      #expect(answer.error == refusal.message)
    }
    #expect(services.commands.list.map(\.principal.role) == [.operate])
  }

  @Test(arguments: [-0.1, 1.1])
  func `a weight outside 0 through 1 is invalid`(weight: Double) async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      var command = Self.rollBack
      command.action = .setWeight(model: "m", version: "2", weight: weight)
      let answer = try await client.post("/vigia/v1/commands", command, .bearer(secret))
      #expect(answer.status == .unprocessableContent)
    }
    #expect(services.commands.list.isEmpty)
  }

  @Test(arguments: [(1_000, 200), (1_001, 422)])
  func `a reason has at most a thousand characters`(length: Int, expected: Int) async throws {
    try await TestServices.make().withClient { client in
      var command = Self.rollBack
      command.reason = String(repeating: "é", count: length)
      let answer = try await client.post("/vigia/v1/commands", command, .bearer(secret))
      #expect(answer.status.code == expected)
    }
  }

  @Test(arguments: [
    "", "{}", #"{"id":"short","action":{"stop":{}},"reason":"","origin":"api"}"#,
    #"{"id":"0123456789","action":{"explode":{}},"reason":"","origin":"api"}"#,
  ])
  func `what is no command is refused with the place of the mistake`(body: String) async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/vigia/v1/commands", body, .bearer(secret))
      #expect(answer.status == .badRequest)
      #expect(answer.error?.isEmpty == false)
    }
    #expect(services.commands.list.isEmpty)
  }

  @Test func `a body larger than a command is refused`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        "/vigia/v1/commands", String(repeating: " ", count: 65_537), .bearer(secret))
      #expect(answer.status == .contentTooLarge)
    }
  }

  @Test func `an earlier command is asked for by its id`() async throws {
    let id = CommandID("0123456789")!
    var answers = FakeSource.Answers()
    let outcome = CommandOutcome.done(sequence: 1, revision: nil, summary: "s")
    answers.outcomes[id] = outcome
    try await TestServices.make(source: FakeSource(answers: answers)).withClient { client in
      let known = try await client.get("/vigia/v1/commands/\(id)")
      #expect(try known.decoded(CommandOutcome.self) == outcome)
      #expect(try await client.get("/vigia/v1/commands/9876543210").status == .notFound)
      #expect(try await client.get("/vigia/v1/commands/short").status == .badRequest)
    }
  }
}

@Suite struct LabelRouteTests {
  private static let quantity = "that is a number from -1e+100 through 1e+100"
  private static let value =
    "a label that is a number, text, true or false, or a list of them, one a row"

  @Test(arguments: [
    (#"{"id":"a","label":1e200}"#, "a label \(quantity)", "1e+200"),
    (#"{"id":"a","label":[1,-1e101]}"#, "a label \(quantity)", "-1e+101"),
    (#"{"id":"a","label":1,"score":1e308}"#, "a score \(quantity)", "1e+308"),
    (#"{"id":"a","label":1,"score":"good"}"#, "a score \(quantity)", #"the text "good""#),
    (#"{"id":"a","label":1,"score":true}"#, "a score \(quantity)", "true"),
    (#"{"id":"a","label":1,"score":[]}"#, "a score \(quantity)", "a list"),
    (#"{"id":"a","label":null}"#, value, "null"),
    (#"{"id":"a"}"#, value, #"nothing under "label""#),
    (#"{"id":"a","label":{}}"#, value, "an object"),
    (#"{"id":"a","label":[1,null]}"#, value, "a list with null"),
    (#"{"id":"a","label":[1,[2]]}"#, value, "a list with a list"),
    (
      #"{"id":"a","label":[]}"#, "a label with a value for each row of its request", "an empty list"
    ),
    (#"{"id":7,"label":1}"#, "an id as text", "7"),
    (#"{"label":1}"#, "an id as text", #"nothing under "id""#),
    ("7", "an object with an id and a label", "7"),
    ("null", "an object with an id and a label", "null"),
  ])
  func `a label that cannot be used is told by its place, and takes nothing from the others`(
    label: String, expected: String, found: String
  ) async throws {
    let path = "/vigia/v1/models/m/labels"
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        path, #"{"labels":[{"id":"b","label":1},\#(label),{"id":"c","label":"x","score":null}]}"#)
      #expect(answer.status == .ok)
      #expect(
        try answer.decoded(LabelReceipt.self)
          == LabelReceipt(
            joined: 2, refusals: [LabelRefusal(index: 1, expected: expected, found: found)]))
      let alone = try await client.post(path, #"{"labels":[\#(label)]}"#)
      #expect(alone.status == .badRequest)
      #expect(
        alone.error
          == "none of the 1 labels can be used; labels[0]: expected \(expected), found \(found)")
    }
  }

  @Test(arguments: ["{}", "[]", #"{"labels":7}"#, #"{"labels":null}"#, #"{"labels":[{]}"#, ""])
  func `what is no batch is refused`(body: String) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/vigia/v1/models/m/labels", body)
      #expect(answer.status == .badRequest)
    }
  }

  @Test func `of many refusals the first hundred are told, and all are counted`() async throws {
    let bad = Array(repeating: #"{"id":"a","label":null}"#, count: 150).joined(separator: ",")
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        "/vigia/v1/models/m/labels", #"{"labels":[\#(bad),{"id":"b","label":1}]}"#)
      let receipt = try answer.decoded(LabelReceipt.self)
      #expect(receipt.refused == 150 && receipt.joined == 1)
      #expect(receipt.refusals.map(\.index) == Array(0..<100))
    }
  }

  @Test func `a receipt tells what became of the labels`() async throws {
    let services = try await TestServices.make(
      labels: { (model: String, _: LabelBatch) async throws(SourceError) -> LabelReceipt in
        #expect(model == "m")
        return LabelReceipt(joined: 1, unknown: 1)
      })
    try await services.withClient { client in
      let answer = try await client.post(
        "/vigia/v1/models/m/labels", #"{"labels":[{"id":"a","label":1},{"id":"b","label":["x"]}]}"#)
      #expect(answer.status == .ok)
      #expect(
        try answer.decoded(LabelReceipt.self)
          == LabelReceipt(joined: 1, unknown: 1, duplicate: 0, late: 0))
    }
  }

  @Test func `only when all are unknown is it not found`() async throws {
    let services = try await TestServices.make(
      labels: { (_: String, batch: LabelBatch) async throws(SourceError) -> LabelReceipt in
        LabelReceipt(unknown: batch.labels.count, refusals: batch.refused)
      })
    try await services.withClient { client in
      let mixed = try await client.post(
        "/vigia/v1/models/m/labels", #"{"labels":[{"id":"a","label":1},{"id":"b"}]}"#)
      #expect(mixed.status == .notFound)
      #expect(mixed.error?.contains("and 1 cannot be used; labels[1]: expected") == true)
      let answer = try await client.post(
        "/vigia/v1/models/m/labels", #"{"labels":[{"id":"a","label":1}]}"#)
      #expect(answer.status == .notFound)
      #expect(answer.error?.contains("Vigia-Request-Id") == true)
    }
  }

  @Test(arguments: [(10, 200), (11, 413), (0, 400)])
  func `a batch has its bound`(count: Int, expected: Int) async throws {
    var limits = APILimits()
    limits.labelsPerBatch = 10
    let labels = (0..<count).map { LabelBatch.Label(id: "\($0)", values: [.integer(1)]) }
    try await TestServices.make(limits: limits).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/models/m/labels", LabelBatch(labels: labels))
      #expect(answer.status.code == expected)
    }
  }
}
