import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct ConsoleRouteTests {
  @Test func `status is the whole present`() async throws {
    let snapshot = SystemSnapshot.sample(p99: 812)
    try await TestServices.make(source: FakeSource(snapshot: snapshot)).withClient { client in
      let answer = try await client.get("/vigia/v1/status")
      #expect(try answer.decoded(SystemSnapshot.self) == snapshot)
    }
  }

  @Test func `a series comes as the source has it, with its gaps`() async throws {
    let window = Window(from: 0, to: 3, step: 1)
    let result = SeriesResult(
      window: window,
      lines: [.init(version: ModelVersion(model: "m", version: "1"), values: [1, nil, 2.5])])
    var answers = FakeSource.Answers()
    answers.series = .success(result)
    try await TestServices.make(source: FakeSource(answers: answers)).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/series", SeriesQuery(measure: .latencyP99, model: "m", window: window))
      #expect(try answer.decoded(SeriesResult.self) == result)
    }
  }

  @Test(arguments: [
    (SourceError.unreachable(reason: "r"), 503), (.notAllowed(reason: "r"), 403),
    (.invalid(reason: "r"), 400), (.notFound(reason: "r"), 404), (.failed(reason: "r"), 500),
  ])
  func `a source's error keeps its reason`(error: SourceError, status: Int) async throws {
    var answers = FakeSource.Answers()
    answers.audit = .failure(error)
    try await TestServices.make(source: FakeSource(answers: answers)).withClient { client in
      let answer = try await client.post("/vigia/v1/audit", AuditQuery())
      #expect(answer.status.code == status)
      #expect(answer.error == "r")
    }
  }

  @Test(arguments: [
    ("series", #"{"measure":"request_rate","window":{"from":0,"to":10,"step":0}}"#),
    (
      "series",
      #"{"measure":"request_rate","window":{"from":0,"to":10,"step":9223372036854775807}}"#
    ),
    ("series", #"{"measure":"request_rate","window":{"from":0,"to":253402300800,"step":60}}"#),
    (
      "series",
      #"{"measure":"request_rate","window":{"from":-9223372036854775808,"to":9223372036854775807,"step":1}}"#
    ),
    ("series", #"{"measure":"weather","window":{"from":0,"to":10,"step":1}}"#),
    (
      "heatmap",
      #"{"model":"m","window":{"from":0,"to":10,"step":1},"bucketCount":0,"lowest":1,"highest":10}"#
    ),
    (
      "heatmap",
      #"{"model":"m","window":{"from":0,"to":10,"step":1},"bucketCount":513,"lowest":1,"highest":10}"#
    ),
    (
      "heatmap",
      #"{"model":"m","window":{"from":0,"to":10,"step":1},"bucketCount":5,"lowest":0,"highest":10}"#
    ),
    ("business", #"{"model":"m","window":{"from":0,"to":10,"step":0}}"#), ("business", "{}"),
    ("business", #"{"model":"m","window":{"from":0,"to":10,"step":1},"borders":[]}"#),
    ("business", #"{"model":"m","window":{"from":0,"to":10,"step":1},"borders":[0,-1]}"#),
    ("judgements", #"{"kind":"drift","model":"m","from":0,"to":-1,"limit":1}"#),
    ("judgements", #"{"kind":"drift","model":"m","from":-1,"to":9,"limit":1}"#),
    ("judgements", #"{"kind":"drift","model":"m","from":0,"to":253402300800,"limit":1}"#),
    ("requests", #"{"onlyErrors":false,"limit":0}"#),
    ("requests", #"{"onlyErrors":false,"limit":1,"from":-9223372036854775808}"#),
    ("failures", #"{"model":"m","from":-1,"to":9}"#), ("failures", #"{"model":"m"}"#),
    ("audit", #"{"limit":1001}"#), ("audit", "{}"), ("audit", "nonsense"),
  ])
  func `a question that nobody would ask is refused before it is asked`(
    route: String, body: String
  ) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/vigia/v1/\(route)", body)
      #expect(answer.status == .badRequest)
      #expect(answer.error?.isEmpty == false)
    }
  }

  @Test(arguments: [
    (Window(from: 0, to: 10_000, step: 1), Window(from: 0, to: 10_000, step: 1)),
    (Window(from: 0, to: 10_001, step: 1), Window(from: 0, to: 10_001, step: 2)),
    (Window(from: 5, to: 5, step: 7), Window(from: 5, to: 5, step: 7)),
    (
      Window(from: 0, to: 253_402_300_799, step: 1),
      Window(from: 0, to: 253_402_300_799, step: 25_340_231)
    ),
  ])
  func `a window of too many steps is answered in longer ones, and the answer says so`(
    asked: Window, answered: Window
  ) async throws {
    let source = FakeSource()
    try await TestServices.make(source: source).withClient { client in
      _ = try await client.post(
        "/vigia/v1/series", SeriesQuery(measure: .errorRate, model: nil, window: asked))
    }
    #expect(source.asked.map(\.window) == [answered])
    #expect(answered.stepCount <= 10_000)
  }

  @Test func `a window that ends before it begins is empty`() async throws {
    let source = FakeSource()
    try await TestServices.make(source: source).withClient { client in
      _ = try await client.post(
        "/vigia/v1/series", #"{"measure":"request_rate","window":{"from":10,"to":0,"step":1}}"#)
    }
    #expect(source.asked.map(\.window) == [Window(from: 10, to: 10, step: 1)])
  }

  @Test(.timeLimit(.minutes(1)))
  func `a stream ends after as many lines as were asked for`() async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.get("/vigia/v1/stream?lines=1")
      #expect(answer.text.split(separator: "\n").count == 1)
      #expect(try answer.decoded(SnapshotDelta.self).applied(to: nil) == .sample())
      for wrong in [
        "lines=0", "lines=x", "lines=1&lines=2", "lines=-1", "pace=", "pace=slow",
        "pace=calm&pace=live",
      ] {
        #expect(try await client.get("/vigia/v1/stream?\(wrong)").status == .badRequest)
      }
    }
    await services.source.waitUntilDeserted()
  }

  @Test(arguments: [(1_000, 200), (1_001, 400)])
  func `an answer has at most a thousand rows`(limit: Int, expected: Int) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/vigia/v1/audit", AuditQuery(limit: limit))
      #expect(answer.status.code == expected)
    }
  }

  @Test func `a preflight names its version`() async throws {
    let report = PreflightReport(
      version: ModelVersion(model: "m", version: "2"), sha256: "ab",
      checks: [.init(name: "loaded", passed: true, detail: "")])
    var answers = FakeSource.Answers()
    answers.preflight = .success(report)
    try await TestServices.make(source: FakeSource(answers: answers)).withClient { client in
      let answer = try await client.post("/vigia/v1/preflight", report.version, .bearer(secret))
      #expect(try answer.decoded(PreflightReport.self) == report)
      // It loads the version: more than reading.
      #expect(try await client.post("/vigia/v1/preflight", report.version).status == .unauthorized)
      #expect(
        try await client.post("/vigia/v1/preflight", ["model": "m"], .bearer(secret)).status
          == .badRequest)
    }
  }

  @Test(arguments: [
    ("judgements", #"{"kind":"drift","model":"m","from":0,"to":-1,"limit":1}"#),
    ("series", #"{"measure":"request_rate","window":{"from":0,"to":-1,"step":1}}"#),
  ])
  func `a time that is none is named with what a time is`(
    route: String, body: String
  ) async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post("/vigia/v1/\(route)", body)
      #expect(
        answer.error == "\"to\" is seconds since 1970, 0 through 253402300799, not -1")
    }
  }

  @Test func `what a model was worth comes by the step that was asked for`() async throws {
    let history = BusinessHistory(
      window: Window(from: 0, to: 172_800, step: 86_400), currency: "EUR",
      periods: [BusinessPeriod(), BusinessPeriod(predictions: 9, failed: 1, cost: 0.5)])
    var answers = FakeSource.Answers()
    answers.business = .success(history)
    try await TestServices.make(source: FakeSource(answers: answers)).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/business", BusinessQuery(model: "m", window: history.window))
      #expect(try answer.decoded(BusinessHistory.self) == history)
    }
  }

  @Test func `days that are not equally long come by the borders that were asked for, in order`()
    async throws
  {
    let history = BusinessHistory(
      window: Window(from: 0, to: 176_400, step: 86_400), borders: [0, 90_000, 176_400],
      periods: [BusinessPeriod(predictions: 1), BusinessPeriod(predictions: 2)])
    var answers = FakeSource.Answers()
    answers.business = .success(history)
    let source = FakeSource(answers: answers)
    try await TestServices.make(source: source).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/business",
        #"{"model":"m","window":{"from":5,"to":6,"step":86400},"borders":[90000,0,176400,0]}"#)
      #expect(try answer.decoded(BusinessHistory.self) == history)
    }
    #expect(
      source.askedBusiness == [
        BusinessQuery(model: "m", borders: [0, 90_000, 176_400], step: 86_400)
      ])
  }

  @Test func `a window that ends before it begins has no judgements`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        "/vigia/v1/judgements", #"{"kind":"drift","model":"m","from":9,"to":0,"limit":1}"#)
      #expect(answer.status == .ok && answer.text == "[]")
    }
  }

  @Test func `who is about to act is told under the name that the boundary knows`() async throws {
    try await TestServices.make().withClient { client in
      let notice = Intention.Notice(
        id: CommandID(random: (1, 2)), model: "m", words: "roll m back to 1")
      let answer = try await client.post("/vigia/v1/intentions", notice, .bearer(secret))
      let intention = try #require(try answer.decoded([Intention].self).first)
      #expect(intention.words == "roll m back to 1" && !intention.by.isEmpty)
      #expect(try await client.post("/vigia/v1/intentions", notice).status == .unauthorized)
      var other = notice
      other.model = "nowhere"
      #expect(
        try await client.post("/vigia/v1/intentions", other, .bearer(secret)).status == .notFound)
    }
  }

  @Test func `a question under another content type is refused`() async throws {
    try await TestServices.make().withClient { client in
      let answer = try await client.post(
        "/vigia/v1/audit", #"{"limit":1}"#, [.contentType: "text/plain"])
      #expect(answer.status == .unsupportedMediaType)
    }
  }

  @Test func `more streams than allowed are refused with a time to come back`() async throws {
    var limits = APILimits()
    limits.streams = 0
    try await TestServices.make(limits: limits).withClient { client in
      let answer = try await client.get("/vigia/v1/stream")
      #expect(answer.status == .serviceUnavailable)
      #expect(answer.headers[.retryAfter] == "5")
    }
  }

  @Test(arguments: [
    (
      "past", #"{"at":1764000000}"#,
      "a time is microseconds since 1970, from 1973 through the year 9999, not 1764000000; in seconds? "
        + "Those are 1764000000000000"
    ),
    (
      "past", #"{"at":1764000000000}"#,
      "a time is microseconds since 1970, from 1973 through the year 9999, not 1764000000000; in "
        + "milliseconds? Those are 1764000000000000"
    ),
    (
      "past", #"{"at":0}"#,
      "a time is microseconds since 1970, from 1973 through the year 9999, not 0"
    ),
    (
      "requests", #"{"onlyErrors":false,"limit":5,"from":1764000000}"#,
      "a time is microseconds since 1970, from 1973 through the year 9999, not 1764000000; in seconds? "
        + "Those are 1764000000000000"
    ),
    (
      "series",
      #"{"measure":"request_rate","window":{"from":1764000000000,"to":1764000060000,"step":60}}"#,
      "\"from\" is seconds since 1970, 0 through 253402300799, not 1764000000000"
    ),
    (
      "judgements", #"{"kind":"weather","from":0,"to":1,"limit":1}"#,
      "the body is not what this route takes: at .kind: expected one of drift, quality, experiment, "
        + "effects, standing, reference, found \"weather\""
    ),
    (
      "judgements", #"{"kind":"drift","model":"m","from":"0","to":1,"limit":1}"#,
      "the body is not what this route takes: at .from: expected a whole number"
    ),
  ])
  func `what cannot be meant is told with the unit, or the words, that are expected`(
    _ route: String, _ body: String, _ told: String
  ) async throws {
    let services = try await TestServices.make()
    try await services.withClient { client in
      let answer = try await client.post("/vigia/v1/\(route)", body, .bearer(secret))
      #expect(answer.status == .badRequest)
      #expect(answer.error == told)
    }
  }
}
