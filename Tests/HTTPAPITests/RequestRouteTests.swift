import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct RequestRouteTests {
  private static let id = RequestID(time: Timestamp(seconds: 1_700_000_000), random: (1, 2))
  private static let version = ModelVersion(model: "m", version: "1")

  private static var source: FakeSource {
    var answers = FakeSource.Answers()
    let summary = RequestSummary(
      id: id, version: version, variant: .champion, client: "shop", outcome: .ok,
      time: Timestamp(seconds: 1_700_000_000), queue: 1, compute: 2, total: 4, rows: 1,
      isKept: true)
    answers.kept = .success([
      RequestDetail(
        summary: summary, revision: 3,
        inputs: TensorTable(columns: [.init("income", isRedacted: true, cells: [])], rows: 1),
        obstacle: .redacted)
    ])
    answers.rerun = .success(
      Rerun(
        version: version, sha256: "ab",
        outputs: TensorTable(columns: [.init("y", cells: ["1.5"])], rows: 1), isSame: false,
        queue: 1, compute: 9))
    answers.failures = .success(
      FailureReport(
        requests: 9, reasons: [.init(.timedOut, requests: 2)],
        clients: [.init("shop", requests: 9, failed: 2, commonest: .timedOut)], otherClients: 1))
    return FakeSource(answers: answers)
  }

  @Test func `one request comes with inputs and outputs, to whoever may operate`() async throws {
    try await TestServices.make(source: Self.source).withClient { client in
      let path = "/vigia/v1/requests/\(Self.id)"
      let answer = try await client.get(path, .bearer(secret))
      let detail = try #require(try answer.decoded([RequestDetail].self).first)
      #expect(detail.summary.id == Self.id && detail.obstacle == .redacted)
      let stranger = try await client.get(path)
      #expect(stranger.status == .unauthorized)
      // Reading a request changes nothing, and is not said to.
      #expect(stranger.text.contains("this needs the control socket, or the token"))
      let other = RequestID(time: Timestamp(seconds: 5), random: (1, 2))
      #expect(
        try await client.get("/vigia/v1/requests/\(other)", .bearer(secret)).status == .notFound)
      let bad = try await client.get("/vigia/v1/requests/latest", .bearer(secret))
      #expect(bad.status == .badRequest && bad.error?.contains("Vigia-Request-Id") == true)
    }
  }

  @Test func `it is run again by whoever may operate`() async throws {
    try await TestServices.make(source: Self.source).withClient { client in
      let path = "/vigia/v1/requests/\(Self.id)/run"
      let query = RerunQuery(variant: .champion, version: "1")
      let answer = try await client.post(path, query, .bearer(secret))
      #expect(try answer.decoded(Rerun.self).outputs.columns.first?.cells == ["1.5"])
      #expect(try await client.post(path, query).status == .unauthorized)
      #expect(
        try await client.post(path, #"{"variant":"winner"}"#, .bearer(secret)).status
          == .badRequest)
    }
  }

  @Test func `a request that is there and cannot be run again is no unknown one`() async throws {
    var answers = FakeSource.Answers()
    answers.rerun = .failure(.conflict(reason: "its inputs were not kept"))
    let source = FakeSource(answers: answers)
    try await TestServices.make(source: source).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/requests/\(Self.id)/run", RerunQuery(variant: .champion, version: "1"),
        .bearer(secret))
      #expect(answer.status == .conflict)
      #expect(answer.error == "its inputs were not kept")
    }
  }

  @Test func `what failed comes by reason and client, to everybody who may read`() async throws {
    try await TestServices.make(source: Self.source).withClient { client in
      let answer = try await client.post(
        "/vigia/v1/failures", FailureQuery(model: "m", from: 0, to: 60))
      let report = try answer.decoded(FailureReport.self)
      #expect(report.reasons == [.init(.timedOut, requests: 2)])
      #expect(report.clients.first?.commonest == .timedOut && report.otherClients == 1)
    }
  }
}
