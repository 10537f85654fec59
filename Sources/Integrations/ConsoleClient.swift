package import Domain
import Foundation
import NIOCore

/// A running Vigia as a console or a command sees it from another process.
///
/// One connection for the stream and a few for questions, on one event loop. `shutdown()` must be called at the end.
package final class ConsoleClient: ConsoleSource {
  package let endpoint: ConsoleEndpoint
  /// Whether it shows who it is: without that a server lets it look at most.
  package let isKnown: Bool
  private let connection: ConsoleConnection
  private let timing: Timing

  /// - Parameter token: goes along as a bearer token; the control socket needs none.
  package init(endpoint: ConsoleEndpoint, token: String? = nil, timing: Timing = Timing()) {
    self.endpoint = endpoint
    self.timing = timing
    isKnown = if case .socket = endpoint { true } else { token != nil }
    connection = ConsoleConnection(
      endpoint: endpoint, token: token, connectTimeout: timing.connecting)
  }

  /// How long is waited. All bounds are on the whole of a call.
  package struct Timing: Sendable, Equatable {
    package var connecting: Duration
    package var question: Duration
    /// Longer than the server's own bounds for a preflight and for a synced audit row.
    package var command: Duration
    /// Without a line for this long, the stream's peer counts as dead; at a calm pace so much longer as that is slower.
    package var silence: Duration

    package init(
      connecting: Duration = .seconds(2), question: Duration = .seconds(10),
      command: Duration = .seconds(15), silence: Duration = .seconds(5)
    ) {
      self.connecting = connecting
      self.question = question
      self.command = command
      self.silence = silence
    }
  }

  package func shutdown() async { await connection.shutdown() }

  package func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    try await ask("series", query)
  }

  package func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    try await ask("heatmap", query)
  }

  package func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] {
    try await ask("requests", query)
  }

  package func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] {
    let answer = try await answer(.get("/vigia/v1/requests/\(id)"), accepting: 404)
    return answer.status == 404 ? [] : try answer.decoded()
  }

  package func runAgain(
    _ id: RequestID, _ query: RerunQuery
  ) async throws(SourceError) -> Rerun { try await ask("requests/\(id)/run", query) }

  package func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport {
    try await ask("failures", query)
  }

  package func judgements(
    _ query: JudgementQuery
  ) async throws(SourceError) -> [JudgementRecord] {
    try await ask("judgements", query)
  }

  package func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    try await ask("business", query)
  }

  package func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] {
    try await ask("audit", query)
  }

  package func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    try await ask("runbooks", query)
  }

  package func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    try await ask("past", query)
  }

  package func incidents(
    _ query: IncidentQuery
  ) async throws(SourceError) -> [Incident] {
    var fields = [("limit", "\(query.limit)")]
    if let model = query.model { fields.append(("model", model)) }
    if let isOpen = query.isOpen { fields.append(("open", "\(isOpen)")) }
    if let before = query.before { fields.append(("before", "\(before)")) }
    return try await answer(.get("/vigia/v1/incidents?\(Self.form(fields))")).decoded()
  }

  package func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? {
    let answer = try await answer(.get("/vigia/v1/incidents/\(id)"), accepting: 404)
    return answer.status == 404 ? nil : try answer.decoded()
  }

  package func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    try await ask("preflight", version)
  }

  /// The present in one answer: for a command that looks once.
  package func status() async throws(SourceError) -> SystemSnapshot {
    let answer = try await answer(.get("/vigia/v1/status"))
    let snapshot: SystemSnapshot = try answer.decoded()
    try SnapshotStream.checkProtocol(of: snapshot.server)
    return snapshot
  }

  /// Alerts, silences and rules.
  package func alerts() async throws(SourceError) -> AlertReport {
    try await answer(.get("/vigia/v1/alerts")).decoded()
  }

  /// Answers a question in the rules' language.
  ///
  /// - Throws: `invalid` with Prometheus' text for one that cannot be read, `failed` for one that cannot be evaluated.
  package func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    func text(_ time: Int64) -> String { "\(Double(time) / 1_000)" }
    var fields = [("query", question.expression)]
    if let range = question.range {
      fields += [
        ("start", text(range.from)), ("end", text(question.time)), ("step", text(range.step)),
      ]
    } else {
      fields.append(("time", text(question.time)))
    }
    if let source = question.source { fields.append(("source", source)) }
    let form = Self.form(fields)
    let path = question.range == nil ? "/api/v1/query" : "/api/v1/query_range"
    let answer = try await answer(.get("\(path)?\(form)"), accepting: 400, 422)
    guard answer.status == 200 else {
      let failure: QueryFailure = try answer.decoded()
      throw answer.status == 400
        ? .invalid(reason: failure.error) : .failed(reason: failure.error)
    }
    let envelope: QueryEnvelope = try answer.decoded()
    return envelope.data
  }

  /// Has the server read its configuration and rule files again.
  package func reload() async throws(SourceError) -> ReloadReport {
    try await ask("reload", [String: String]())
  }

  private struct QueryEnvelope: Decodable { var data: MetricAnswer }
  private struct QueryFailure: Decodable { var error: String }

  private static func form(_ fields: [(String, String)]) -> String {
    fields.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  package func announce(
    _ notice: Intention.Notice
  ) async throws(SourceError) -> [Intention] { try await ask("intentions", notice) }

  package func send(_ command: Command) async -> CommandOutcome {
    guard let body = try? JSONEncoder().encode(command) else {
      return .refused(Refusal(.invalid, "not sent: the command cannot be written as JSON"))
    }
    do {
      let answer = try await connection.call(
        .post("/vigia/v1/commands", body), within: timing.command)
      return answer.outcome
    } catch .notSent(let reason) {
      return .refused(Refusal(.stopping, "not sent: \(reason)"))
    } catch {
      return .unknown(reason: error.reason)
    }
  }

  package func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? {
    let answer = try await answer(.get("/vigia/v1/commands/\(command)"), accepting: 404)
    return answer.status == 404 ? nil : try answer.decoded()
  }

  package func snapshots(
    _ pace: StreamPace
  ) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let quiet = pace == .live ? Duration.zero : .seconds(StreamPace.calmSeconds)
    return SnapshotStream.open(
      connection, pace, silence: timing.silence + quiet, connecting: timing.question)
  }

  private func ask<Value: Decodable>(
    _ route: String, _ query: some Encodable
  ) async throws(SourceError) -> Value {
    let body: Data
    do {
      body = try JSONEncoder().encode(query)
    } catch {
      throw .invalid(reason: "the question cannot be written as JSON")
    }
    return try await answer(.post("/vigia/v1/\(route)", body)).decoded()
  }

  private func answer(
    _ call: ConsoleConnection.Call, accepting accepted: UInt...
  ) async throws(SourceError) -> ConsoleAnswer {
    let answer: ConsoleAnswer
    do {
      answer = try await connection.call(call, within: timing.question)
    } catch {
      throw .unreachable(reason: error.reason)
    }
    guard answer.status == 200 || accepted.contains(answer.status) else { throw answer.error }
    return answer
  }
}
